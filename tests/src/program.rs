//! Programs of these tests, and what they have written.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// Far above what a program here takes, and far below a hang.
const NO_HANG: Duration = Duration::from_secs(60);

/// Runs a program with this argument and these variables, and no other that telemetry reads.
///
/// # Panics
///
/// Where there is no such program.
pub fn run(program: &str, argument: &str, variables: &[(&str, &str)]) -> Output {
    command(program, argument, variables)
        .output()
        .expect("a program")
}

/// As [`run`], with its standard error going there.
///
/// # Panics
///
/// Where there is no such program.
pub fn run_to(errors: Stdio, program: &str, argument: &str, variables: &[(&str, &str)]) -> Output {
    command(program, argument, variables)
        .stderr(errors)
        .output()
        .expect("a program")
}

/// As [`run`], with a standard error that is a pipe, full already, that nobody reads.
///
/// # Panics
///
/// Where there is no such program, or it does not end.
pub fn run_unread(program: &str, argument: &str, variables: &[(&str, &str)]) -> Output {
    let (_reader, writer) = std::io::pipe().expect("a pipe");
    // Opened anew, so that the program's own writes wait.
    let mut full = OpenOptions::new()
        .append(true)
        .custom_flags(0o4000) // O_NONBLOCK
        .open(format!("/proc/self/fd/{}", writer.as_raw_fd()))
        .expect("a pipe");
    let filled = loop {
        if let Err(error) = full.write(&[b'x'; 4096]) {
            break error.kind();
        }
    };
    assert_eq!(filled, ErrorKind::WouldBlock);
    let child = command(program, argument, variables)
        .stdout(Stdio::piped())
        .stderr(writer)
        .spawn()
        .expect("a program");
    let id = child.id().to_string();
    let (done, ended) = channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    let output = ended.recv_timeout(NO_HANG).unwrap_or_else(|_| {
        let _ = Command::new("kill").args(["-9", &id]).status();
        panic!("{argument} hangs")
    });
    output.expect("an output")
}

fn command(program: &str, argument: &str, variables: &[(&str, &str)]) -> Command {
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
        .stdin(Stdio::null());
    command
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
