use agent_otel::{LlmRequest, Usage, llm_call};

#[derive(LlmRequest)]
struct Request {
    #[llm(model)]
    model: String,
}

#[llm_call(provider = "openai", request = request, model = "gpt-4o-mini")]
async fn complete(request: Request) -> Usage {
    Usage::new(request.model.len() as u64, 1)
}

fn main() {}
