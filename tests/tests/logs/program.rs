//! A program that logs, and what it has written.

use std::process::Output;

use agent_otel_tests::program;
pub use agent_otel_tests::program::{stderr, stdout, told};

/// Runs the case `name` with these variables and no other that it reads.
pub fn run(name: &str, variables: &[(&str, &str)]) -> Output {
    let output = program::run(env!("CARGO_BIN_EXE_logs"), name, variables);
    assert!(output.status.success(), "{output:?}");
    output
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
