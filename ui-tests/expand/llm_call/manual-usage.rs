#[llm_call(provider = "openai", model = "gpt-4o-mini", temperature = 0.2, usage = manual)]
fn complete(prompt: &str) -> String {
    let (text, usage) = ask(prompt);
    agent_otel::current().usage(usage);
    text
}
