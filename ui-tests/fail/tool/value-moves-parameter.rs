use agent_otel::tool;

#[tool(call_id = String::from_utf8(id).ok())]
async fn ship(id: Vec<u8>) -> usize {
    id.len()
}

fn main() {}
