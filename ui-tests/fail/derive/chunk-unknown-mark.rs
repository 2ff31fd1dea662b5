use agent_otel::LlmChunk;

#[derive(LlmChunk)]
struct Piece {
    #[llm(output)]
    text: String,
    #[llm(response)]
    usage: agent_otel::Usage,
}

fn main() {}
