//! A program that logs, and what it has written.

use std::process::{Command, Output, Stdio};

/// Runs the program `name` with these variables and no other that it reads.
pub fn run(name: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_logs"));
    command.arg(name);
    for (variable, _) in std::env::vars_os() {
        let upper = variable.to_string_lossy().to_uppercase();
        if upper.contains("OTEL") || upper.contains("PROXY") || upper == "RUST_LOG" {
            command.env_remove(&variable);
        }
    }
    let output = command
        .env("RUST_BACKTRACE", "0")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn told(output: &Output) -> Vec<String> {
    let lines = stderr(output);
    let told = lines
        .lines()
        .filter(|line| line.starts_with("agent-otel: "));
    told.map(str::to_owned).collect()
}

/// The line that was printed with this message.
pub fn printed(output: &Output, body: &str) -> String {
    let stderr = stderr(output);
    let mut lines = stderr
        .lines()
        .filter(|line| line.contains(&format!("  {body}")));
    let line = lines.next().unwrap_or_else(|| panic!("{body}: {stderr}"));
    assert_eq!(lines.next(), None, "{body} twice: {stderr}");
    line.to_owned()
}

/// Where the program was when it logged: message, trace, span and flags.
pub fn places(output: &Output) -> Vec<[String; 4]> {
    let stdout = stdout(output);
    let places: Vec<_> = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("HERE "))
        .map(|line| {
            let mut words = line.rsplitn(4, ' ').map(str::to_owned);
            let mut next = || words.next().unwrap();
            let (flags, span, trace) = (next(), next(), next());
            [next(), trace, span, flags]
        })
        .collect();
    assert!(!places.is_empty(), "{output:?}");
    places
}
