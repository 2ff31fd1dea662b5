#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every argument at once, in every form it has.

use agent_otel::agent;
use http::HeaderMap;

/// Plans.
#[agent(
    name = "planner",
    model = model,
    extract = headers,
    input = question,
    output,
    system = "You plan.",
    tools = tools,
    conversation_id = 42,
    attributes(app.tier = "gold"),
)]
pub async fn plan(headers: &HeaderMap, question: &str, model: &str, tools: &[&str]) -> Result<String, std::fmt::Error> {
    let _ = (headers, model, tools);
    Ok(question.to_owned())
}

pub struct Planner {
    pub name: String,
    pub description: String,
}

impl Planner {
    #[agent(name = self.name, description = self.description.as_str(), link = request.headers())]
    pub fn plan(&self, request: &http::Request<String>) -> usize {
        request.body().len()
    }

    #[agent(extract = headers)]
    pub async fn optional(&mut self, headers: Option<&HeaderMap>) -> bool {
        headers.is_some()
    }

    #[agent(extract = request)]
    pub async fn owned(self, request: http::Request<String>) -> String {
        request.into_body()
    }
}

fn main() {
    let planner = Planner {
        name: "planner".into(),
        description: "plans".into(),
    };
    assert_eq!(planner.plan(&http::Request::new("abc".into())), 3);
}
