//! `error.type`, as it is exported: a label of low cardinality, whichever error it is of.

use std::error::Error;
use std::fmt;

use agent_otel::testing::{Spans, capture};
use agent_otel::{ErrorType, tool};

/// Fails as a tool does.
macro_rules! failed {
    ($ty:ty, $error:expr) => {{
        #[tool]
        fn fails(error: $ty) -> Result<(), $ty> {
            Err(error)
        }
        label(&capture(|| assert!(fails($error).is_err())))
    }};
}

/// The label of the one span.
fn label(spans: &Spans) -> String {
    let label = spans[0]
        .attributes
        .iter()
        .find(|attribute| attribute.key.as_str() == "error.type");
    label.expect("an `error.type`").value.to_string()
}

#[test]
fn smoke() {
    assert_eq!(
        failed!(std::fmt::Error, std::fmt::Error),
        "core::fmt::Error"
    );
    assert_eq!(
        failed!(std::io::Error, std::io::ErrorKind::NotFound.into()),
        "std::io::error::Error::NotFound"
    );
    assert_eq!(failed!(String, "x".to_owned()), "_OTHER");
}
