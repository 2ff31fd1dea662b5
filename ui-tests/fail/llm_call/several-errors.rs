use agent_otel::llm_call;

#[llm_call(modl = "gpt-4o-mini", operation = "chatt", temperature = heat, usage = auto)]
async fn complete(prompt: &str) -> String {
    prompt.to_owned()
}

fn main() {}
