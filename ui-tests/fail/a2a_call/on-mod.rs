use agent_otel::a2a_call;

#[a2a_call(agent = "orders", inject = client)]
mod orders {}

fn main() {}
