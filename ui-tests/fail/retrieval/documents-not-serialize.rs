use agent_otel::retrieval;

#[retrieval(documents)]
fn call() -> Opaque {
    Opaque
}

pub struct Opaque;

fn main() {}
