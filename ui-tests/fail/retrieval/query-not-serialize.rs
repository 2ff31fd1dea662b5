use agent_otel::retrieval;

#[retrieval(query = query)]
fn call(query: Opaque) {
    let _ = query;
}

pub struct Opaque;

fn main() {}
