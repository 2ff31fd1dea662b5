//! What becomes of content in this process: whether it is captured at all, for what, and in how many bytes.

use std::ffi::OsString;
use std::fmt;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use opentelemetry::KeyValue;

use super::allow::Allowed;
use super::files::Files;
use super::hooks::{Redactor, Upload};
use super::pattern::{Pattern, Patterns};

const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
const EMIT_EVENT: &str = "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT";
const LIMIT: &str = "AGENT_OTEL_CONTENT_LIMIT";
const SPAN_VALUE_LIMIT: &str = "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT";
const VALUE_LIMIT: &str = "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT";

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

/// What becomes of content: where it goes, what is masked, who looks at it before, and in how many bytes.
///
/// [`Builder`](crate::Builder) has the same methods, for programs that are set up by it. This is for programs that
/// install providers of their own, and for tests:
///
/// ```
/// use agent_otel::{Capture, ContentPolicy};
/// use serde_json::Value;
///
/// let is_first = ContentPolicy::new()
///     .capture(Capture::SpanOnly)
///     .redactor(|attribute: &str, value: &mut Value| {
///         if attribute == "gen_ai.tool.call.result" {
///             *value = "kept here".into();
///         }
///     })
///     .install();
/// assert!(is_first);
/// ```
///
/// By default nothing is captured. What is captured passes, in this order: the built-in [patterns](Pattern), the
/// [redactors](Redactor), the [upload hooks](Upload), and the cut to [`limit`](Self::limit). Redactors and hooks run on
/// threads of their own, for no longer than [`hook_timeout`](Self::hook_timeout). One that panics or takes too long loses
/// the content, of which `agent_otel.content.lost` tells, and never the span.
///
/// The messages of errors and panics pass the patterns and the redactors as well, whether or not content is captured.
#[derive(Clone, Default)]
#[must_use = "a policy has no effect until it is installed"]
pub struct ContentPolicy {
    capture: Option<Capture>,
    limit: Option<usize>,
    switched_off: Option<Patterns>,
    redactors: Vec<Arc<dyn Redactor>>,
    uploads: Vec<Arc<dyn Upload>>,
    hook_timeout: Option<Duration>,
    allowed: Option<Allowed>,
}

impl ContentPolicy {
    /// A policy that leaves everything to the environment, which captures nothing unless it says so.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where content goes. Where `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` is set as well, it goes only where
    /// both let it, so that whoever runs the program can keep it in.
    pub fn capture(mut self, capture: Capture) -> Self {
        self.capture = Some(capture);
        self
    }

    /// The most bytes of JSON of one content attribute; 65,536 without this call. Beats `AGENT_OTEL_CONTENT_LIMIT`.
    ///
    /// What is longer is cut, in a way that leaves valid JSON of the same shape: long texts keep their beginning, long
    /// lists their first elements and more of their last ones. What is missing is said in place, and
    /// `agent_otel.content.truncated` names the attribute. At most 16 MiB.
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = Some(bytes.min(MOST));
        self
    }

    /// Shows content to a redactor of your own before it leaves the process, after the built-in patterns. Several run in
    /// the order of these calls.
    pub fn redactor(mut self, redactor: impl Redactor) -> Self {
        self.redactors.push(Arc::new(redactor));
        self
    }

    /// Switches a built-in pattern off: what it knows is shown.
    pub fn without_pattern(mut self, pattern: Pattern) -> Self {
        self.switched_off = Some(self.patterns().without(pattern));
        self
    }

    /// Switches all built-in patterns off: nothing is masked but by redactors of your own.
    pub fn without_patterns(mut self) -> Self {
        self.switched_off = Some(Patterns::NONE);
        self
    }

    /// Hands content to a hook that stores it elsewhere, whether or not it is captured for spans or events. Several run
    /// in the order of these calls.
    pub fn upload(mut self, upload: impl Upload) -> Self {
        self.uploads.push(Arc::new(upload));
        self
    }

    /// How long redactors may take over one operation's content, and upload hooks likewise; 100 milliseconds without
    /// this call. The operation waits for them, so keep it short.
    pub fn hook_timeout(mut self, timeout: Duration) -> Self {
        self.hook_timeout = Some(timeout);
        self
    }

    /// Lets only these attributes leave the process on spans and events; all of them without this call. A name that ends
    /// in `*` stands for all that begin so: `gen_ai.*`. Several calls add up.
    pub fn attributes_allowed(mut self, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.allowed
            .get_or_insert_default()
            .add(keys.into_iter().map(Into::into));
        self
    }

    /// Makes this the policy of the process, joined with what the environment says; what is wrong there is left out.
    /// Only the first call has an effect, and tells so.
    pub fn install(self) -> bool {
        let environment = Environment::of_process();
        install(Policy::new(self, environment))
    }

    /// Waits until the files are written that the environment asks for (`OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH`), no
    /// longer than `timeout`. `Telemetry` does so when it is shut down; call it at the end of a program that has providers
    /// of its own. Blocks the thread.
    pub fn flush_uploads(timeout: Duration) {
        super::files::flush(timeout);
    }

    /// Whether it leaves anything not to the environment.
    #[cfg(feature = "setup")]
    pub(crate) fn says_something(&self) -> bool {
        self.capture.is_some()
            || self.limit.is_some()
            || self.switched_off.is_some()
            || self.hook_timeout.is_some()
            || self.allowed.is_some()
            || !self.redactors.is_empty()
            || !self.uploads.is_empty()
    }

    fn patterns(&self) -> Patterns {
        self.switched_off.unwrap_or(Patterns::ALL)
    }
}

