use agent_otel::tool;

#[tool]
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.len()
}

fn main() {}
