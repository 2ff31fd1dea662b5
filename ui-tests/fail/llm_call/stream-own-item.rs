use agent_otel::llm_call;
use futures::Stream;

struct Piece;

#[llm_call(provider = "openai", model = "gpt-4o-mini")]
fn pieces() -> impl Stream<Item = Piece> {
    futures::stream::iter([Piece])
}

fn main() {}
