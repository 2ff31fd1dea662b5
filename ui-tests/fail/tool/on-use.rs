use agent_otel::tool;

#[tool]
use std::mem::swap;

fn main() {
    swap(&mut 1, &mut 2);
}
