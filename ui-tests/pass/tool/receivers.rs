#![deny(warnings)]
#![forbid(unsafe_code)]

//! Every receiver, sync and async.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use agent_otel::tool;

#[derive(Default)]
pub struct Shop {
    orders: Vec<u64>,
}

impl Shop {
    #[tool]
    pub fn none() -> Self {
        Self::default()
    }

    #[tool(name = self.name())]
    pub fn shared(&self) -> usize {
        self.orders.len()
    }

    #[tool]
    pub async fn shared_async(&self) -> usize {
        self.orders.len()
    }

    #[tool]
    pub fn unique(&mut self, order: u64) {
        self.orders.push(order);
    }

    #[tool(arguments(order))]
    pub async fn unique_async(&mut self, order: u64) -> &mut Self {
        self.orders.push(order);
        std::future::ready(()).await;
        self
    }

    #[tool]
    pub fn owned(self) -> Vec<u64> {
        self.orders
    }

    #[tool]
    pub async fn owned_async(self) -> Vec<u64> {
        self.orders
    }

    #[tool]
    pub fn owned_mut(mut self, order: u64) -> Self {
        self.orders.push(order);
        self
    }

    #[tool]
    pub async fn owned_mut_async(mut self, order: u64) -> Self {
        self.orders.push(order);
        self
    }

    #[tool]
    pub fn boxed(self: Box<Self>) -> usize {
        self.orders.len()
    }

    #[tool]
    pub async fn boxed_async(mut self: Box<Self>) -> Vec<u64> {
        self.orders.push(1);
        self.orders
    }

    #[tool]
    pub async fn counted(self: Arc<Self>) -> usize {
        self.orders.len()
    }

    #[tool]
    pub fn counted_ref(self: &Arc<Self>) -> Arc<Self> {
        Arc::clone(self)
    }

    #[tool]
    pub fn local(self: Rc<Self>) -> usize {
        self.orders.len()
    }

    #[tool]
    pub fn pinned(self: Pin<&mut Self>) -> usize {
        self.orders.len()
    }

    #[tool]
    pub async fn pinned_async(mut self: Pin<&mut Self>) -> usize {
        self.as_mut().orders.push(1);
        self.orders.len()
    }

    #[tool]
    pub fn typed(self: &Self) -> usize {
        self.orders.len()
    }

    fn name(&self) -> String {
        format!("shop of {}", self.orders.len())
    }
}

fn main() {
    let mut shop = Shop::none();
    shop.unique(1);
    assert_eq!(shop.shared(), 1);
    let shop = shop.owned_mut(2);
    assert_eq!(shop.typed(), 2);
    assert_eq!(Box::new(shop).boxed(), 2);
    assert_eq!(Rc::new(Shop::none()).local(), 0);
    assert_eq!(Pin::new(&mut Shop::none()).pinned(), 0);
    assert!(Shop::none().owned().is_empty());
}
