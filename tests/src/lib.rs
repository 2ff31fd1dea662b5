//! What the tests share.

pub mod captured;

use std::process::Command;

/// Runs `body` in a child of this test, which is the same test with these environment variables: a process reads them once.
///
/// # Panics
///
/// Where the child fails, with all that it printed.
pub fn in_child_with(variables: &[(&str, &str)], body: impl FnOnce()) {
    const CHILD: &str = "AGENT_OTEL_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        return body();
    }
    let name = std::thread::current().name().map(str::to_owned);
    let name = name.expect("a test has a name");
    let output = Command::new(std::env::current_exe().expect("a test binary"))
        .args(["--exact", &name, "--nocapture", "--test-threads=1"])
        .envs(variables.iter().copied())
        .env(CHILD, "1")
        .output()
        .expect("a child");
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}
