#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every argument at once, in every form it has.

use agent_otel::{agent, plan};

/// Takes a question apart.
#[plan(agent = "planner", conversation_id = 42, user_id = 1, session_id = "s", attributes("app.tier" = "gold"))]
pub async fn steps(question: &str) -> Result<Vec<String>, std::fmt::Error> {
    Ok(vec![question.to_owned()])
}

pub struct Planner {
    name: Option<String>,
}

impl Planner {
    #[plan(agent = self.name)]
    pub fn steps(&self) -> usize {
        1
    }
}

#[plan]
fn around() {}

#[agent]
fn main() {
    around();
    assert_eq!(Planner { name: None }.steps(), 1);
}
