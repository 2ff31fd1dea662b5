#[llm_call(
    provider = "openai",
    model = "gpt-4o",
    prompt("greeting", "3"),
    prompt_variables(name = name, "tone" = "warm"),
    stream = true
)]
fn greet(name: &str) -> Result<ChatResponse, Error> {
    client.greet(name)
}
