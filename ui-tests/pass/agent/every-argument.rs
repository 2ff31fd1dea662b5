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
    data_source = "manuals",
    temperature = 0.5,
    top_p = 1.0_f32,
    max_tokens = 100,
    seed = 7,
    stop_sequences = tools,
    frequency_penalty = 0.1,
    presence_penalty = 0.1,
    choice_count = 2,
    output_type = text,
    conversation_id = 42,
    user_id = "u-1",
    session_id = model,
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

/// Not the agent's own words.
#[agent(
    operation = "invoke_agent",
    provider = "aws.bedrock",
    name = name,
    description = "Knows claims",
    id = "arn:aws:bedrock:agent/claims",
    version = 3,
    model = "nova",
    url = "https://bedrock.example",
    data_source = "claims",
    output_type = kind,
    temperature = 0.5,
    previous_response_id = "resp_1",
    input = kind,
    system = "You answer.",
    tools = [name],
    output,
)]
pub async fn ask(name: Option<&str>, kind: &str) -> Result<String, std::fmt::Error> {
    let _ = name;
    Ok(kind.to_owned())
}

#[agent(provider = "openai")]
pub fn ask_for_json(request: serde_json::Value) -> serde_json::Value {
    request
}

#[agent(
    operation = create_agent,
    provider = "openai",
    name = "support",
    description = "Helps",
    id = 7,
    version = "1",
    model = model,
    url = "https://api.openai.com",
    system = model,
)]
pub fn create(model: &str) -> String {
    model.to_owned()
}

fn main() {
    let planner = Planner {
        name: "planner".into(),
        description: "plans".into(),
    };
    assert_eq!(planner.plan(&http::Request::new("abc".into())), 3);
}
