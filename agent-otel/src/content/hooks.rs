//! Code of the user that sees content before it leaves the process: redactors, and hooks that upload it.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use opentelemetry::trace::SpanContext;
use opentelemetry::{Key, KeyValue, Value as AttributeValue};
use serde_json::Value;

use super::Captured;
use super::ids;
use super::policy::Policy;
use super::worker::{Lost, Worker};
use crate::semconv::{self, lost};

/// Content by key.
pub(super) type Entries = Vec<(&'static str, Value)>;

static REDACTION: Worker = Worker::new("agent-otel-redactor", 0);
/// Apart, so that a program that logs a lot is not in the way of what operations capture.
#[cfg(feature = "logs")]
static REDACTION_OF_RECORDS: Worker = Worker::new("agent-otel-log-redactor", 0);
static UPLOADING: Worker = Worker::new("agent-otel-upload", 1);

/// Takes out of content what must not leave the process.
///
/// Implemented for closures of the same form. It sees each content attribute before it is written, after the built-in
/// patterns, and the messages of errors and panics as the attribute `exception.message`. What it leaves is what is
/// written; `null` leaves the attribute out.
///
/// With the feature `logs` it sees the texts of log records as well, whether they are exported or printed: the message as
/// `body`, a field by its name, an error as `exception.message`.
///
/// It runs on threads of its own, one for content and one for log records, and whoever it runs for waits for it, though no
/// longer than [`ContentPolicy::hook_timeout`](crate::ContentPolicy::hook_timeout). If it panics, the attribute is left
/// out; if it takes too long, all content of the operation is, and that of later ones until it is back. Where so much is
/// waiting for it that an operation's turn does not come in time, the content of that one is left out. Messages of errors
/// and texts of log records are replaced by `[left out: the redactor failed]` then; so are those of what the redactor
/// itself logs, since it cannot wait for itself.
///
/// ```
/// use agent_otel::Redactor;
/// use serde_json::Value;
///
/// /// Customers have numbers, and nobody outside is to know them.
/// struct CustomerNumbers;
///
/// impl Redactor for CustomerNumbers {
///     fn redact(&self, _attribute: &str, value: &mut Value) {
///         match value {
///             Value::String(text) if text.starts_with("customer-") => *text = "[redacted:customer]".into(),
///             Value::Array(items) => items.iter_mut().for_each(|item| self.redact("", item)),
///             Value::Object(members) => members.values_mut().for_each(|member| self.redact("", member)),
///             _ => {}
///         }
///     }
/// }
/// # let mut value = serde_json::json!({"owner": "customer-7"});
/// # CustomerNumbers.redact("gen_ai.tool.call.result", &mut value);
/// # assert_eq!(value, serde_json::json!({"owner": "[redacted:customer]"}));
/// ```
pub trait Redactor: Send + Sync + 'static {
    /// Changes `value`, which is going to be written as `attribute`.
    fn redact(&self, attribute: &str, value: &mut Value);
}

impl<F: Fn(&str, &mut Value) + Send + Sync + 'static> Redactor for F {
    fn redact(&self, attribute: &str, value: &mut Value) {
        self(attribute, value);
    }
}

/// Stores content elsewhere, and leaves a reference on the span.
///
/// Implemented for closures of the same form. It is independent of capture and of sampling: with
/// [`Capture::NoContent`](crate::Capture::NoContent), content is uploaded and stands on no span. It sees content after
/// the patterns and the redactors, as JSON and not cut to the limit of attributes (though no more than 4 MiB each). What
/// it changes is what is written.
///
/// It runs on a thread of its own, and the operation waits for it, though no longer than
/// [`ContentPolicy::hook_timeout`](crate::ContentPolicy::hook_timeout): hand what takes longer, such as a request, on to
/// a queue. If it panics or takes too long, or if so much is waiting for it that the turn of this content does not come in
/// time, the content is written nowhere.
///
/// ```
/// use agent_otel::{Upload, UploadedContent};
///
/// struct ToQueue(std::sync::mpsc::Sender<(String, String)>);
/// # // A `Sender` is `Sync` since Rust 1.72.
///
/// impl Upload for ToQueue {
///     fn upload(&self, content: &mut UploadedContent) {
///         let name = format!("{}-{}.json", content.trace_id(), content.span_id());
///         if let Some(messages) = content.input_messages() {
///             let _ = self.0.send((name.clone(), messages.to_string()));
///             content.remove("gen_ai.input.messages");
///             content.attribute("app.input.reference", name);
///         }
///     }
/// }
/// ```
///
/// GenAI semantic conventions, "Uploading content to external storage".
pub trait Upload: Send + Sync + 'static {
    /// Takes what it wants of the content, and may change it.
    fn upload(&self, content: &mut UploadedContent);
}

