//! Every operation of the conventions, in success and in failure, and with all that can be told of it.

mod agents;

mod data;
mod mcp;
mod models;
mod tools;
mod with_rmcp;
mod workflows;

use std::process::Command;

use agent_otel::testing::Spans;

/// Runs `body` in a child of this test, which is the same test with content captured: the variable is read once.
fn captured(body: impl FnOnce()) {
    const CHILD: &str = "TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        return body();
    }
    let name = std::thread::current().name().map(str::to_owned);
    let output = Command::new(std::env::current_exe().expect("a test binary"))
        .args([
            "--exact",
            &name.expect("a test has a name"),
            "--nocapture",
            "--test-threads=1",
        ])
        .env(
            "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
            "SPAN_ONLY",
        )
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

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("no connection")]
    NoConnection,
}

use Failed::NoConnection;

type Outcome<T> = Result<T, Failed>;

fn attribute(spans: &Spans, index: usize, key: &str) -> Option<String> {
    let mut attributes = spans[index].attributes.iter();
    attributes
        .find(|attribute| attribute.key.as_str() == key)
        .map(|attribute| attribute.value.as_str().into_owned())
}
