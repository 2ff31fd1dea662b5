use agent_otel::retrieval;

#[retrieval(data_sorce = "manuals")]
fn call(question: &str) -> usize {
    question.len()
}

fn main() {}
