//! Whatever an error holds, its label is that of its kind: the same for each instance, short, and without a word of it.

use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::io;
use std::sync::Arc;

use agent_otel::ErrorType;
use anyhow::Context as _;

use crate::label;
use crate::names::{NoCustomer, Shop};

/// What people put into errors.
fn data() -> Vec<String> {
    let mut data: Vec<String> = [
        "Alice",
        "JohnSmith42",
        "AKIAIOSFODNN7EXAMPLE",
        "sk-proj-0123456789abcdef",
        "alice@example.com",
        "4111 1111 1111 1111",
        "Order9999",
        "Alice(gold)",
        "Alice (gold)",
        "Alice {gold}",
        "Alice { tier: 3 }",
        "Alice::Gold",
        "Error { context: \"Alice\", source: 3 }",
        "there is no customer",
        "Ünknown",
        "\n",
        "",
    ]
    .map(str::to_owned)
    .into();
    data.push("Alice".repeat(10_000));
    data
}

/// Debugs as what it holds, and displays something else.
struct Leaks(String);

impl Debug for Leaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Display for Leaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it failed")
    }
}

impl Error for Leaks {}

/// Debugs as what it holds, with more around it.
struct Dresses(String);

impl Debug for Dresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.0, self.0.len())
    }
}

impl Display for Dresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed", self.0)
    }
}

impl Error for Dresses {}

/// Debugs and displays as what it holds.
enum Repeats {
    Text(String),
}

impl Debug for Repeats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl Display for Repeats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Text(text) = self;
        f.write_str(text)
    }
}

impl Error for Repeats {}

#[derive(Debug, thiserror::Error)]
#[error("{0}: {1:?}")]
struct Generic<T: Debug>(String, Option<T>);

#[derive(Debug, thiserror::Error)]
#[error("the step failed: {text}")]
struct Step {
    text: String,
    #[source]
    cause: Shop,
}

/// Gives away what it holds as its label.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Tells(String);

impl ErrorType for Tells {
    fn error_type(&self) -> std::borrow::Cow<'static, str> {
        format!("order {}", self.0).into()
    }
}

fn contexts(error: impl Into<anyhow::Error>, text: &str) -> anyhow::Error {
    let failed: anyhow::Result<()> = Err(error.into());
    let failed = failed.context(text.to_owned()).context(text.to_owned());
    failed.context(text.to_owned()).unwrap_err()
}

type Boxed = Box<dyn Error + Send + Sync>;

/// One kind of error: its name, and the label of one that holds this text.
type Kind = (&'static str, fn(&str) -> String);

const KINDS: &[Kind] = &[
    ("a struct", |text| {
        label!(NoCustomer, NoCustomer(text.to_owned()))
    }),
    ("a boxed struct", |text| {
        label!(Boxed, NoCustomer(text.to_owned()).into())
    }),
    ("a variant", |text| {
        label!(Shop, Shop::OrderNotFound(text.to_owned()))
    }),
    ("a variant with names", |text| {
        let sku = text.to_owned();
        label!(Shop, Shop::Stock { sku, left: 3 })
    }),
    ("a boxed variant", |text| {
        label!(Boxed, Shop::OrderNotFound(text.to_owned()).into())
    }),
    ("a shared variant", |text| {
        label!(Arc<Shop>, Arc::new(Shop::OrderNotFound(text.to_owned())))
    }),
    ("text", |text| label!(String, text.to_owned())),
    ("boxed text", |text| label!(Boxed, text.into())),
    ("text of anyhow", |text| {
        label!(anyhow::Error, anyhow::anyhow!("{text}"))
    }),
    ("text of eyre", |text| {
        label!(eyre::Report, eyre::eyre!("{text}"))
    }),
    ("contexts of anyhow", |text| {
        label!(anyhow::Error, contexts(NoCustomer(text.to_owned()), text))
    }),
    ("contexts around text", |text| {
        label!(
            anyhow::Error,
            contexts(anyhow::anyhow!(text.to_owned()), text)
        )
    }),
    ("a layer of eyre", |text| {
        let report = eyre::Report::from(NoCustomer(text.to_owned()));
        label!(eyre::Report, report.wrap_err(text.to_owned()))
    }),
    ("io", |text| label!(io::Error, io::Error::other(text))),
    ("io of a kind", |text| {
        label!(io::Error, io::Error::new(io::ErrorKind::NotFound, text))
    }),
    ("io of another", |text| {
        label!(io::Error, io::Error::other(NoCustomer(text.to_owned())))
    }),
    ("leaks", |text| label!(Leaks, Leaks(text.to_owned()))),
    ("dresses", |text| label!(Dresses, Dresses(text.to_owned()))),
    ("boxed dresses", |text| {
        label!(Boxed, Dresses(text.to_owned()).into())
    }),
    ("repeats", |text| {
        label!(Repeats, Repeats::Text(text.to_owned()))
    }),
    ("boxed repeats", |text| {
        label!(Boxed, Repeats::Text(text.to_owned()).into())
    }),
    ("boxed leaks", |text| {
        label!(Boxed, Leaks(text.to_owned()).into())
    }),
    ("leaks in contexts", |text| {
        label!(anyhow::Error, contexts(Leaks(text.to_owned()), text))
    }),
    ("generic", |text| {
        label!(Generic<u8>, Generic(text.to_owned(), Some(7)))
    }),
    ("generic of itself", |text| {
        let inner = Generic(text.to_owned(), Some(text.to_owned()));
        label!(
            Generic<Generic<String>>,
            Generic(text.to_owned(), Some(inner))
        )
    }),
    ("a step", |text| {
        let cause = Shop::OrderNotFound(text.to_owned());
        let text = text.to_owned();
        label!(Step, Step { text, cause })
    }),
    ("tells", |text| label!(Tells, Tells(text.to_owned()))),
    ("json", |text| {
        let text = serde_json::to_string(text).unwrap();
        let error = serde_json::from_str::<u8>(&text).unwrap_err();
        label!(serde_json::Error, error)
    }),
    ("a code of an API", |text| {
        use async_openai::error::ApiError;
        let message = text.to_owned();
        let error = ApiError {
            message,
            ..ApiError::default()
        };
        label!(ApiError, error)
    }),
];

#[test]
fn labels_tell_the_kind_and_nothing_else() {
    for (name, label_of) in KINDS {
        let known = label_of("nothing");
        assert!(
            known.len() <= 64 && !known.contains(char::is_whitespace),
            "{name}: {known}"
        );
        for text in data() {
            let label = label_of(&text);
            assert_eq!(label, known, "{name} of {text:?}");
        }
    }
}

/// Even where it looks like the name of a variant.
#[test]
fn a_struct_has_no_variants() {
    let leaks = Leaks("JohnSmith".to_owned());
    assert_eq!(label!(Leaks, leaks), "errors::alike::Leaks");
}
