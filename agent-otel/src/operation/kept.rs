//! What only those operations have that capture content.

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, Key, KeyValue};

use crate::content::{self, Captured, Content, Written};
use crate::kind::{Kind, Role};
use crate::outcome::Outcome;
use crate::semconv;

/// Content that may leave the process.
pub(super) struct Wrote {
    /// Attributes of the span.
    pub(super) span: Vec<KeyValue>,
    /// For the event that tells the details of a model call.
    pub(super) details: Details,
}

/// What the event that tells the details of a model call has beside the attributes of the span's end.
pub(super) struct Details {
    /// The attributes of the start; empty where no event is wanted.
    pub(super) attributes: Vec<KeyValue>,
    pub(super) content: Vec<(Key, AnyValue)>,
}

/// What an operation keeps from its start to its end where content is captured.
#[derive(Debug, Default)]
pub(super) struct Kept {
    content: Content,
    /// The attributes of the start, for the event that tells the details of a model call.
    attributes: Vec<KeyValue>,
    /// The operation's name, for uploads.
    operation: Option<opentelemetry::Value>,
}

impl Wrote {
    /// What was captured, as it may leave the process. Redactors and uploads are code of the user.
    #[cold]
    pub(super) fn new(
        kept: Option<Box<Kept>>,
        outcome: &mut Outcome,
        (context, has_span): (&Context, bool),
    ) -> Self {
        let Kept {
            mut content,
            attributes,
            operation,
        } = kept.map(|kept| *kept).unwrap_or_default();
        if let Some(messages) = outcome.response.output_messages() {
            content.push(semconv::GEN_AI_OUTPUT_MESSAGES, messages);
        }
        content.extend(outcome.take_content());
        let Written { span, event } = if content.is_empty() {
            Written::default()
        } else {
            let span = context.span();
            let captured = Captured {
                operation: operation.as_ref(),
                span_context: span.span_context(),
                has_span,
            };
            content::write(content, &captured)
        };
        let details = Details {
            attributes,
            content: event,
        };
        Self { span, details }
    }
}

impl Kept {
    /// What is kept of an operation that begins; `None` where nothing is captured.
    pub(super) fn new(kind: &Kind, content: Content, attributes: &[KeyValue]) -> Option<Box<Self>> {
        let has_event = content::emits_event() && kind.role == Role::Inference;
        if content.is_empty() && !has_event && !content::is_captured() {
            return None;
        }
        let is_name = |attribute: &&KeyValue| attribute.key.as_str() == kind.span.operation;
        let operation = content::is_uploaded()
            .then(|| attributes.iter().find(is_name))
            .flatten()
            .map(|name| name.value.clone());
        let attributes = if has_event {
            attributes.to_vec()
        } else {
            Vec::new()
        };
        Some(Box::new(Self {
            content,
            attributes,
            operation,
        }))
    }
}
