//! The span of one operation, shared by the context that carries it and by the wrapper that ends it.
//!
//! The SDK appends attributes, so that a key set twice reaches the exporter twice. Here they are gathered until the
//! end, where each key is written once: the last value set by the body, else what the return value told.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use opentelemetry::trace::{Span, SpanContext, SpanId, Status};
use opentelemetry::{Key, KeyValue, Value};

use crate::metrics::Measure;

/// A span of the SDK, or of whichever provider is the global one.
#[derive(Debug)]
#[cfg_attr(
    feature = "sdk",
    expect(
        clippy::large_enum_variant,
        reason = "the large one is the usual one, and in its place from the start"
    )
)]
pub(crate) enum AnySpan {
    /// The operation is measured and not traced.
    None,
    #[cfg(feature = "sdk")]
    Sdk(opentelemetry_sdk::trace::Span),
    Global(opentelemetry::global::BoxedSpan),
}

macro_rules! each {
    ($self:expr, $span:ident => $do:expr, else $nothing:expr) => {
        match $self {
            AnySpan::None => $nothing,
            #[cfg(feature = "sdk")]
            AnySpan::Sdk($span) => $do,
            AnySpan::Global($span) => $do,
        }
    };
}

impl AnySpan {
    fn span_context(&self) -> &SpanContext {
        each!(self, span => span.span_context(), else &SpanContext::NONE)
    }

    fn is_recording(&self) -> bool {
        each!(self, span => span.is_recording(), else false)
    }
}

/// Both ends of a span: what [`Context`](opentelemetry::Context) carries, and what ends it.
#[derive(Clone, Debug)]
pub(crate) struct OperationSpan(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    span_context: SpanContext,
    own: Own,
    /// From the end on, nobody but the operation itself has access, not even a processor that looks at the span while it
    /// ends.
    has_ended: AtomicBool,
    live: Mutex<Live>,
}

/// What only the operation itself asks of its span.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own {
    /// The span above.
    pub(crate) parent: SpanId,
    pub(crate) measure: Option<Measure>,
}

#[derive(Debug)]
struct Live {
    span: AnySpan,
    /// What the body has recorded.
    attributes: Vec<KeyValue>,
    /// The body set a status, which the outcome must not change.
    status_set: bool,
}

impl OperationSpan {
    /// The span that `start` gives; `None` where it panics, since samplers and processors are code of others.
    ///
    /// A span is large and moves no further than into its place.
    pub(crate) fn start(own: Own, start: impl FnOnce() -> AnySpan) -> Option<Self> {
        let start = AssertUnwindSafe(|| Self::of(own, start()));
        catch_unwind(start).ok()
    }

    /// No span, but a place for what the body tells of an operation that is only measured. To everybody else it is the
    /// span around it, which is not recorded.
    pub(crate) fn untraced(around: SpanContext, own: Own) -> Self {
        let mut span = Self::of(own, AnySpan::None);
        if let Some(shared) = Arc::get_mut(&mut span.0) {
            shared.span_context = around;
        }
        span
    }

    fn of(own: Own, span: AnySpan) -> Self {
        let mut shared = Arc::new(Shared {
            span_context: SpanContext::NONE,
            own,
            has_ended: AtomicBool::new(false),
            live: Mutex::new(Live {
                span,
                attributes: Vec::new(),
                status_set: false,
            }),
        });
        if let Some(shared) = Arc::get_mut(&mut shared) {
            let live = shared
                .live
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner);
            shared.span_context = live.span.span_context().clone();
        }
        Self(shared)
    }

    /// Whether the span is recorded, and not sampled out.
    pub(crate) fn records(&self) -> bool {
        self.live().span.is_recording()
    }

    pub(crate) fn span_context(&self) -> &SpanContext {
        &self.0.span_context
    }

    pub(crate) fn own(&self) -> &Own {
        &self.0.own
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        // A panic in a processor poisons the lock and says nothing about the data behind it.
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `f` on the live span; nothing where it has ended.
    fn with<T>(&self, f: impl FnOnce(&mut Live) -> T) -> Option<T> {
        if self.0.has_ended.load(Ordering::Acquire) {
            return None;
        }
        let mut live = self.live();
        (!self.0.has_ended.load(Ordering::Relaxed)).then(|| f(&mut live))
    }

    /// Takes the span out of everybody else's hands, once: `last` adds what the outcome tells. Gives what was recorded
    /// since the start, if that is `wanted`; `None` where the span has ended already.
    pub(crate) fn finish(
        &self,
        wanted: bool,
        last: impl FnOnce(&mut Ending<'_>),
    ) -> Option<Vec<KeyValue>> {
        let mut live = self.live();
        if self.0.has_ended.swap(true, Ordering::AcqRel) {
            return None;
        }
        let mut told = Vec::new();
        let mut ending = Ending {
            live: &mut live,
            told: wanted.then_some(&mut told),
        };
        last(&mut ending);
        ending.body();
        Some(told)
    }

    /// Ends the span. Processors are code of others, and their panic is not to become the program's.
    pub(crate) fn ended_at(&self, timestamp: SystemTime) {
        let mut live = self.live();
        let _ = catch_unwind(AssertUnwindSafe(|| {
            each!(&mut live.span, span => span.end_with_timestamp(timestamp), else ());
        }));
    }
}

/// The last words of a span.
pub(crate) struct Ending<'a> {
    live: &'a mut Live,
    /// What is recorded here, for those who want to read it again.
    told: Option<&'a mut Vec<KeyValue>>,
}

