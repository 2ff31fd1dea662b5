use agent_otel::ErrorType;

#[derive(ErrorType)]
union Failed {
    status: u16,
}

fn main() {}
