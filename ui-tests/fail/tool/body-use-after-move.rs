use agent_otel::tool;

#[tool]
async fn shout(text: String) -> String {
    drop(text);
    text
}

fn main() {}