impl Ending<'_> {
    /// Sets an attribute that the body did not set. Each key is set once.
    pub(crate) fn attribute(&mut self, key: &'static str, value: impl Into<Value>) {
        self.put(self::key(key), value.into());
    }

    /// As [`attribute`](Self::attribute), for a key that is made already.
    pub(crate) fn put(&mut self, key: Key, value: Value) {
        if self.get(key.as_str()).is_none() {
            self.tell(KeyValue::new(key, value));
        }
    }

    fn tell(&mut self, attribute: KeyValue) {
        if let Some(told) = &mut self.told {
            told.push(attribute.clone());
        }
        each!(&mut self.live.span, span => span.set_attribute(attribute), else ());
    }

    /// Writes what the body has recorded.
    fn body(&mut self) {
        if !self.live.attributes.is_empty() {
            for attribute in std::mem::take(&mut self.live.attributes) {
                self.tell(attribute);
            }
        }
    }

    /// What the body has recorded under `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        let found = self
            .live
            .attributes
            .iter()
            .find(|attribute| attribute.key.as_str() == key);
        found.map(|attribute| &attribute.value)
    }

    /// What the body has recorded under `key`, as a count.
    pub(crate) fn count(&self, key: &str) -> Option<u64> {
        match self.get(key)? {
            Value::I64(count) => u64::try_from(*count).ok(),
            _ => None,
        }
    }

    /// Marks the span as failed, unless the body has set a status.
    pub(crate) fn error(&mut self, description: Cow<'static, str>) {
        if !self.live.status_set {
            let status = Status::error(description);
            each!(&mut self.live.span, span => span.set_status(status), else ());
        }
    }

    /// Whether there is a span, and not only a measurement.
    pub(crate) fn is_traced(&self) -> bool {
        !matches!(self.live.span, AnySpan::None)
    }

    /// Adds an event.
    pub(crate) fn event(&mut self, name: &'static str, attributes: Vec<KeyValue>) {
        each!(&mut self.live.span, span => span.add_event(name, attributes), else ());
    }
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
            let span = &mut live.span;
            each!(span, span => span.add_event_with_timestamp(name.into(), timestamp, attributes), else ());
        });
    }

    fn span_context(&self) -> &SpanContext {
        &self.0.span_context
    }

    fn is_recording(&self) -> bool {
        self.with(|live| live.span.is_recording()).unwrap_or(false)
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
            each!(&mut live.span, span => span.set_status(status), else ());
        });
    }

    fn update_name<T>(&mut self, name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        self.with(|live| {
            each!(&mut live.span, span => span.update_name(name.into()), else ());
        });
    }

    fn add_link(&mut self, span_context: SpanContext, attributes: Vec<KeyValue>) {
        self.with(|live| {
            each!(&mut live.span, span => span.add_link(span_context, attributes), else ());
        });
    }

    fn end_with_timestamp(&mut self, timestamp: SystemTime) {
        if self.finish(false, |_| {}).is_some() {
            self.ended_at(timestamp);
        }
    }
}

/// `key` as the tracer takes it.
pub(crate) fn key(key: &'static str) -> Key {
    Key::from_static_str(key)
}
