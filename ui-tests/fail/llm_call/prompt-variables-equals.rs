use agent_otel::llm_call;

#[llm_call(provider = "openai", prompt_variables = question, usage = manual)]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
