//! The span of one operation, as the context carries it and as the operation ends it.
//!
//! The SDK appends attributes, so that a key set twice reaches the exporter twice. Here those of the body are gathered
//! until the end, where each key is written once: the last value set by the body, else what the return value told.
//!
//! The context owns the span; the operation reaches it through the context, whose interface knows how to end a span and no
//! more. What the end has to say beside that goes by way of the thread: [`LastWords`].

use std::borrow::Cow;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{Span, SpanContext, SpanId, Status, TraceContextExt};
use opentelemetry::{Context, Key, KeyValue, Value};

use crate::failure::Failure;
use crate::kind::Role;
use crate::{content, exception, mcp, semconv};

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
    /// The operation is measured and not traced: to everybody else it is the span around it, which is not recorded.
    Untraced(SpanContext),
    #[cfg(feature = "sdk")]
    Sdk(opentelemetry_sdk::trace::Span),
    Global(opentelemetry::global::BoxedSpan),
}

macro_rules! each {
    ($self:expr, $span:ident => $do:expr, $untraced:pat => $nothing:expr) => {
        match $self {
            AnySpan::Untraced($untraced) => $nothing,
            #[cfg(feature = "sdk")]
            AnySpan::Sdk($span) => $do,
            AnySpan::Global($span) => $do,
        }
    };
}

impl AnySpan {
    pub(crate) fn span_context(&self) -> &SpanContext {
        each!(self, span => span.span_context(), around => around)
    }

    pub(crate) fn is_recording(&self) -> bool {
        each!(self, span => span.is_recording(), _ => false)
    }
}

/// What the context carries.
#[derive(Debug)]
pub(crate) struct OperationSpan {
    span: AnySpan,
    begun: SystemTime,
    /// The span above.
    parent: SpanId,
    ended: Option<SystemTime>,
    /// The body set a status, which the outcome must not change.
    status_set: bool,
    /// What the body has recorded, if anything.
    body: Option<Vec<KeyValue>>,
}

