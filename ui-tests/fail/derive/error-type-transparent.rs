use agent_otel::ErrorType;

#[derive(ErrorType)]
enum Failed {
    #[error_type(transparent)]
    Unit,
    #[error_type(transparent)]
    Several(std::io::Error, String),
    Both(
        #[error_type(transparent)] std::io::Error,
        #[error_type(transparent)] std::fmt::Error,
    ),
    #[error_type("timeout")]
    Labeled(#[error_type(transparent)] std::io::Error),
    OnField(#[error_type("timeout")] std::io::Error),
}

fn main() {}
