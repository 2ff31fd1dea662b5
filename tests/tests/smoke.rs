//! smoke
use agent_otel::{a2a_call, agent, llm_call, testing, tool};
use http::HeaderMap;
#[derive(Debug)]
struct NotFound(u64);
impl std::fmt::Display for NotFound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no order {}", self.0)
    }
}
impl std::error::Error for NotFound {}
/// Looks an order up.
#[tool(arguments(order_id))]
async fn order_status(order_id: u64) -> Result<String, NotFound> {
    tokio::task::yield_now().await;
    if order_id == 9999 {
        return Err(NotFound(order_id));
    }
    Ok("shipped".into())
}
#[llm_call(provider = "openai", model = request.0)]
async fn complete(request: (&str, u32)) -> Result<serde_json::Value, NotFound> {
    Ok(
        serde_json::json!({"id": "1", "model": "gpt", "choices": [{"finish_reason": "stop"}], "usage": {"prompt_tokens": 10, "completion_tokens": 3}}),
    )
}
/// Answers.
#[agent(extract = headers)]
async fn orchestrator(headers: &HeaderMap, id: u64) -> Result<String, NotFound> {
    complete(("gpt-4o", 1)).await?;
    order_status(id).await
}
#[a2a_call(agent = "orchestrator", url = "http://x:1", inject = headers)]
async fn ask(headers: &mut HeaderMap, id: u64) -> Result<String, NotFound> {
    orchestrator(headers, id).await
}
#[a2a_call(agent = "s", inject = headers)]
fn sync_call(headers: &mut HeaderMap) -> usize {
    headers.len()
}
#[tool]
fn boxed(a: String) -> std::pin::Pin<Box<dyn Future<Output = Result<usize, NotFound>> + Send>> {
    Box::pin(async move { Ok(a.len()) })
}
#[tool]
fn future(a: String) -> impl Future<Output = Result<usize, NotFound>> + Send {
    async move { Err(NotFound(a.len() as u64)) }
}
#[tokio::test]
async fn story() {
    let spans = testing::capture_async(async {
        let mut h = HeaderMap::new();
        let _ = ask(&mut h, 9999).await;
        let _ = sync_call(&mut h);
        let _ = boxed("a".into()).await;
        let _ = future("a".into()).await;
    })
    .await;
    println!("{spans}\n{}", spans.tree());
}
