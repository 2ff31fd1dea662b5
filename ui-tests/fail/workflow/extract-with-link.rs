use agent_otel::workflow;

#[workflow(extract = headers, link = headers)]
fn call(headers: &http::HeaderMap) -> usize {
    headers.len()
}

fn main() {}
