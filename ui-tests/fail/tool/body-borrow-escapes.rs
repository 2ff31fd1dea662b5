use agent_otel::tool;

#[tool]
fn first<'a>(text: &'a str, other: &str) -> &'a str {
    if text.is_empty() { other } else { text }
}

fn main() {}
