//! `error.type`, as it is exported: a label of low cardinality, whichever error it is of.

mod alike;
mod chosen;
mod codes;
mod names;
mod other;
mod wrappers;

use agent_otel::testing::Spans;

/// Returns the error from a tool, and gives the label of its span.
macro_rules! label {
    ($ty:ty, $error:expr) => {{
        #[agent_otel::tool]
        fn fails(error: $ty) -> Result<(), $ty> {
            Err(error)
        }
        let error = $error;
        $crate::exported(&agent_otel::testing::capture(|| {
            assert!(fails(error).is_err());
        }))
    }};
}
use label;

/// The label of the first span.
fn exported(spans: &Spans) -> String {
    attribute(spans, "error.type").expect("a failed span has an `error.type`")
}

/// An attribute of the first span.
fn attribute(spans: &Spans, key: &str) -> Option<String> {
    let found = spans[0]
        .attributes
        .iter()
        .find(|attribute| attribute.key.as_str() == key);
    found.map(|attribute| attribute.value.to_string())
}
