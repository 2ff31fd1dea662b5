#![deny(warnings)]
#![forbid(unsafe_code)]

//! The future of an annotated function is as `Send`, `Sync` and `Unpin` as it was.

use std::future::Future;

use agent_otel::tool;

#[tool(name = name, arguments(text), result, attributes("app.text" = text))]
pub async fn all_arguments(name: &str, text: String) -> Result<String, std::fmt::Error> {
    std::future::ready(()).await;
    let _ = name;
    Ok(text)
}

pub struct Shop {
    orders: Vec<u64>,
}

impl Shop {
    #[tool]
    pub async fn unique(&mut self, order: u64) {
        std::future::ready(()).await;
        self.orders.push(order);
    }

    #[tool]
    pub async fn generic<T: Send>(&self, value: T) -> (usize, T) {
        std::future::ready(()).await;
        (self.orders.len(), value)
    }
}

#[tool]
pub fn boxed(text: String) -> std::pin::Pin<Box<dyn Future<Output = String> + Send>> {
    Box::pin(async move { text })
}

// What is not `Send` stays usable where nobody asks for it.
#[tool]
pub async fn local(text: std::rc::Rc<str>) -> usize {
    std::future::ready(()).await;
    text.len()
}

fn assert_send(_: impl Send) {}
fn assert_sync(_: impl Sync) {}
fn assert_unpin(_: impl Unpin) {}

fn main() {
    let mut shop = Shop { orders: Vec::new() };
    assert_send(all_arguments("", String::new()));
    assert_sync(all_arguments("", String::new()));
    assert_send(shop.unique(1));
    assert_send(shop.generic(1));
    assert_send(boxed(String::new()));
    assert_unpin(boxed(String::new()));
    drop(local("".into()));
}
