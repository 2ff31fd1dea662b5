use std::collections::HashMap;

use agent_otel::a2a_call;

struct Client {
    headers: HashMap<String, String>,
}

impl Client {
    #[a2a_call(agent = "orders", inject = self.headers)]
    async fn ask(&self) -> usize {
        self.headers.len()
    }
}

fn main() {
    let client = Client {
        headers: HashMap::new(),
    };
    drop(client.ask());
}
