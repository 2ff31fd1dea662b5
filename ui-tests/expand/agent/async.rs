/// Answers a customer's question.
#[agent(extract = headers, input = question, output)]
async fn answer(headers: &HeaderMap, question: &str) -> Result<String, Error> {
    let plan = plan(question).await?;
    run(plan).await
}
