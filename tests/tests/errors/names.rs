//! What has no code and no label of its own is called by its type, and by its variant.

use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::rc::Rc;
use std::sync::Arc;

use agent_otel::testing::capture;
use agent_otel::tool;

use crate::{exported, label};

#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Shop {
    #[error("there is no order {0}")]
    OrderNotFound(String),
    #[error("stock of {sku} is {left}")]
    Stock { sku: String, left: u32 },
    #[error("the shop is closed")]
    ClosedForToday,
    #[error("Closed")]
    Closed,
}

#[derive(Debug, thiserror::Error)]
#[error("there is no customer {0}")]
pub(crate) struct NoCustomer(pub(crate) String);

#[derive(Debug, thiserror::Error)]
#[error("locked")]
struct Locked;

/// Only the discriminant is stored, in a representation of its own.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
enum Small {
    NotFound,
    Gone,
}

impl Display for Small {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(self, f)
    }
}

impl Error for Small {}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is wrong")]
struct Generic<T: Debug>(T);

#[derive(Debug, thiserror::Error)]
#[error("{0} is no number")]
struct Borrowed<'a>(&'a str);

#[test]
fn an_enumeration_is_called_by_its_variant() {
    for (error, name) in [
        (Shop::OrderNotFound("Alice".to_owned()), "OrderNotFound"),
        (
            Shop::Stock {
                sku: "KET-BLU-17".to_owned(),
                left: 0,
            },
            "Stock",
        ),
        (Shop::ClosedForToday, "ClosedForToday"),
    ] {
        let path = format!("errors::names::Shop::{name}");
        assert_eq!(label!(Shop, error.clone()), path);
        assert_eq!(label!(Box<Shop>, Box::new(error.clone())), path);
        assert_eq!(label!(Arc<Shop>, Arc::new(error.clone())), path);
        assert_eq!(label!(Rc<Shop>, Rc::new(error.clone())), path);
        assert_eq!(label!(Box<dyn Error>, error.clone().into()), name);
        assert_eq!(
            label!(Box<dyn Error + Send + Sync>, error.clone().into()),
            name
        );
    }
    assert_eq!(
        label!(Small, Small::NotFound),
        "errors::names::Small::NotFound"
    );
    assert_eq!(label!(Small, Small::Gone), "errors::names::Small::Gone");
    assert_eq!(label!(Box<dyn Error>, Box::new(Small::Gone)), "Gone");
}

/// A word that is all of the message may be what somebody wrote, where there is room for that in the error.
#[test]
fn a_variant_that_only_repeats_the_message_is_no_name() {
    assert_eq!(label!(Shop, Shop::Closed), "errors::names::Shop");
    assert_eq!(label!(Box<dyn Error>, Shop::Closed.into()), "_OTHER");
}

/// Debugs as what it holds, and displays it with more around it.
enum Customer {
    NotFound(String),
    Other(u64),
}

impl Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(name) => f.write_str(name),
            Self::Other(number) => write!(f, "Other {number}"),
        }
    }
}

impl Display for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(name) => write!(f, "no customer {name}"),
            Self::Other(number) => write!(f, "customer {number}"),
        }
    }
}

impl Error for Customer {}

#[test]
fn a_word_of_the_message_is_no_variant() {
    for name in ["Lovelace", "Babbage"] {
        let missing = || Customer::NotFound(name.to_owned());
        assert_eq!(label!(Customer, missing()), "errors::names::Customer");
        assert_eq!(label!(Box<dyn Error>, missing().into()), "_OTHER");
    }
    let other = Customer::Other(7);
    assert_eq!(label!(Customer, other), "errors::names::Customer");
}

/// Begins its messages with its variants, or ends them so.
#[derive(Debug, thiserror::Error)]
enum Upstream {
    #[error("Connection refused")]
    Connect,
    #[error("Timeout after 5 s")]
    Timeout,
    #[error("the upstream failed: NotFound")]
    NotFound,
    #[error("status {0}")]
    Status(u64),
}

#[test]
fn a_message_may_begin_or_end_like_its_variant() {
    for (error, label) in [
        (Upstream::Connect, "errors::names::Upstream::Connect"),
        (Upstream::Timeout, "errors::names::Upstream::Timeout"),
        (Upstream::NotFound, "errors::names::Upstream::NotFound"),
        (Upstream::Status(500), "errors::names::Upstream::Status"),
    ] {
        assert_eq!(label!(Upstream, error), label);
    }
}

