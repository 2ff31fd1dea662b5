use agent_otel::tools;

/// Makes something to call.
#[tools]
pub async fn maker() -> impl Fn() -> u8 {
    || 7
}

#[tools]
struct Shop;

fn main() {}
