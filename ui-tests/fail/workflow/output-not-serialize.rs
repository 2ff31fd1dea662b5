use agent_otel::workflow;

#[workflow(output)]
fn call() -> Opaque {
    Opaque
}

pub struct Opaque;

fn main() {}
