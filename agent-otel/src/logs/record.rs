//! One record, whichever library it comes from: gathered once, then exported and printed.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{Debug, Display, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

use opentelemetry::Key;
use opentelemetry::logs::AnyValue;
use tracing_core::field::{Field, Visit};
use tracing_core::{Event, Level};

use crate::content::{self, Head};
use crate::semconv;

/// What somebody logged.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) time: SystemTime,
    pub(super) level: Level,
    pub(super) target: Cow<'static, str>,
    /// The name that the program gave it, which makes it an event.
    pub(super) event_name: Option<&'static str>,
    pub(super) body: Option<String>,
    pub(super) attributes: Vec<(Key, AnyValue)>,
}

impl Record {
    fn new(level: Level, target: Cow<'static, str>) -> Self {
        Self {
            time: SystemTime::now(),
            level,
            target,
            event_name: None,
            body: None,
            attributes: Vec::new(),
        }
    }

    /// What an event of `tracing` tells.
    pub(super) fn of_event(event: &Event<'_>) -> Self {
        let metadata = event.metadata();
        let mut record = Self::new(*metadata.level(), metadata.target().into());
        let mut fields = Fields {
            record: &mut record,
            is_forwarded: is_forwarded(event),
        };
        event.record(&mut fields);
        if !fields.is_forwarded && !is_generated(metadata.name()) {
            record.event_name = Some(metadata.name());
        }
        record
    }

    /// What a record of `log` tells.
    pub(super) fn of_log(logged: &log::Record<'_>) -> Self {
        let target = logged.target().to_owned();
        let mut record = Self::new(level(logged.level()), target.into());
        record.body = Some(cleaned(written(logged.args())));
        // An error here could only be one of ours, and there is none.
        let _ = logged.key_values().visit(&mut Pairs(&mut record));
        record
    }

    /// Adds an attribute, unless its name gives it away as a secret: a mask stands for it then. Of several of one name, the
    /// last one counts (Common concepts, "Attribute Collections").
    fn push(&mut self, key: impl Into<Key>, value: impl Into<AnyValue>) {
        let (key, value) = (key.into(), value.into());
        let mask = match &value {
            AnyValue::String(text) => content::named_text(key.as_str(), text.as_str()),
            AnyValue::Int(number) => {
                content::named_number(key.as_str(), u64::try_from(*number).ok())
            }
            AnyValue::Double(_) | AnyValue::Bytes(_) => content::named_number(key.as_str(), None),
            _ => None,
        };
        let value = mask.map_or(value, AnyValue::from);
        match self.attributes.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => self.attributes.push((key, value)),
        }
    }

    fn has(&self, key: &str) -> bool {
        self.attributes
            .iter()
            .any(|(known, _)| known.as_str() == key)
    }
}

/// The name that `tracing` gives to an event without one: `event src/main.rs:7`. It names no kind of event.
fn is_generated(name: &str) -> bool {
    name.starts_with("event ") && name.contains(':')
}

/// Whether `tracing-log` made the event of a record of `log`, whose target and place it keeps in fields.
pub(super) fn is_forwarded(event: &Event<'_>) -> bool {
    let metadata = event.metadata();
    metadata.target() == "log" && metadata.fields().field("log.target").is_some()
}

pub(super) fn level(level: log::Level) -> Level {
    match level {
        log::Level::Error => Level::ERROR,
        log::Level::Warn => Level::WARN,
        log::Level::Info => Level::INFO,
        log::Level::Debug => Level::DEBUG,
        log::Level::Trace => Level::TRACE,
    }
}

/// The longest text of a record, in bytes.
const LIMIT: usize = 64 * 1024;

/// The one place that every text of a record passes before it leaves the program.
fn clean(text: &str) -> Cow<'_, str> {
    if text.len() <= LIMIT {
        return content::clean(text);
    }
    Cow::Owned(content::clean(&written(text)).into_owned())
}

/// As [`clean`], for a text that is there already.
fn cleaned(text: String) -> String {
    let replaced = match clean(&text) {
        Cow::Owned(replaced) => Some(replaced),
        Cow::Borrowed(_) => None,
    };
    replaced.unwrap_or(text)
}

