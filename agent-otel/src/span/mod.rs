//! The span of one operation, as the context carries it and as the operation ends it.
//!
//! It is a span that is recorded here (`direct`), or one of whichever provider the program has. Attributes that the body
//! sets are gathered until the end, where each key is written once: the last value set by the body, else what the return
//! value told.
//!
//! The context owns the span; the operation reaches it through the context, whose interface knows how to end a span and no
//! more. What the end has to say beside that goes by way of the thread: [`LastWords`].

#[cfg(all(test, feature = "sdk"))]
mod as_processor;
#[cfg(feature = "sdk")]
pub(crate) mod direct;
mod last_words;

use std::borrow::Cow;
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use opentelemetry::global::BoxedSpan;
use opentelemetry::trace::{
    Link, Span, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceContextExt,
};
use opentelemetry::{Context, Key, KeyValue};

use crate::{content, exception, semconv};
pub(crate) use last_words::{Heard, LastWords, Wanted};

/// What a span begins with. Name, attributes and link are taken from where they were gathered.
pub(crate) struct Starting<'a> {
    pub(crate) name: &'a mut Cow<'static, str>,
    pub(crate) kind: &'a SpanKind,
    pub(crate) begun: SystemTime,
    pub(crate) attributes: &'a mut Vec<KeyValue>,
    /// The end may set a key once more.
    #[cfg(feature = "sdk")]
    pub(crate) mixed: bool,
    /// Another span that it has to do with.
    pub(crate) link: &'a mut Option<Box<SpanContext>>,
}

impl Starting<'_> {
    /// As a tracer takes it.
    pub(crate) fn builder(self) -> SpanBuilder {
        let mut builder = SpanBuilder::from_name(std::mem::take(self.name));
        builder.span_kind = Some(self.kind.clone());
        builder.start_time = Some(self.begun);
        builder.attributes = Some(std::mem::take(self.attributes));
        let link = self.link.take();
        builder.links = link.map(|link| vec![Link::with_context(*link)]);
        builder
    }
}

/// The context of `around` with `span` as the current one, if it is recorded; else its place in the trace is left in
/// `unrecorded`.
pub(crate) fn current_in(
    around: &Context,
    span: impl Recording,
    begun: SystemTime,
    parent: &Context,
    unrecorded: &mut Option<SpanContext>,
) -> Option<Context> {
    if span.is_recording() {
        let parent = parent.span().span_context().span_id();
        Some(around.with_span(OperationSpan::new(span, begun, parent)))
    } else {
        *unrecorded = Some(span.span_context().clone());
        None
    }
}

/// A span that an operation can have.
pub(crate) trait Recording: Span + Debug + Send + Sync + 'static {
    /// Whether it is a span to others, too.
    const IS_TRACED: bool = true;

    /// Whether its end runs no processors of the program's.
    const IS_OURS: bool = false;

    /// Takes attributes whose keys it does not have.
    fn append(&mut self, attributes: &mut Vec<KeyValue>) {
        // One after the other, which keeps the place of the list for the next operation.
        self.set_attributes(attributes.drain(..));
    }
}

#[cfg(feature = "sdk")]
impl Recording for opentelemetry_sdk::trace::Span {}

impl Recording for BoxedSpan {}

/// The operation is measured and not traced: to everybody else it is the span around it, which is not recorded.
#[derive(Debug)]
pub(crate) struct Untraced(pub(crate) SpanContext);

impl Recording for Untraced {
    const IS_TRACED: bool = false;
    const IS_OURS: bool = true;

    fn append(&mut self, attributes: &mut Vec<KeyValue>) {
        attributes.clear();
    }
}

impl Span for Untraced {
    fn add_event_with_timestamp<T>(&mut self, _: T, _: SystemTime, _: Vec<KeyValue>)
    where
        T: Into<Cow<'static, str>>,
    {
    }

    fn span_context(&self) -> &SpanContext {
        &self.0
    }

    fn is_recording(&self) -> bool {
        false
    }

    fn set_attribute(&mut self, _: KeyValue) {}

    fn set_status(&mut self, _: Status) {}

    fn update_name<T>(&mut self, _: T)
    where
        T: Into<Cow<'static, str>>,
    {
    }

    fn add_link(&mut self, _: SpanContext, _: Vec<KeyValue>) {}

    fn end_with_timestamp(&mut self, _: SystemTime) {}
}

/// What the context carries.
#[derive(Debug)]
pub(crate) struct OperationSpan<S> {
    span: S,
    begun: SystemTime,
    /// The span above.
    parent: SpanId,
    ended: Option<SystemTime>,
    /// The body set a status, which the outcome must not change.
    status_set: bool,
    /// What the body has recorded, if anything.
    body: Option<Vec<KeyValue>>,
}

impl<S: Recording> OperationSpan<S> {
    #[inline(always)]
    pub(crate) fn new(span: S, begun: SystemTime, parent: SpanId) -> Self {
        Self {
            span,
            begun,
            parent,
            ended: None,
            status_set: false,
            body: None,
        }
    }

    fn set(&mut self, attribute: KeyValue) {
        if self.ended.is_some() {
            return;
        }
        let body = self.body.get_or_insert_default();
        let same = |known: &&mut KeyValue| known.key == attribute.key;
        let limit = if is_of_conventions(&attribute.key) {
            2 * LIMIT
        } else {
            LIMIT
        };
        let has_room = body.len() < limit;
        match body.iter_mut().find(same) {
            Some(known) => known.value = attribute.value,
            None if has_room => body.push(attribute),
            None => {}
        }
    }

