//! What becomes of content in this process: whether it is captured at all, for what, and in how many bytes.

mod code;
mod environment;
mod state;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::allow::Allowed;
use super::files;
use super::hooks::{Redactor, Upload};
use super::pattern::Patterns;

pub use code::ContentPolicy;
pub(crate) use environment::{Environment, Wrong};
pub(crate) use state::gather_limit;
#[cfg(feature = "setup")]
pub(crate) use state::is_installed;
pub(super) use state::{current, patterns};
pub(crate) use state::{
    emits_event, install, is_allowed, is_beside_spans, is_captured, is_kept, is_plain, is_uploaded,
    keep_allowed,
};

/// Bytes of one content attribute, unless something else is said: a batch of 512 spans has to fit a request.
const DEFAULT_LIMIT: usize = 64 * 1024;

/// The most bytes of one content attribute.
const MOST: usize = 16 * 1024 * 1024;

/// Bytes of one content attribute where it is uploaded.
const UPLOAD_LIMIT: usize = 4 * 1024 * 1024;

/// How long a redactor or an upload hook may take, unless something else is said.
const HOOK_TIMEOUT: Duration = Duration::from_millis(100);

/// Where captured content may stand: prompts, completions, instructions, arguments, results, documents.
///
/// The values are those of `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`. GenAI semantic conventions,
/// "Capturing instructions, inputs, and outputs".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Capture {
    /// Nowhere: it stays in the process (`NO_CONTENT`).
    #[default]
    NoContent,
    /// On spans, as text in JSON (`SPAN_ONLY`).
    SpanOnly,
    /// On events, structured (`EVENT_ONLY`). Where no log records are exported, it goes nowhere.
    EventOnly,
    /// On both (`SPAN_AND_EVENT`).
    SpanAndEvent,
}

impl Capture {
    fn parse(word: &str) -> Option<Self> {
        let modes = [
            ("NO_CONTENT", Capture::NoContent),
            ("SPAN_ONLY", Capture::SpanOnly),
            ("EVENT_ONLY", Capture::EventOnly),
            ("SPAN_AND_EVENT", Capture::SpanAndEvent),
        ];
        let mode = modes
            .into_iter()
            .find(|(name, _)| word.eq_ignore_ascii_case(name));
        mode.map(|(_, mode)| mode)
    }

    fn on_spans(self) -> bool {
        matches!(self, Capture::SpanOnly | Capture::SpanAndEvent)
    }

    fn on_events(self) -> bool {
        matches!(self, Capture::EventOnly | Capture::SpanAndEvent)
    }

    /// Where both let content go.
    fn and(self, other: Self) -> Self {
        let spans = self.on_spans() && other.on_spans();
        let events = self.on_events() && other.on_events();
        match (spans, events) {
            (true, true) => Capture::SpanAndEvent,
            (true, false) => Capture::SpanOnly,
            (false, true) => Capture::EventOnly,
            (false, false) => Capture::NoContent,
        }
    }
}

/// What is in force: the code and the environment, joined.
#[derive(Clone)]
pub(crate) struct Policy {
    capture: Capture,
    emits_events: bool,
    limit: usize,
    patterns: Patterns,
    redactors: Vec<Arc<dyn Redactor>>,
    uploads: Vec<Arc<dyn Upload>>,
    files: Option<files::Place>,
    hook_timeout: Duration,
    allowed: Option<Allowed>,
}

impl Policy {
    pub(crate) fn new(code: ContentPolicy, environment: Environment) -> Self {
        let patterns = code.patterns();
        let capture = match (code.capture, environment.capture) {
            (Some(code), Some(environment)) => code.and(environment),
            (code, environment) => code.or(environment).unwrap_or_default(),
        };
        let limit = code.limit.or(environment.limit).unwrap_or(DEFAULT_LIMIT);
        let emits_events = environment.emit_event.unwrap_or(capture.on_events());
        Self {
            // Content for events that are not emitted is for nothing.
            capture: if emits_events {
                capture
            } else {
                capture.and(Capture::SpanOnly)
            },
            emits_events,
            limit: environment
                .value_limit
                .map_or(limit, |most| most.min(limit)),
            patterns,
            redactors: code.redactors,
            uploads: code.uploads,
            files: environment.files,
            hook_timeout: code.hook_timeout.unwrap_or(HOOK_TIMEOUT),
            allowed: code.allowed,
        }
    }

    pub(super) fn on_spans(&self) -> bool {
        self.capture.on_spans()
    }

    pub(super) fn on_events(&self) -> bool {
        self.capture.on_events()
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    pub(super) fn patterns(&self) -> Patterns {
        self.patterns
    }

    pub(super) fn redactors(&self) -> &[Arc<dyn Redactor>] {
        &self.redactors
    }

    pub(super) fn uploads(&self) -> &[Arc<dyn Upload>] {
        &self.uploads
    }

    pub(super) fn hook_timeout(&self) -> Duration {
        self.hook_timeout
    }

    pub(super) fn allows(&self, key: &str) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.has(key))
    }
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        fn same<T: ?Sized>(one: &[Arc<T>], other: &[Arc<T>]) -> bool {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| Arc::ptr_eq(one, other))
        }
        self.capture == other.capture
            && self.emits_events == other.emits_events
            && self.limit == other.limit
            && self.patterns == other.patterns
            && self.files == other.files
            && self.hook_timeout == other.hook_timeout
            && self.allowed == other.allowed
            && same(&self.redactors, &other.redactors)
            && same(&self.uploads, &other.uploads)
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("capture", &self.capture)
            .field("emits_events", &self.emits_events)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
