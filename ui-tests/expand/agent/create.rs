#[agent(operation = "create_agent", provider = "openai", name = name, system = instructions)]
async fn create(name: &str, instructions: &str) -> Result<String, Error> {
    client.create(name, instructions).await
}
