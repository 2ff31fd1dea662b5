#[tool]
fn order_status(order_id: u64) -> Result<Order, Error> {
    let order = find(order_id)?;
    Ok(order)
}
