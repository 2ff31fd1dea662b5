/// Looks an order up by its number.
#[tool(arguments(order_id))]
async fn order_status(db: &Pool, order_id: u64) -> Result<Order, Error> {
    let order = db.find(order_id).await?;
    Ok(order)
}
