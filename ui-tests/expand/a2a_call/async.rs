#[a2a_call(agent = "order-management", url = ORDERS, inject = headers)]
async fn ask_orders(headers: &mut HeaderMap, question: &str) -> Result<Answer, Error> {
    let response = post(ORDERS, headers, question).await?;
    response.json().await
}
