//! Programs of these tests, and what they have written.

use std::process::{Command, Output, Stdio};

/// Runs a program with this argument and these variables, and no other that telemetry reads.
///
/// # Panics
///
/// Where there is no such program.
pub fn run(program: &str, argument: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program);
    command.arg(argument);
    for (variable, _) in std::env::vars_os() {
        let upper = variable.to_string_lossy().to_uppercase();
        if upper.contains("OTEL") || upper.contains("PROXY") || upper == "RUST_LOG" {
            command.env_remove(&variable);
        }
    }
    command
        .env("RUST_BACKTRACE", "0")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("a program")
}

/// What it wrote on standard output.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What it wrote on standard error.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The lines in which its telemetry spoke of itself.
pub fn told(output: &Output) -> Vec<String> {
    let lines = stderr(output);
    let told = lines
        .lines()
        .filter(|line| line.starts_with("agent-otel: "));
    told.map(str::to_owned).collect()
}