/// A value as text: no more of it than is kept, and nothing of one that panics.
fn written(value: &(impl Display + ?Sized)) -> String {
    let mut head = Head {
        text: String::new(),
        limit: LIMIT,
    };
    // `Display` and `Debug` are code of the user.
    match catch_unwind(AssertUnwindSafe(|| write!(head, "{value}"))) {
        Ok(Ok(())) => head.text,
        // The head is full.
        Ok(Err(_)) => content::whole_words(&head.text).to_owned() + "…",
        Err(_) => "(panicked while it was written)".to_owned(),
    }
}

/// An integer where OTLP has one that is large enough, else text.
fn integer<T: TryInto<i64> + Display + Copy>(value: T) -> AnyValue {
    match value.try_into() {
        Ok(value) => AnyValue::Int(value),
        Err(_) => value.to_string().into(),
    }
}

/// Fields of an event.
struct Fields<'a> {
    record: &'a mut Record,
    is_forwarded: bool,
}

impl Fields<'_> {
    fn text(&mut self, field: &Field, text: String) {
        match field.name() {
            "message" => self.record.body = Some(text),
            "log.target" if self.is_forwarded => self.record.target = text.into(),
            // Where in the source: it says no more than the target, and changes with every edit.
            "log.module_path" | "log.file" if self.is_forwarded => {}
            name => self.record.push(name, text),
        }
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, cleaned(written(&format_args!("{value:?}"))));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, clean(value).into_owned());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let message = cleaned(written(value));
        let key = if self.record.has(semconv::EXCEPTION_MESSAGE) {
            field.name()
        } else {
            semconv::EXCEPTION_MESSAGE
        };
        self.record.push(key, message);
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        let kept = value.get(..LIMIT).unwrap_or(value);
        // Bytes may be a text, and a text may hold a secret.
        match std::str::from_utf8(kept).map(clean) {
            Ok(Cow::Owned(masked)) => self.record.push(field.name(), masked),
            Ok(Cow::Borrowed(_)) | Err(_) => self.record.push(field.name(), kept),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.record.push(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.record.push(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.record.push(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if self.is_forwarded && field.name() == "log.line" {
            return;
        }
        self.record.push(field.name(), integer(value));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.record.push(field.name(), integer(value));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.record.push(field.name(), integer(value));
    }
}

/// Key-value pairs of a record of `log`.
struct Pairs<'a>(&'a mut Record);

impl<'kvs> log::kv::VisitSource<'kvs> for Pairs<'_> {
    fn visit_pair(
        &mut self,
        key: log::kv::Key<'kvs>,
        value: log::kv::Value<'kvs>,
    ) -> Result<(), log::kv::Error> {
        let mut converted = Converted(None);
        value.visit(&mut converted)?;
        if let Some(value) = converted.0 {
            self.0.push(key.as_str().to_owned(), value);
        }
        Ok(())
    }
}

/// A value of `log`, as OTLP has it. One that is not there leaves nothing.
struct Converted(Option<AnyValue>);

macro_rules! converted {
    ($($visit:ident($value:ident: $ty:ty) => $converted:expr;)*) => {
        impl log::kv::VisitValue<'_> for Converted {
            fn visit_null(&mut self) -> Result<(), log::kv::Error> {
                Ok(())
            }
            $(fn $visit(&mut self, $value: $ty) -> Result<(), log::kv::Error> {
                self.0 = Some($converted.into());
                Ok(())
            })*
        }
    };
}

converted! {
    visit_any(value: log::kv::Value<'_>) => cleaned(written(&value));
    visit_u64(value: u64) => integer(value);
    visit_i64(value: i64) => value;
    visit_u128(value: u128) => integer(value);
    visit_i128(value: i128) => integer(value);
    visit_f64(value: f64) => value;
    visit_bool(value: bool) => value;
    visit_str(value: &str) => clean(value).into_owned();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_values_of_one_name_the_last_counts() {
        let pairs = [("order", 1), ("shelf", 2), ("order", 3)];
        let logged = log::Record::builder().key_values(&pairs).build();
        let record = Record::of_log(&logged);
        let expected = [("order", 3), ("shelf", 2)];
        let expected = expected.map(|(key, value)| (Key::new(key), AnyValue::Int(value)));
        assert_eq!(record.attributes, expected);
    }
}
