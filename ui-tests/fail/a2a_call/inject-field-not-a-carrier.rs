use agent_otel::a2a_call;

struct Request {
    question: String,
}

#[a2a_call(agent = "orders", inject = request.question)]
async fn ask(request: &mut Request) -> usize {
    request.question.len()
}

fn main() {}
