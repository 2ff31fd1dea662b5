//! The standard library, its runtime, and a database.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::label;

#[test]
fn std_and_serde_json_tell_the_kind() {
    assert_eq!(
        code!(
            std::io::Error,
            std::io::Error::from(std::io::ErrorKind::TimedOut)
        ),
        "timeout"
    );
    assert_eq!(
        code!(
            std::io::Error,
            std::io::Error::from(std::io::ErrorKind::BrokenPipe)
        ),
        "std::io::error::Error::BrokenPipe"
    );
    let parsed = |text: &str| serde_json::from_str::<u8>(text).unwrap_err();
    for (text, kind) in [("", "Eof"), ("nonsense", "Syntax"), ("\"Alice\"", "Data")] {
        let label = format!("serde_json::error::Error::{kind}");
        assert_eq!(code!(serde_json::Error, parsed(text)), label);
    }
}

#[tokio::test]
async fn tokio_tells_what_became_of_the_task() {
    use tokio::task::JoinError;
    use tokio::time::error::Elapsed;
    let late = tokio::time::timeout(Duration::ZERO, std::future::pending::<()>());
    let late = late.await.unwrap_err();
    assert_eq!(label!(Elapsed, late), "timeout");
    let late = tokio::time::timeout(Duration::ZERO, std::future::pending::<()>());
    let late = anyhow::Error::from(late.await.unwrap_err()).context("Alice");
    assert_eq!(label!(anyhow::Error, late), "timeout");
    let panicked = tokio::spawn(async { panic!("Alice") }).await.unwrap_err();
    assert_eq!(label!(JoinError, panicked), "panic");
    let task = tokio::spawn(std::future::pending::<()>());
    task.abort();
    assert_eq!(label!(JoinError, task.await.unwrap_err()), "cancelled");
}

/// A violation of a constraint, as a driver gives it.
#[derive(Debug)]
struct Violation(Option<&'static str>);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alice is there already")
    }
}

impl Error for Violation {}

impl sqlx::error::DatabaseError for Violation {
    fn message(&self) -> &'static str {
        "Alice is there already"
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        self.0.map(Cow::Borrowed)
    }

    fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> sqlx::error::ErrorKind {
        sqlx::error::ErrorKind::UniqueViolation
    }
}

#[test]
fn sqlx_tells_the_code_of_the_database() {
    let database = |code| sqlx::Error::Database(Box::new(Violation(code)));
    assert_eq!(code!(sqlx::Error, database(Some("23505"))), "23505");
    let path = "sqlx_core::error::Error";
    assert_eq!(
        code!(sqlx::Error, database(None)),
        format!("{path}::Database")
    );
    assert_eq!(
        code!(sqlx::Error, sqlx::Error::RowNotFound),
        format!("{path}::RowNotFound")
    );
    assert_eq!(code!(sqlx::Error, sqlx::Error::PoolTimedOut), "timeout");
    let refused = || sqlx::Error::Io(std::io::ErrorKind::ConnectionRefused.into());
    assert_eq!(
        code!(sqlx::Error, refused()),
        "std::io::error::Error::ConnectionRefused"
    );
}
