#[tool(result)]
fn order_status(order_id: u64) -> impl Future<Output = Result<Order, Error>> + Send {
    async move { find(order_id).await }
}

#[tool]
fn boxed<'a>(db: &'a Pool, query: String) -> Pin<Box<dyn Future<Output = Vec<Order>> + Send + 'a>> {
    Box::pin(async move { db.search(query).await })
}
