//! What the code says about content.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::super::allow::Allowed;
use super::super::files;
use super::super::hooks::{Redactor, Upload};
use super::super::pattern::{Pattern, Patterns};
use super::{Capture, Environment, MOST, Policy, install};

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
/// The messages of errors and panics pass the patterns and the redactors as well, whether or not content is captured, and
/// so do the texts of log records with the feature `logs`.
#[derive(Clone, Default)]
#[must_use = "a policy has no effect until it is installed"]
pub struct ContentPolicy {
    pub(super) capture: Option<Capture>,
    pub(super) limit: Option<usize>,
    switched_off: Option<Patterns>,
    pub(super) redactors: Vec<Arc<dyn Redactor>>,
    pub(super) uploads: Vec<Arc<dyn Upload>>,
    pub(super) hook_timeout: Option<Duration>,
    pub(super) allowed: Option<Allowed>,
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
        files::flush(timeout);
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

    pub(super) fn patterns(&self) -> Patterns {
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
