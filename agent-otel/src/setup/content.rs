//! What the code says about content; see [`ContentPolicy`](crate::ContentPolicy), which gathers it.

use std::time::Duration;

use super::builder::Builder;
use crate::content::{Capture, Pattern, Redactor, Upload};

/// What becomes of content: see [`ContentPolicy`](crate::ContentPolicy).
impl Builder {
    /// Where content goes that people and models wrote: prompts, completions, arguments, results. Where
    /// `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` is set as well, it goes only where both let it.
    ///
    /// What is captured is masked, shown to your redactors and hooks, and cut; see [`ContentPolicy`](crate::ContentPolicy).
    pub fn capture(mut self, capture: Capture) -> Self {
        self.content = self.content.capture(capture);
        self
    }

    /// The most bytes of JSON of one content attribute; see [`ContentPolicy::limit`](crate::ContentPolicy::limit). Beats `AGENT_OTEL_CONTENT_LIMIT`.
    pub fn content_limit(mut self, bytes: usize) -> Self {
        self.content = self.content.limit(bytes);
        self
    }

    /// Shows content, the messages of errors and the texts of log records to a redactor of your own; see [`Redactor`].
    pub fn redactor(mut self, redactor: impl Redactor) -> Self {
        self.content = self.content.redactor(redactor);
        self
    }

    /// Switches a built-in pattern off, so that what it knows is shown; see [`Pattern`].
    pub fn without_pattern(mut self, pattern: Pattern) -> Self {
        self.content = self.content.without_pattern(pattern);
        self
    }

    /// Switches all built-in patterns off: nothing is masked but by redactors of your own.
    pub fn without_patterns(mut self) -> Self {
        self.content = self.content.without_patterns();
        self
    }

    /// Hands content to a hook that stores it elsewhere; see [`Upload`].
    pub fn upload(mut self, upload: impl Upload) -> Self {
        self.content = self.content.upload(upload);
        self
    }

    /// How long redactors and upload hooks may take; see [`ContentPolicy::hook_timeout`](crate::ContentPolicy::hook_timeout).
    pub fn hook_timeout(mut self, timeout: Duration) -> Self {
        self.content = self.content.hook_timeout(timeout);
        self
    }

    /// Lets only these attributes leave the process; see [`ContentPolicy::attributes_allowed`](crate::ContentPolicy::attributes_allowed).
    ///
    /// ```
    /// let builder = agent_otel::Builder::new("shop").attributes_allowed(["gen_ai.*", "error.type", "app.tier"]);
    /// ```
    pub fn attributes_allowed(mut self, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.content = self.content.attributes_allowed(keys);
        self
    }
}