impl OperationSpan {
    pub(crate) fn new(span: AnySpan, begun: SystemTime, parent: SpanId) -> Self {
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

    /// How long the span has lasted. A clock that was set back gives no negative duration; the SDK ends such a span where it
    /// began, too.
    fn lasted(&self) -> Duration {
        let lasted = self.ended.map(|ended| ended.duration_since(self.begun));
        lasted.and_then(Result::ok).unwrap_or_default()
    }

    /// Writes what the body has recorded, and what the end has to say.
    fn close(&mut self, last: &mut LastWords) {
        let body = self.body.take().unwrap_or_default();
        if !body.is_empty() {
            last.judge(&body);
            let said = |one: &KeyValue| body.iter().any(|other| other.key == one.key);
            last.attributes.retain(|attribute| !said(attribute));
            last.content.retain(|attribute| !said(attribute));
        }
        last.tell(&body, || self.lasted());
        // Above its limit the SDK drops what comes last.
        last.attributes.append(&mut last.content);
        last.attributes.extend(body);
        content::keep_allowed(&mut last.attributes);
        let ended = self.ended.unwrap_or_else(SystemTime::now);
        each!(&mut self.span, span => {
            // One after the other, which keeps the place of the list for the next operation.
            for attribute in last.attributes.drain(..) {
                span.set_attribute(attribute);
            }
            if let Some(failure) = last.failure.take() {
                if exception::is_new(&failure, span.span_context(), self.parent) {
                    if let Some(mut attributes) = exception::event(&failure) {
                        content::keep_allowed(&mut attributes);
                        let name = semconv::EXCEPTION_EVENT;
                        span.add_event_with_timestamp(name, ended, attributes);
                    }
                    last.failure = Some(failure);
                }
            }
            if let Some(description) = last.error.take().filter(|_| !self.status_set) {
                span.set_status(Status::error(description));
            }
        }, _ => last.clear());
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

/// What the end of a span has to say beside that it ends. One a thread, so that its lists are allocated once.
#[derive(Debug)]
pub(crate) struct LastWords {
    attributes: Vec<KeyValue>,
    /// Attributes that only the span has: they are large, and metrics and events have no use for them.
    content: Vec<KeyValue>,
    /// The description of the status, where the operation failed.
    error: Option<Cow<'static, str>>,
    /// Why the operation failed; left, where the exception began here.
    failure: Option<Box<Failure>>,
    /// The side of MCP that fails by the code of JSON-RPC, which the body may know.
    role: Option<Role>,
    /// From the start of the span to its end; told by the span.
    lasted: Duration,
    /// Whether [`told`](Self::told) is to be filled.
    wanted: bool,
    told: Vec<KeyValue>,
    /// Meant for the span that ends next on this thread.
    spoken: bool,
}

thread_local! {
    static LAST: RefCell<LastWords> = const { RefCell::new(LastWords::NONE) };
}

impl LastWords {
    /// Nothing to say.
    pub(crate) const NONE: Self = Self {
        attributes: Vec::new(),
        content: Vec::new(),
        error: None,
        failure: None,
        role: None,
        lasted: Duration::ZERO,
        wanted: false,
        told: Vec::new(),
        spoken: false,
    };

    /// Ends the span of `context`, with the words that `speak` finds for it, which runs no code of the user. Gives what is
    /// known then, with what was recorded since the start if that is `wanted`.
    ///
    /// Processors are code of others, and their panic is not to become the program's.
    pub(crate) fn end(
        context: &Context,
        timestamp: SystemTime,
        wanted: bool,
        speak: impl FnOnce(&mut LastWords),
    ) -> Heard {
        let spoken = LAST.try_with(|last| {
            if let Ok(mut last) = last.try_borrow_mut() {
                // Those that nobody has heard.
                last.clear();
                last.lasted = Duration::ZERO;
                last.wanted = wanted;
                last.spoken = true;
                speak(&mut last);
            }
        });
        let end = AssertUnwindSafe(|| context.span().end_with_timestamp(timestamp));
        let _ = catch_unwind(end);
        if spoken.is_err() {
            return Heard::default();
        }
        let heard = LAST.try_with(|last| {
            let mut last = last.try_borrow_mut().ok()?;
            // If nobody has listened, nobody is to hear them later.
            last.spoken = false;
            Some(Heard {
                told: wanted.then(|| std::mem::take(&mut last.told)),
                failure: last.failure.take(),
                lasted: last.lasted,
            })
        });
        heard.ok().flatten().unwrap_or_default()
    }

    fn clear(&mut self) {
        if !self.attributes.is_empty() {
            self.attributes.clear();
        }
        if !self.content.is_empty() {
            self.content.clear();
        }
        self.error = None;
        self.failure = None;
        self.role = None;
    }

    /// Keeps what is known now for those who want it.
    fn tell(&mut self, body: &[KeyValue], lasted: impl FnOnce() -> Duration) {
        if self.wanted {
            self.told.extend_from_slice(&self.attributes);
            self.told.extend_from_slice(body);
            self.lasted = lasted();
        }
    }

    /// Fails by the code of JSON-RPC that the body may know, on this side of MCP.
    pub(crate) fn judged_as(&mut self, role: Role) {
        self.role = Some(role);
    }

    /// Judges the failure by the code of JSON-RPC, if the body has told one.
    fn judge(&mut self, body: &[KeyValue]) {
        let is_code = |one: &&KeyValue| one.key.as_str() == semconv::RPC_RESPONSE_STATUS_CODE;
        let (Some(role), Some(code)) = (self.role, body.iter().find(is_code)) else {
            return;
        };
        let is_label = |one: &KeyValue| one.key.as_str() == semconv::ERROR_TYPE;
        if mcp::is_callers(role, &code.value.as_str()) {
            self.failure = None;
            self.error = None;
            self.attributes.retain(|attribute| !is_label(attribute));
        } else if let Some(label) = self.attributes.iter_mut().find(|one| is_label(one)) {
            label.value = code.value.clone();
        }
    }

    /// Sets an attribute that the body did not set. Each key is set once.
    pub(crate) fn attribute(&mut self, key: &'static str, value: impl Into<Value>) {
        self.attributes.push(KeyValue::new(self::key(key), value));
    }

    /// As [`attribute`](Self::attribute), for what is made already.
    pub(crate) fn put(&mut self, attribute: KeyValue) {
        self.attributes.push(attribute);
    }

    /// Sets what was captured.
    pub(crate) fn content(&mut self, attributes: Vec<KeyValue>) {
        self.content = attributes;
    }

    /// Marks the span as failed, unless the body has set a status.
    pub(crate) fn error(&mut self, description: Cow<'static, str>) {
        self.error = Some(description);
    }

    /// Tells why the operation failed.
    pub(crate) fn failure(&mut self, failure: Box<Failure>) {
        // The description repeats the message.
        self.error(if content::is_allowed(semconv::EXCEPTION_MESSAGE) {
            failure.message.clone().into()
        } else {
            failure.error_type.clone()
        });
        self.failure = Some(failure);
    }
}

/// What is known once a span has ended.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// What was recorded since the start, if that was wanted.
    pub(crate) told: Option<Vec<KeyValue>>,
    /// The failure, if its exception began here.
    pub(crate) failure: Option<Box<Failure>>,
    /// From the start of the span to its end, whoever has ended it.
    pub(crate) lasted: Duration,
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

impl Span for OperationSpan {
    fn add_event_with_timestamp<T>(
        &mut self,
        name: T,
        timestamp: SystemTime,
        mut attributes: Vec<KeyValue>,
    ) where
        T: Into<Cow<'static, str>>,
    {
        content::keep_allowed(&mut attributes);
        each!(&mut self.span, span => span.add_event_with_timestamp(name, timestamp, attributes), _ => ());
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
        each!(&mut self.span, span => span.set_status(status), _ => ());
    }

    fn update_name<T>(&mut self, name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        each!(&mut self.span, span => span.update_name(name), _ => ());
    }

    fn add_link(&mut self, span_context: SpanContext, attributes: Vec<KeyValue>) {
        each!(&mut self.span, span => span.add_link(span_context, attributes), _ => ());
    }

    fn end_with_timestamp(&mut self, timestamp: SystemTime) {
        if self.ended.is_some() {
            // Too late for the span, and not to be taken for the words of another.
            let _ = LAST.try_with(|last| {
                if let Ok(mut last) = last.try_borrow_mut() {
                    if std::mem::take(&mut last.spoken) {
                        last.tell(&[], || self.lasted());
                        last.clear();
                    }
                }
            });
            return;
        }
        self.ended = Some(timestamp);
        // Let go of before the processors run, which may end other spans.
        let closed = LAST.try_with(|last| {
            let mut last = last.try_borrow_mut().ok()?;
            // Where somebody else ends the span, the operation has said nothing yet.
            if !std::mem::take(&mut last.spoken) {
                last.clear();
                last.wanted = false;
            }
            self.close(&mut last);
            Some(())
        });
        if !matches!(closed, Ok(Some(()))) {
            // The thread is being torn down.
            let mut last = LastWords::NONE;
            self.close(&mut last);
        }
        each!(&mut self.span, span => span.end_with_timestamp(timestamp), _ => ());
    }
}

/// `key` as the tracer takes it.
pub(crate) fn key(key: &'static str) -> Key {
    Key::from_static_str(key)
}