    /// How long the span has lasted.
    fn lasted(&self) -> Duration {
        let lasted = self.ended.map(|ended| ended.duration_since(self.begun));
        lasted.and_then(Result::ok).unwrap_or_default()
    }

    /// As [`close`](Self::close), where nothing can be heard.
    #[cold]
    #[inline(never)]
    fn close_unheard(&mut self) {
        let mut nothing = LastWords::NONE;
        self.close(&mut nothing);
    }

    /// Writes what the body has recorded, and what the end has to say.
    #[inline(always)]
    fn close(&mut self, last: &mut LastWords) {
        let body = self.body.take();
        if let Some(body) = &body {
            last.heed(body);
        }
        last.tell(body.as_deref().unwrap_or_default(), || self.lasted());
        if !S::IS_TRACED {
            last.clear_words();
            return;
        }
        // Above its limit the SDK drops what comes last.
        if !last.attributes.is_empty() {
            content::keep_allowed(&mut last.attributes);
            self.span.append(&mut last.attributes);
        }
        if body.is_some() || !last.content.is_empty() {
            self.add(&mut last.content, body);
        }
        if last.failure.is_some() || last.error.is_some() {
            self.fail(last);
        }
    }

    /// Writes what was captured, and what the body has recorded, which may be about what was set at the start.
    #[cold]
    fn add(&mut self, content: &mut Vec<KeyValue>, body: Option<Vec<KeyValue>>) {
        content::keep_allowed(content);
        self.span.append(content);
        let mut body = body.unwrap_or_default();
        content::keep_allowed(&mut body);
        self.span.set_attributes(body);
    }

    /// Says that the operation has failed.
    #[cold]
    fn fail(&mut self, last: &mut LastWords) {
        if let Some(failure) = last.failure.take() {
            if exception::is_new(&failure, self.span.span_context(), self.parent) {
                if let Some(mut attributes) = exception::event(&failure) {
                    content::keep_allowed(&mut attributes);
                    let name = semconv::EXCEPTION_EVENT;
                    let ended = self.ended.unwrap_or_else(SystemTime::now);
                    self.span.add_event_with_timestamp(name, ended, attributes);
                }
                last.failure = Some(failure);
            }
        }
        if let Some(description) = last.error.take().filter(|_| !self.status_set) {
            self.span.set_status(Status::error(description));
        }
    }
}

/// The most attributes of its own that a body may add, so that what the outcome tells has room below the limit of the SDK.
const LIMIT: usize = 96;

/// Whether an attribute is one that `current()` has a method for, such as the usage of tokens: whatever else a body adds,
/// there is room for it.
fn is_of_conventions(key: &Key) -> bool {
    const FAMILIES: [&str; 11] = [
        "gen_ai.",
        "agent_otel.",
        "a2a.",
        "aws.",
        "azure.",
        "error.",
        "jsonrpc.",
        "mcp.",
        "openai.",
        "process.",
        "rpc.",
    ];

    FAMILIES
        .iter()
        .any(|family| key.as_str().starts_with(family))
}

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

impl<S: Recording> Span for OperationSpan<S> {
    fn add_event_with_timestamp<T>(
        &mut self,
        name: T,
        timestamp: SystemTime,
        mut attributes: Vec<KeyValue>,
    ) where
        T: Into<Cow<'static, str>>,
    {
        content::keep_allowed(&mut attributes);
        self.span
            .add_event_with_timestamp(name, timestamp, attributes);
    }

    fn span_context(&self) -> &SpanContext {
        self.span.span_context()
    }

    fn is_recording(&self) -> bool {
        self.ended.is_none() && self.span.is_recording()
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        self.set(attribute);
    }

    fn set_attributes(&mut self, attributes: impl IntoIterator<Item = KeyValue>) {
        for attribute in attributes {
            self.set(attribute);
        }
    }

    fn set_status(&mut self, status: Status) {
        self.status_set |= status != Status::Unset;
        self.span.set_status(status);
    }

    fn update_name<T>(&mut self, name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        self.span.update_name(name);
    }

    fn add_link(&mut self, span_context: SpanContext, attributes: Vec<KeyValue>) {
        self.span.add_link(span_context, attributes);
    }

    fn end_with_timestamp(&mut self, timestamp: SystemTime) {
        if self.ended.is_some() {
            // Too late for the span, and not to be taken for the words of another.
            return LastWords::hear_late(|| self.lasted());
        }
        // A clock that was set back gives no negative duration.
        let timestamp = timestamp.max(self.begun);
        self.ended = Some(timestamp);
        // Let go of before the processors run, which may end other spans.
        if !LastWords::listen(|last| self.close(last)) {
            self.close_unheard();
        }
        if S::IS_OURS {
            self.span.end_with_timestamp(timestamp);
        } else {
            LastWords::apart(|| self.span.end_with_timestamp(timestamp));
        }
    }
}

/// Adds `attribute` to those that mostly have room for it. Where they have, nothing is called between, so that the
/// compiler makes it where it stays.
#[inline(always)]
pub(crate) fn push_in_place(attributes: &mut Vec<KeyValue>, attribute: KeyValue) {
    if attributes.len() < attributes.capacity() {
        attributes.push(attribute);
    } else {
        grow(attributes, attribute);
    }
}

#[cold]
#[inline(never)]
fn grow(attributes: &mut Vec<KeyValue>, attribute: KeyValue) {
    attributes.push(attribute);
}

/// `key` as the tracer takes it.
pub(crate) fn key(key: &'static str) -> Key {
    Key::from_static_str(key)
}
