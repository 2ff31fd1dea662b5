use agent_otel::{Usage, llm_call};

struct Request {
    model: String,
}

#[llm_call(provider = "openai", request = request)]
async fn complete(request: &Request) -> Usage {
    Usage::new(request.model.len() as u64, 1)
}

fn main() {}