impl<F: Fn(&mut UploadedContent) + Send + Sync + 'static> Upload for F {
    fn upload(&self, content: &mut UploadedContent) {
        self(content);
    }
}

/// The content of one operation on its way to an [`Upload`].
pub struct UploadedContent {
    operation: String,
    span_context: SpanContext,
    entries: Entries,
    attributes: Vec<KeyValue>,
}

impl UploadedContent {
    /// `gen_ai.operation.name` of the operation: `chat`, `execute_tool`, `invoke_agent` and the like; on either side of
    /// MCP, `mcp.method.name`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The id of the operation's trace, in 32 hexadecimal digits; a random one where there is no trace.
    pub fn trace_id(&self) -> String {
        self.span_context.trace_id().to_string()
    }

    /// The id of the operation's span, in 16 hexadecimal digits. Where none is recorded, it is a random one, so that what
    /// is stored by it does not take the place of another operation's.
    pub fn span_id(&self) -> String {
        self.span_context.span_id().to_string()
    }

    /// Whether the span is exported, so that what is stored can be found from it.
    pub fn is_sampled(&self) -> bool {
        self.span_context.is_sampled()
    }

    /// `gen_ai.input.messages`: a list of messages.
    pub fn input_messages(&mut self) -> Option<&mut Value> {
        self.get(semconv::GEN_AI_INPUT_MESSAGES)
    }

    /// `gen_ai.output.messages`: a list of messages, one a choice.
    pub fn output_messages(&mut self) -> Option<&mut Value> {
        self.get(semconv::GEN_AI_OUTPUT_MESSAGES)
    }

    /// `gen_ai.system_instructions`: a list of parts.
    pub fn system_instructions(&mut self) -> Option<&mut Value> {
        self.get(semconv::GEN_AI_SYSTEM_INSTRUCTIONS)
    }

    /// `gen_ai.tool.definitions`: a list of definitions.
    pub fn tool_definitions(&mut self) -> Option<&mut Value> {
        self.get(semconv::GEN_AI_TOOL_DEFINITIONS)
    }

    /// The content of this key, such as `gen_ai.tool.call.arguments`.
    pub fn get(&mut self, key: &str) -> Option<&mut Value> {
        self.iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value)
    }

    /// All content, by key.
    pub fn iter(&mut self) -> impl Iterator<Item = (&'static str, &mut Value)> {
        self.entries.iter_mut().map(|(key, value)| (*key, value))
    }

    /// Takes the content of this key away, so that it is not written.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let index = self.entries.iter().position(|(known, _)| *known == key)?;
        Some(self.entries.remove(index).1)
    }

    /// Adds an attribute to the span, such as a reference to what was stored.
    pub fn attribute(
        &mut self,
        key: impl Into<Key>,
        value: impl Into<AttributeValue>,
    ) -> &mut Self {
        self.attributes.push(KeyValue::new(key, value));
        self
    }
}

impl fmt::Debug for UploadedContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.entries.iter().map(|(key, _)| key).collect();
        f.debug_struct("UploadedContent")
            .field("operation", &self.operation)
            .field("keys", &keys)
            .finish_non_exhaustive()
    }
}