impl fmt::Debug for ContentPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentPolicy")
            .field("capture", &self.capture)
            .field("limit", &self.limit)
            .field("patterns", &self.patterns())
            .field("redactors", &self.redactors.len())
            .field("uploads", &self.uploads.len())
            .field("hook_timeout", &self.hook_timeout)
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

/// What the environment says about content, checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Environment {
    capture: Option<Capture>,
    emit_event: Option<bool>,
    limit: Option<usize>,
    value_limit: Option<usize>,
    files: Option<super::files::Place>,
}

/// Something in the environment that is not as it should be: the variable, its value, and what to do.
pub(crate) type Wrong = (&'static str, Option<String>, &'static str);

impl Environment {
    fn of_process() -> Self {
        Self::read(&|name| std::env::var_os(name), &mut |_| {})
    }

    /// Reads all variables through `lookup`, and tells what is wrong with them.
    pub(crate) fn read(
        lookup: &dyn Fn(&str) -> Option<OsString>,
        tell: &mut dyn FnMut(Wrong),
    ) -> Self {
        // What is not UTF-8 becomes a value that is not understood, and is told as such.
        let text = |variable: &str| {
            let value = lookup(variable)?;
            let value = value.to_string_lossy();
            let value = value.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let capture = text(CAPTURE);
        let emit_event = text(EMIT_EVENT);
        let limits =
            [LIMIT, SPAN_VALUE_LIMIT, VALUE_LIMIT].map(|variable| (variable, text(variable)));
        let place = super::files::Words {
            hook: text(super::files::HOOK),
            path: text(super::files::PATH),
            format: text(super::files::FORMAT),
            queue: text(super::files::QUEUE),
        };
        let capture = capture.map(|word| {
            Capture::parse(&word).unwrap_or_else(|| {
                tell((CAPTURE, Some(word), "is no mode of capture, so no content is captured; set it to NO_CONTENT, SPAN_ONLY, EVENT_ONLY or SPAN_AND_EVENT"));
                Capture::NoContent
            })
        });
        let emit_event = emit_event.and_then(|word| match word.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                tell((EMIT_EVENT, Some(word), "is neither true nor false, so events follow the mode of capture; set it to true or false"));
                None
            }
        });
        let [limit, span_values, values] = limits.map(|(variable, word)| {
            let word = word?;
            let limit = word.parse().ok();
            if limit.is_none() {
                tell((
                    variable,
                    Some(word),
                    "is no number of bytes, so the default is used; write it in digits",
                ));
            }
            limit
        });
        Self {
            capture,
            emit_event,
            limit: limit.map(|limit: usize| limit.min(MOST)),
            value_limit: span_values.or(values),
            files: place.check(tell),
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
    files: Option<super::files::Place>,
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

    /// The bits of [`STATE`] for this policy.
    fn state(&self) -> u8 {
        let bit = |is: bool, bit: u8| if is { bit } else { 0 };
        READ | bit(self.on_spans() || self.on_events(), CAPTURES)
            | bit(!self.uploads.is_empty(), UPLOADS)
            | bit(self.emits_events, EMITS)
            | bit(self.allowed.is_some(), ALLOWS)
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

/// What the fast paths ask, in bits; 0 until it was read.
static STATE: AtomicU8 = AtomicU8::new(0);
static PATTERNS: AtomicU8 = AtomicU8::new(0x7F);
/// The budget of one attribute while it is captured.
static GATHER: AtomicUsize = AtomicUsize::new(DEFAULT_LIMIT);

const READ: u8 = 1;
const CAPTURES: u8 = 2;
const UPLOADS: u8 = 4;
const EMITS: u8 = 8;
const ALLOWS: u8 = 16;

static INSTALLED: OnceLock<Policy> = OnceLock::new();

/// Makes this the policy of the process; only the first has an effect, and tells so.
pub(crate) fn install(mut policy: Policy) -> bool {
    policy.start_files();
    let is_first = INSTALLED.set(policy).is_ok();
    if let (true, Some(policy)) = (is_first, INSTALLED.get()) {
        publish(policy);
    }
    is_first
}

/// Whether a policy was installed.
#[cfg(feature = "setup")]
pub(crate) fn is_installed() -> bool {
    INSTALLED.get().is_some()
}

impl Policy {
    /// The upload of the environment, as one hook among others.
    fn start_files(&mut self) {
        if let Some(files) = self.files.as_ref().and_then(Files::start) {
            self.uploads.push(Arc::new(files));
        }
    }
}

fn publish(policy: &Policy) {
    PATTERNS.store(policy.patterns.bits(), Ordering::Relaxed);
    let is_uploaded = !policy.uploads.is_empty();
    let gather = if is_uploaded {
        UPLOAD_LIMIT.max(policy.limit)
    } else {
        policy.limit
    };
    GATHER.store(gather, Ordering::Relaxed);
    STATE.store(policy.state(), Ordering::Release);
}

/// The policy in force: the one that was installed, or that of the environment.
pub(super) fn current() -> &'static Policy {
    static OF_ENVIRONMENT: OnceLock<Policy> = OnceLock::new();
    if let Some(installed) = INSTALLED.get() {
        return installed;
    }
    OF_ENVIRONMENT.get_or_init(|| {
        let mut policy = Policy::new(ContentPolicy::new(), Environment::of_process());
        policy.start_files();
        policy
    })
}

/// The bits of the policy in force. One relaxed load, once it was read.
fn state() -> u8 {
    match STATE.load(Ordering::Relaxed) {
        0 => read(),
        state => state,
    }
}

#[cold]
fn read() -> u8 {
    let policy = current();
    publish(policy);
    // One may have been installed between the two.
    if let Some(installed) = INSTALLED.get() {
        publish(installed);
    }
    STATE.load(Ordering::Relaxed)
}

/// Whether content is gathered at all: for spans, for events, or for an upload.
pub(crate) fn is_captured() -> bool {
    state() & (CAPTURES | UPLOADS) != 0
}

/// Whether content is handed to upload hooks.
pub(crate) fn is_uploaded() -> bool {
    state() & UPLOADS != 0
}

/// Whether content goes elsewhere than on spans, so that operations are described whose span is sampled out.
pub(crate) fn is_beside_spans() -> bool {
    state() & (UPLOADS | EMITS) != 0
}

/// Whether the event with the details of an inference is emitted: `OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT`.
pub(crate) fn emits_event() -> bool {
    state() & EMITS != 0
}

/// Whether an attribute may leave the process.
pub(crate) fn is_allowed(key: &str) -> bool {
    state() & ALLOWS == 0 || current().allows(key)
}

/// Leaves the attributes that may leave the process: all of them, after one relaxed load, where no list is set.
pub(crate) fn keep_allowed(attributes: &mut Vec<KeyValue>) {
    if state() & ALLOWS != 0 {
        let policy = current();
        attributes.retain(|attribute| policy.allows(attribute.key.as_str()));
    }
}

/// The patterns in force.
pub(super) fn patterns() -> Patterns {
    state();
    Patterns::of_bits(PATTERNS.load(Ordering::Relaxed))
}

/// Bytes that one attribute may have while it is gathered.
pub(super) fn gather_limit() -> usize {
    GATHER.load(Ordering::Relaxed)
}
