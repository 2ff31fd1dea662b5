#![deny(warnings)]
#![forbid(unsafe_code)]

//! Traits: default methods, async methods, return position `impl Trait`, associated types, dynamic dispatch.

use std::future::Future;

use agent_otel::tool;

pub trait Store {
    type Order;
    const LIMIT: usize;

    fn load(&self, id: u64) -> Self::Order;

    #[tool]
    fn load_twice(&self, id: u64) -> (Self::Order, Self::Order) {
        (self.load(id), self.load(id))
    }

    #[tool(attributes("app.limit" = Self::LIMIT))]
    fn limit() -> usize {
        Self::LIMIT
    }

    #[tool]
    fn consume(self, id: u64) -> Self::Order
    where
        Self: Sized,
    {
        self.load(id)
    }

    fn load_later(&self, id: u64) -> impl Future<Output = Self::Order> + Send;

    #[tool]
    fn default_future(&self, id: u64) -> impl Future<Output = u64> + Send {
        async move { id }
    }
}

pub struct Memory;

impl Store for Memory {
    type Order = u64;
    const LIMIT: usize = 10;

    #[tool(arguments(id))]
    fn load(&self, id: u64) -> Self::Order {
        id
    }

    #[tool]
    async fn load_later(&self, id: u64) -> Self::Order {
        id
    }
}

pub struct Other;

impl Store for Other {
    type Order = String;
    const LIMIT: usize = 1;

    #[tool]
    fn load(&self, id: u64) -> String {
        id.to_string()
    }

    #[tool]
    fn load_later(&self, id: u64) -> impl Future<Output = String> + Send {
        async move { id.to_string() }
    }
}

#[allow(async_fn_in_trait)]
pub trait Planner {
    async fn plan(&self, question: &str) -> usize;

    #[tool]
    async fn plan_twice(&self, question: &str) -> usize {
        self.plan(question).await * 2
    }
}

impl Planner for Memory {
    #[tool]
    async fn plan(&self, question: &str) -> usize {
        question.len()
    }
}

pub trait Object {
    #[tool]
    fn describe(&self) -> String {
        "object".to_owned()
    }
}

impl Object for Memory {}

fn main() {
    assert_eq!(Memory.load_twice(1), (1, 1));
    assert_eq!(Memory::limit(), 10);
    assert_eq!(Other.consume(1), "1");
    let object: &dyn Object = &Memory;
    assert_eq!(object.describe(), "object");
    drop(Memory.plan_twice(""));
}
