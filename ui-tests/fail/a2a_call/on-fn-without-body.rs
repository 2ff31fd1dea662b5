use agent_otel::a2a_call;

trait Orders {
    #[a2a_call(agent = "orders", inject = client)]
    async fn ask(&self, question: &str) -> usize;
}

fn main() {}
