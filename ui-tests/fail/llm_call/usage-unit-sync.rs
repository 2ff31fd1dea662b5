use agent_otel::llm_call;

#[llm_call(provider = "openai")]
fn complete(prompt: &mut String) {
    prompt.push('!');
}

fn main() {}
