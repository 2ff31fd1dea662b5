use agent_otel::ErrorType;

#[derive(ErrorType)]
enum Failed {
    #[error_type(transparant)]
    Misspelled(std::io::Error),
    #[error_type(timeout)]
    Bare,
    #[error_type = "timeout"]
    Equals,
    #[error_type]
    Nothing,
    #[error_type("late")]
    #[error_type("timeout")]
    Twice,
}

fn main() {}
