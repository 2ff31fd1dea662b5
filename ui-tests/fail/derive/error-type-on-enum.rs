use agent_otel::ErrorType;

#[derive(ErrorType)]
#[error_type("failed")]
enum Failed {
    Late,
}

fn main() {}
