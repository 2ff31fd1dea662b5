//! The span of one operation, shared by the context that carries it and by the wrapper that ends it.
//!
//! The SDK appends attributes, so that a key set twice reaches the exporter twice. Here they are gathered until the
//! end, where each key is written once: the last value set by the body, else what the return value told.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use opentelemetry::trace::{Span, SpanContext, Status};
use opentelemetry::{Key, KeyValue, Value};

/// A span of the SDK, or of whichever provider is the global one.
#[derive(Debug)]
#[cfg_attr(
    feature = "sdk",
    expect(
        clippy::large_enum_variant,
        reason = "the large one is the usual one, and behind an `Arc` anyway"
    )
)]
pub(crate) enum AnySpan {
    #[cfg(feature = "sdk")]
    Sdk(opentelemetry_sdk::trace::Span),
    Global(opentelemetry::global::BoxedSpan),
}

macro_rules! each {
    ($self:expr, $span:ident => $do:expr) => {
        match $self {
            #[cfg(feature = "sdk")]
            AnySpan::Sdk($span) => $do,
            AnySpan::Global($span) => $do,
        }
    };
}

impl AnySpan {
    pub(crate) fn span_context(&self) -> &SpanContext {
        each!(self, span => span.span_context())
    }

    pub(crate) fn is_recording(&self) -> bool {
        each!(self, span => span.is_recording())
    }
}

/// Both ends of a span: what [`Context`](opentelemetry::Context) carries, and what ends it.
#[derive(Clone, Debug)]
pub(crate) struct OperationSpan(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    span_context: SpanContext,
    live: Mutex<Live>,
}

#[derive(Debug)]
struct Live {
    /// Gone once the span has ended.
    span: Option<AnySpan>,
    /// What was recorded after the start.
    attributes: Vec<KeyValue>,
    /// The body set a status, which the outcome must not change.
    status_set: bool,
}

impl OperationSpan {
    pub(crate) fn new(span: AnySpan) -> Self {
        Self(Arc::new(Shared {
            span_context: span.span_context().clone(),
            live: Mutex::new(Live {
                span: Some(span),
                attributes: Vec::new(),
                status_set: false,
            }),
        }))
    }

    pub(crate) fn span_context(&self) -> &SpanContext {
        &self.0.span_context
    }

    /// Runs `f` on the live span; nothing where it has ended.
    fn with<T>(&self, f: impl FnOnce(&mut Live) -> T) -> Option<T> {
        // A panic in a processor poisons the lock and says nothing about the data behind it.
        let mut live = self.0.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.span.is_some().then(|| f(&mut live))
    }

    /// Ends the span once: `last` adds what the outcome tells.
    pub(crate) fn finish(&self, last: impl FnOnce(&mut Ending<'_>)) {
        let ended = self.with(|live| {
            let mut ending = Ending { live };
            last(&mut ending);
            let attributes = std::mem::take(&mut live.attributes);
            live.span.take().map(|span| (span, attributes))
        });
        // Outside the lock: processors are code of the user.
        if let Some(Some((span, attributes))) = ended {
            end(span, attributes, None);
        }
    }
}

/// The last words of a span.
pub(crate) struct Ending<'a> {
    live: &'a mut Live,
}

impl Ending<'_> {
    /// Sets an attribute that the body did not set.
    pub(crate) fn attribute(&mut self, key: &'static str, value: impl Into<Value>) {
        self.put(self::key(key), value.into());
    }

    /// As [`attribute`](Self::attribute), for a key that is made already.
    pub(crate) fn put(&mut self, key: Key, value: Value) {
        if self.get(key.as_str()).is_none() {
            self.live.attributes.push(KeyValue::new(key, value));
        }
    }

    /// What was recorded under `key` since the start.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        let found = self
            .live
            .attributes
            .iter()
            .find(|attribute| attribute.key.as_str() == key);
        found.map(|attribute| &attribute.value)
    }

    /// What was recorded under `key` since the start, as a count.
    pub(crate) fn count(&self, key: &str) -> Option<u64> {
        match self.get(key)? {
            Value::I64(count) => u64::try_from(*count).ok(),
            _ => None,
        }
    }

    /// Marks the span as failed, unless the body has set a status.
    pub(crate) fn error(&mut self, description: Cow<'static, str>) {
        if let (false, Some(span)) = (self.live.status_set, &mut self.live.span) {
            each!(span, span => span.set_status(Status::error(description)));
        }
    }

    /// Adds an event.
    pub(crate) fn event(&mut self, name: &'static str, attributes: Vec<KeyValue>) {
        if let Some(span) = &mut self.live.span {
            each!(span, span => span.add_event(name, attributes));
        }
    }
}

