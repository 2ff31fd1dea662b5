use agent_otel::agent;

struct Request {
    question: String,
}

#[agent(extract = request.question)]
async fn plan(request: Request) -> usize {
    request.question.len()
}

fn main() {}
