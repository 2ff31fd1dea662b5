//! What the tests share.

pub mod captured;
pub mod program;
pub mod server;

use std::process::Command;

/// Runs `body` in a child of this test, which is the same test with these variables: what is read once a process needs
/// one of its own. A test of several cases has a child for each, which is told by its variables.
///
/// # Panics
///
/// Where the child fails.
pub fn with(variables: &[(&str, &str)], body: impl FnOnce()) {
    let _ = written_with(variables, body);
}

/// As [`with`], and gives what the child has written on standard output and standard error; nothing inside the child.
///
/// # Panics
///
/// Where the child fails.
pub fn written_with(variables: &[(&str, &str)], body: impl FnOnce()) -> Option<String> {
    const CHILD: &str = "TEST_CHILD";
    if let Some(child) = std::env::var_os(CHILD) {
        if child == format!("{variables:?}").as_str() {
            body();
        }
        return None;
    }
    let name = std::thread::current()
        .name()
        .map(str::to_owned)
        .expect("a test has a name");
    let output = Command::new(std::env::current_exe().expect("a test binary"))
        .args(["--exact", &name, "--nocapture", "--test-threads=1"])
        .envs(variables.iter().copied())
        .env(CHILD, format!("{variables:?}"))
        .output()
        .expect("a child");
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
    Some(text)
}
