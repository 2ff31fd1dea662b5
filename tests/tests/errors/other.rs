//! Failures that are no `Err`, and errors that fail themselves.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::panic::{catch_unwind, panic_any};

use agent_otel::testing::capture;
use agent_otel::tool;
use opentelemetry::trace::Status;

use crate::names::NoCustomer;
use crate::{exported, label};

#[test]
fn a_panic_tells_its_message_whatever_it_was_raised_with() {
    type Payload = Box<dyn Any + Send>;
    #[tool]
    fn panics(raise: fn()) {
        raise();
    }
    let raised: [(fn(), &str); 8] = [
        (|| panic!("no rule"), "no rule"),
        (|| panic!("no rule for {}", 3), "no rule for 3"),
        (|| panic_any(Cow::Borrowed("no rule")), "no rule"),
        (
            || panic_any::<Box<dyn Error + Send + Sync>>(NoCustomer("7".to_owned()).into()),
            "there is no customer 7",
        ),
        (
            || panic_any::<Box<dyn Error + Send>>(Box::new(NoCustomer("7".to_owned()))),
            "there is no customer 7",
        ),
        (|| panic_any::<Payload>(Box::new("no rule")), "no rule"),
        (|| panic_any(7_u8), ""),
        (
            || panic_any::<Box<dyn Error + Send + Sync>>(Hostile::Display.into()),
            "",
        ),
    ];
    for (raise, message) in raised {
        let spans = capture(|| drop(catch_unwind(move || panics(raise)).unwrap_err()));
        assert_eq!(exported(&spans), "panic");
        assert_eq!(spans[0].status, Status::error(message));
    }
}

/// Panics in one of its methods.
#[derive(Clone, Copy, PartialEq)]
enum Hostile {
    Debug,
    Display,
    Source,
}

impl Debug for Hostile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(*self != Hostile::Debug, "debugged");
        f.write_str("Hostile")
    }
}

impl Display for Hostile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(*self != Hostile::Display, "displayed");
        f.write_str("it failed")
    }
}

impl Error for Hostile {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        assert!(*self != Hostile::Source, "asked for its cause");
        None
    }
}

#[test]
fn an_error_that_panics_is_an_error_still() {
    for hostile in [Hostile::Debug, Hostile::Display, Hostile::Source] {
        assert_eq!(label!(Hostile, hostile), "errors::other::Hostile");
        let boxed = label!(Box<dyn Error>, hostile.into());
        let expected = if hostile == Hostile::Display {
            "Hostile"
        } else {
            "_OTHER"
        };
        assert_eq!(boxed, expected);
    }
}

/// Debugs without end, until the writer has enough.
struct Endless;

impl Debug for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Endless")?;
        loop {
            f.write_str("(\n")?;
        }
    }
}

impl Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("endless")
    }
}

impl Error for Endless {}

#[test]
fn a_debug_output_without_end_is_read_to_the_name() {
    assert_eq!(label!(Endless, Endless), "errors::other::Endless");
    assert_eq!(label!(Box<dyn Error>, Endless.into()), "Endless");
}
