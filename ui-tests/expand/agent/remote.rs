/// Asks the agent for claims.
#[agent(provider = "aws.bedrock", name = "claims", id = CLAIMS, temperature = 0.2)]
async fn ask_claims(question: &str) -> Result<Answer, Error> {
    client.invoke(question).await
}
