use agent_otel::agent;

#[agent(conversation_id = sesion.id)]
async fn plan(session: &Session) -> u64 {
    session.id
}

struct Session {
    id: u64,
}

fn main() {}