/// Shows content to the redactors: what is left of it, and why some is not.
pub(super) fn redact(policy: &Policy, entries: Entries) -> (Entries, Option<&'static str>) {
    let redactors = policy.redactors().to_vec();
    let timeout = policy.hook_timeout();
    let redacted = REDACTION.run(timeout, move || {
        let count = entries.len();
        let entries: Entries = entries
            .into_iter()
            .filter_map(|(key, value)| Some((key, redacted(&redactors, key, value)?)))
            .collect();
        let has_panicked = entries.len() < count;
        let kept = entries.into_iter().filter(|(_, value)| !value.is_null());
        (kept.collect::<Entries>(), has_panicked)
    });
    match redacted {
        Ok((entries, false)) => (entries, None),
        Ok((entries, true)) => (entries, Some(lost::REDACTOR_PANICKED)),
        Err(Lost::Panicked) => (Vec::new(), Some(lost::REDACTOR_PANICKED)),
        Err(Lost::Hung) => (Vec::new(), Some(lost::REDACTOR_HUNG)),
        Err(Lost::Crowded) => (Vec::new(), Some(lost::REDACTOR_QUEUE_FULL)),
    }
}

/// The value after all redactors; `None` where one panics.
fn redacted(redactors: &[Arc<dyn Redactor>], key: &str, mut value: Value) -> Option<Value> {
    for redactor in redactors {
        catch_unwind(AssertUnwindSafe(|| redactor.redact(key, &mut value))).ok()?;
    }
    Some(value)
}

/// Shows the message of an error to the redactors; `None` where one panics or hangs.
pub(super) fn redact_text(policy: &Policy, text: String) -> Option<String> {
    let redactors = policy.redactors().to_vec();
    let redacted = REDACTION.run(policy.hook_timeout(), move || {
        redacted(&redactors, semconv::EXCEPTION_MESSAGE, Value::String(text))
    });
    match redacted.ok()?? {
        Value::String(text) => Some(text),
        Value::Null => Some(String::new()),
        other => Some(other.to_string()),
    }
}

/// Shows the texts of a log record to the redactors: what they leave of each, `None` where one panics. Nothing where one
/// hangs.
#[cfg(feature = "logs")]
pub(super) fn redact_logged(
    policy: &Policy,
    texts: Vec<(Key, String)>,
) -> Option<Vec<Option<Value>>> {
    let redactors = policy.redactors().to_vec();
    let redacted = REDACTION_OF_RECORDS.run(policy.hook_timeout(), move || {
        texts
            .into_iter()
            .map(|(key, text)| redacted(&redactors, key.as_str(), Value::String(text)))
            .collect()
    });
    redacted.ok()
}

/// Hands content to the upload hooks: what they leave, the attributes they add, and why content was lost.
pub(super) fn upload(
    policy: &Policy,
    captured: &Captured<'_>,
    entries: Entries,
) -> (Entries, Vec<KeyValue>, Option<&'static str>) {
    let uploads = policy.uploads().to_vec();
    let operation = captured
        .operation
        .map(|name| name.as_str().into_owned())
        .unwrap_or_default();
    let span_context = if captured.has_span {
        captured.span_context.clone()
    } else {
        ids::below(captured.span_context)
    };
    let uploaded = UPLOADING.run(policy.hook_timeout(), move || {
        let mut content = UploadedContent {
            operation,
            span_context,
            entries,
            attributes: Vec::new(),
        };
        for upload in uploads {
            upload.upload(&mut content);
        }
        (content.entries, content.attributes)
    });
    match uploaded {
        Ok((entries, attributes)) => (entries, attributes, None),
        Err(Lost::Panicked) => (Vec::new(), Vec::new(), Some(lost::UPLOAD_PANICKED)),
        Err(Lost::Hung) => (Vec::new(), Vec::new(), Some(lost::UPLOAD_HUNG)),
        Err(Lost::Crowded) => (Vec::new(), Vec::new(), Some(lost::UPLOAD_QUEUE_FULL)),
    }
}
