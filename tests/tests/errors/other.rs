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

/// How many labels that are made at run time one function may have.
const LABELS: u32 = 64;

#[test]
fn a_verdict_that_floods_takes_no_label_from_another() {
    #[tool(error_if = |code: &u32| Some(format!("code_{code}")))]
    fn floods(code: u32) -> u32 {
        code
    }
    #[tool(error_if = |_: &u32| Some("rate_limited"))]
    fn limited(code: u32) -> u32 {
        code
    }
    for code in 0..LABELS {
        let spans = capture(|| floods(code));
        assert_eq!(exported(&spans), format!("code_{code}"));
    }
    assert_eq!(exported(&capture(|| floods(LABELS))), "_OTHER");
    assert_eq!(exported(&capture(|| floods(0))), "code_0");
    assert_eq!(exported(&capture(|| limited(0))), "rate_limited");
}

#[test]
fn a_function_that_floods_takes_no_name_from_another() {
    /// Its name is data.
    struct Named(String);
    impl Debug for Named {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct(&self.0).field("code", &7).finish()
        }
    }
    impl Display for Named {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("failed")
        }
    }
    impl Error for Named {}

    type Fails = fn(&str) -> Result<(), Box<dyn Error>>;
    #[tool]
    fn floods(name: &str) -> Result<(), Box<dyn Error>> {
        Err(Box::new(Named(name.to_owned())))
    }
    #[tool]
    async fn floods_as_well(name: &str) -> Result<(), Box<dyn Error>> {
        Err(Box::new(Named(name.to_owned())))
    }
    let later: Fails = |name| futures::executor::block_on(floods_as_well(name));
    for (fails, name) in [(floods as Fails, "Lost"), (later, "Broken")] {
        let label = |number: u32| {
            let spans = capture(|| fails(&format!("{name}{number}")).unwrap_err());
            exported(&spans)
        };
        for number in 0..LABELS {
            assert_eq!(label(number), format!("{name}{number}"));
        }
        assert_eq!(label(LABELS), "_OTHER");
        assert_eq!(label(0), format!("{name}0"));
    }
}
