#![deny(warnings)]
#![forbid(unsafe_code)]

//! With `#[async_trait]`: on the trait and on the impl, ours above and below other attributes.

use agent_otel::tool;
use async_trait::async_trait;

#[async_trait]
pub trait Store: Send + Sync {
    async fn load(&self, id: u64) -> Result<String, std::fmt::Error>;

    #[tool(arguments(id), result)]
    async fn load_default(&self, id: u64) -> Result<String, std::fmt::Error> {
        if id == 0 {
            return Err(std::fmt::Error);
        }
        let order = self.load(id).await?;
        Ok(order)
    }

    #[tool]
    async fn consume(self: Box<Self>, text: &str) -> usize {
        text.len()
    }

    #[tool]
    async fn never(&self) {}
}

pub struct Memory {
    orders: Vec<String>,
}

#[async_trait]
impl Store for Memory {
    #[tool(name = self.orders.len(), attributes("app.id" = id))]
    #[allow(clippy::unused_async)]
    async fn load(&self, id: u64) -> Result<String, std::fmt::Error> {
        self.orders.get(usize::try_from(id).unwrap_or(0)).cloned().ok_or(std::fmt::Error)
    }

    #[inline]
    #[tool]
    async fn load_default(&self, id: u64) -> Result<String, std::fmt::Error> {
        self.load(id).await
    }
}

#[async_trait(?Send)]
pub trait Local {
    async fn count(&mut self, text: std::rc::Rc<str>) -> usize;
}

#[async_trait(?Send)]
impl Local for Memory {
    #[tool]
    async fn count(&mut self, text: std::rc::Rc<str>) -> usize {
        self.orders.push(text.to_string());
        self.orders.len()
    }
}

pub struct Generic<T>(T);

#[async_trait]
impl<T: Clone + Send + Sync + Into<String>> Store for Generic<T> {
    #[tool]
    async fn load(&self, _: u64) -> Result<String, std::fmt::Error> {
        Ok(self.0.clone().into())
    }
}

fn assert_send(_: impl Send) {}

fn main() {
    let memory = Memory { orders: Vec::new() };
    assert_send(memory.load(1));
    let store: &dyn Store = &memory;
    assert_send(store.load_default(1));
    assert_send(store.never());
    assert_send(Generic("a").load_default(1));
}
