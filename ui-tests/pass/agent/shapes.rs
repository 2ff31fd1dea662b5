#![deny(warnings)]
#![forbid(unsafe_code)]

//! Agents are methods, traits, loops and futures as well.

use std::future::Future;

use std::pin::Pin;

use agent_otel::{agent, tool};
use async_trait::async_trait;

#[async_trait]
pub trait Agent: Send + Sync {
    fn name(&self) -> String;

    #[agent(name = self.name(), output)]
    async fn answer(&self, question: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        if question.is_empty() {
            return Err("nothing was asked".into());
        }
        Ok(question.to_uppercase())
    }
}

pub struct Echo;

#[async_trait]
impl Agent for Echo {
    #[tool]
    fn name(&self) -> String {
        "echo".to_owned()
    }
}

#[agent]
pub fn boxed<'a>(agents: &'a [&'a dyn Agent]) -> Pin<Box<dyn Future<Output = usize> + Send + 'a>> {
    Box::pin(async move {
        for agent in agents {
            if agent.answer("").await.is_err() {
                break;
            }
        }
        agents.len()
    })
}

#[agent(name = agent.name())]
pub async fn dynamic(agent: &(dyn Agent + 'static), depth: u8) -> u8 {
    match depth {
        0 => 0,
        _ => Box::pin(dynamic(agent, depth - 1)).await + 1,
    }
}

#[agent]
pub fn streamed(question: String) -> impl Iterator<Item = char> + 'static {
    question.chars().collect::<Vec<_>>().into_iter()
}

fn main() {
    assert_eq!(streamed("a".into()).count(), 1);
    drop(boxed(&[&Echo]));
    drop(dynamic(&Echo, 1));
}