#[test]
fn a_struct_is_called_by_its_path() {
    let missing = || NoCustomer("Alice".to_owned());
    assert_eq!(label!(NoCustomer, missing()), "errors::names::NoCustomer");
    assert_eq!(label!(Box<dyn Error>, missing().into()), "NoCustomer");
    assert_eq!(label!(Locked, Locked), "errors::names::Locked");
    assert_eq!(label!(&'static Locked, &Locked), "errors::names::Locked");
    assert_eq!(label!(Box<dyn Error>, Locked.into()), "Locked");
}

#[test]
fn generic_arguments_make_no_label_of_their_own() {
    let label = "errors::names::Generic";
    assert_eq!(label!(Generic<u8>, Generic(1)), label);
    assert_eq!(label!(Generic<String>, Generic("Alice".to_owned())), label);
    assert_eq!(label!(Generic<Vec<Option<u8>>>, Generic(vec![None])), label);
    assert_eq!(label!(Box<dyn Error>, Generic(1).into()), "Generic");
}

#[test]
fn errors_of_the_standard_library_have_names() {
    assert_eq!(label!(fmt::Error, fmt::Error), "core::fmt::Error");
    let number = || "x".parse::<u8>().unwrap_err();
    assert_eq!(
        label!(std::num::ParseIntError, number()),
        "core::num::error::ParseIntError"
    );
    assert_eq!(label!(Box<dyn Error>, number().into()), "ParseIntError");
    let variable = || std::env::var("NOBODY_SETS_THIS").unwrap_err();
    assert_eq!(
        label!(std::env::VarError, variable()),
        "std::env::VarError::NotPresent"
    );
    let text = || String::from_utf8(vec![0xff]).unwrap_err();
    assert_eq!(label!(Box<dyn Error>, text().into()), "FromUtf8Error");
}

#[test]
fn what_is_no_error_has_a_name_if_its_type_is_one() {
    struct Silent;
    assert_eq!(
        label!(Silent, Silent),
        "errors::names::what_is_no_error_has_a_name_if_its_type_is_one::Silent"
    );
    assert_eq!(label!(String, "no order 9999".to_owned()), "_OTHER");
    assert_eq!(label!(&'static str, "no order 9999"), "_OTHER");
    assert_eq!(label!((), ()), "_OTHER");
    assert_eq!(label!(u32, 9999), "_OTHER");
    assert_eq!(label!((u8, String), (1, String::new())), "_OTHER");
    assert_eq!(
        label!(Box<dyn Display>, Box::new("no order 9999")),
        "_OTHER"
    );
    assert_eq!(label!(Box<dyn Error>, "NotFound".into()), "_OTHER");
}

/// Neither is `'static`, and neither has to be.
#[test]
fn errors_that_borrow_and_errors_of_any_type_compile() {
    #[tool]
    fn parse(text: &str) -> Result<u8, Borrowed<'_>> {
        text.parse().map_err(|_| Borrowed(text))
    }
    #[tool]
    async fn parse_async(text: &str) -> Result<u8, Borrowed<'_>> {
        text.parse().map_err(|_| Borrowed(text))
    }
    #[tool]
    fn passes_on<E: Error>(error: E) -> Result<(), E> {
        Err(error)
    }
    let spans = capture(|| assert!(parse("Alice").is_err()));
    assert_eq!(exported(&spans), "errors::names::Borrowed");
    let spans = capture(|| {
        assert!(futures::executor::block_on(parse_async("Alice")).is_err());
    });
    assert_eq!(exported(&spans), "errors::names::Borrowed");
    let text = "Alice".to_owned();
    let spans = capture(|| assert!(passes_on(Borrowed(&text)).is_err()));
    assert_eq!(exported(&spans), "errors::names::Borrowed");
    let spans = capture(|| assert!(passes_on(Shop::ClosedForToday).is_err()));
    assert_eq!(exported(&spans), "errors::names::Shop::ClosedForToday");
}

/// An error with another name for each number.
struct Numbered(usize);

impl fmt::Debug for Numbered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(&self.name()).field("code", &7).finish()
    }
}

impl fmt::Display for Numbered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it failed")
    }
}

impl Error for Numbered {}

impl Numbered {
    fn name(&self) -> String {
        let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap());
        format!("Fault{}{}", letter(self.0 / 26), letter(self.0))
    }
}

/// As `doc/error_type.md` has it: the room for labels is that of the attribute, or of the call of a macro that wrote it.
#[test]
fn functions_of_one_attribute_share_the_room_for_labels() {
    struct Block;
    #[agent_otel::tools]
    impl Block {
        fn first(number: usize) -> Result<(), Box<dyn Error>> {
            Err(Numbered(number).into())
        }
        fn second(number: usize) -> Result<(), Box<dyn Error>> {
            Err(Numbered(number).into())
        }
    }
    macro_rules! written {
        ($($name:ident)*) => {$(
            #[tool]
            fn $name(number: usize) -> Result<(), Box<dyn Error>> {
                Err(Numbered(number).into())
            }
        )*};
    }
    written!(third fourth);
    #[tool]
    fn fifth(number: usize) -> Result<(), Box<dyn Error>> {
        Err(Numbered(number).into())
    }
    #[tool]
    fn sixth(number: usize) -> Result<(), Box<dyn Error>> {
        Err(Numbered(number).into())
    }
    type Fails = fn(usize) -> Result<(), Box<dyn Error>>;
    let label = |fails: Fails, number: usize| {
        let spans = capture(|| {
            let _ = fails(number);
        });
        spans.to_string()
    };
    let pairs: [(Fails, Fails, bool); 3] = [
        (Block::first, Block::second, true),
        (third, fourth, true),
        (fifth, sixth, false),
    ];
    for (one, other, shared) in pairs {
        for number in 0..64 {
            let told = label(one, number);
            assert!(told.contains(&Numbered(number).name()), "{told}");
        }
        let told = label(other, 64);
        assert_eq!(told.contains("_OTHER"), shared, "{told}");
    }
}