/// Ends a span. Processors are code of others, and their panic is not to become the program's.
fn end(mut span: AnySpan, attributes: Vec<KeyValue>, timestamp: Option<SystemTime>) {
    let _ = catch_unwind(AssertUnwindSafe(|| {
        each!(&mut span, span => {
            span.set_attributes(attributes);
            match timestamp {
                Some(timestamp) => span.end_with_timestamp(timestamp),
                None => span.end(),
            }
        });
    }));
}

/// The most attributes that a body may add, so that what the outcome tells has room below the limit of the SDK.
const LIMIT: usize = 96;

/// Leaves the last value of each key: the SDK appends, and a body may have the last word on what was set at the start.
#[cfg(any(feature = "setup", feature = "testing"))]
pub(crate) fn last_of_each(attributes: &mut Vec<KeyValue>) {
    let mut index = attributes.len();
    while index > 0 {
        index -= 1;
        let later = attributes.get(index + 1..).unwrap_or_default();
        if attributes
            .get(index)
            .is_some_and(|one| later.iter().any(|other| other.key == one.key))
        {
            attributes.remove(index);
        }
    }
}

impl Live {
    fn set(&mut self, attribute: KeyValue) {
        let same = |known: &&mut KeyValue| known.key == attribute.key;
        let has_room = self.attributes.len() < LIMIT;
        match self.attributes.iter_mut().find(same) {
            Some(known) => known.value = attribute.value,
            None if has_room => self.attributes.push(attribute),
            None => {}
        }
    }
}

impl Span for OperationSpan {
    fn add_event_with_timestamp<T>(
        &mut self,
        name: T,
        timestamp: SystemTime,
        attributes: Vec<KeyValue>,
    ) where
        T: Into<Cow<'static, str>>,
    {
        self.with(|live| {
            if let Some(span) = &mut live.span {
                each!(span, span => span.add_event_with_timestamp(name.into(), timestamp, attributes));
            }
        });
    }

    fn span_context(&self) -> &SpanContext {
        &self.0.span_context
    }

    fn is_recording(&self) -> bool {
        self.with(|live| live.span.as_ref().is_some_and(AnySpan::is_recording))
            .unwrap_or(false)
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        self.with(|live| live.set(attribute));
    }

    fn set_attributes(&mut self, attributes: impl IntoIterator<Item = KeyValue>) {
        self.with(|live| {
            attributes
                .into_iter()
                .for_each(|attribute| live.set(attribute));
        });
    }

    fn set_status(&mut self, status: Status) {
        self.with(|live| {
            live.status_set |= status != Status::Unset;
            if let Some(span) = &mut live.span {
                each!(span, span => span.set_status(status));
            }
        });
    }

    fn update_name<T>(&mut self, name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        self.with(|live| {
            if let Some(span) = &mut live.span {
                each!(span, span => span.update_name(name.into()));
            }
        });
    }

    fn add_link(&mut self, span_context: SpanContext, attributes: Vec<KeyValue>) {
        self.with(|live| {
            if let Some(span) = &mut live.span {
                each!(span, span => span.add_link(span_context, attributes));
            }
        });
    }

    fn end_with_timestamp(&mut self, timestamp: SystemTime) {
        let ended = self.with(|live| {
            live.span
                .take()
                .map(|span| (span, std::mem::take(&mut live.attributes)))
        });
        if let Some(Some((span, attributes))) = ended {
            end(span, attributes, Some(timestamp));
        }
    }
}

/// `key` as the tracer takes it.
pub(crate) fn key(key: &'static str) -> Key {
    Key::from_static_str(key)
}
