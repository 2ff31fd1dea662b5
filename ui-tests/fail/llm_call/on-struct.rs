use agent_otel::llm_call;

#[llm_call(provider = "openai")]
struct Client;

fn main() {
    let _ = Client;
}
