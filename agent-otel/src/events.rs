//! Events of the conventions, as log records in the context of the span that they belong to.

use opentelemetry::logs::{AnyValue, Severity};
use opentelemetry::trace::{SpanContext, TraceContextExt};
use opentelemetry::{Context, Key, KeyValue, StringValue, Value};

use crate::exception::Place;
use crate::failure::Failure;
use crate::semconv::{self, event};
use crate::surroundings::Surroundings;
use crate::{content, current::Current, exception};

/// How well an answer did, for [`Current::evaluate`].
///
/// # Examples
///
/// ```
/// use agent_otel::Evaluation;
///
/// let relevance = Evaluation::new("relevance").score(0.9).label("pass").explanation("names the order");
/// agent_otel::current().evaluate(relevance);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    name: StringValue,
    score: Option<f64>,
    label: Option<StringValue>,
    explanation: Option<String>,
    response_id: Option<StringValue>,
    error_type: Option<StringValue>,
}

impl Evaluation {
    /// An evaluation by the metric of this name.
    pub fn new(name: impl Into<StringValue>) -> Self {
        Self {
            name: name.into(),
            score: None,
            label: None,
            explanation: None,
            response_id: None,
            error_type: None,
        }
    }

    /// `gen_ai.evaluation.score.value`.
    pub fn score(mut self, score: impl Into<Option<f64>>) -> Self {
        // What is no number is no score, and JSON has no word for it.
        self.score = score.into().filter(|score| score.is_finite());
        self
    }

    /// `gen_ai.evaluation.score.label`: what the score means, of low cardinality, `pass` for example.
    pub fn label<'a>(mut self, label: impl Into<Option<&'a str>>) -> Self {
        self.label = label.into().map(|label| label.to_owned().into());
        self
    }

    /// `gen_ai.evaluation.explanation`: why, in the evaluator's words. It passes the redaction of error messages.
    pub fn explanation<'a>(mut self, explanation: impl Into<Option<&'a str>>) -> Self {
        self.explanation = explanation.into().map(str::to_owned);
        self
    }

    /// `gen_ai.response.id` of what was evaluated, by which it is found where its span is not known any more.
    pub fn response_id<'a>(mut self, id: impl Into<Option<&'a str>>) -> Self {
        self.response_id = id.into().map(|id| id.to_owned().into());
        self
    }

    /// `error.type`, where the evaluation itself has failed: a label of low cardinality.
    pub fn error_type<'a>(mut self, error_type: impl Into<Option<&'a str>>) -> Self {
        self.error_type = error_type.into().map(|label| label.to_owned().into());
        self
    }

    fn attributes(self) -> Vec<KeyValue> {
        let texts = [
            (semconv::GEN_AI_EVALUATION_NAME, Some(self.name)),
            (semconv::GEN_AI_EVALUATION_SCORE_LABEL, self.label),
            (
                semconv::GEN_AI_EVALUATION_EXPLANATION,
                self.explanation
                    .map(|text| content::error_message(&text).into()),
            ),
            (semconv::GEN_AI_RESPONSE_ID, self.response_id),
            (semconv::ERROR_TYPE, self.error_type),
        ];
        let score = self
            .score
            .map(|score| KeyValue::new(semconv::GEN_AI_EVALUATION_SCORE_VALUE, score));
        let texts = texts
            .into_iter()
            .filter_map(|(key, text)| Some(KeyValue::new(key, text?)));
        texts.chain(score).collect()
    }
}

impl Current {
    /// Tells how well the operation behind this handle did: an event `gen_ai.evaluation.result` in its context. The handle
    /// may be kept until the operation is over, since answers are judged afterwards.
    ///
    /// It is a log record; where no log provider was handed over, an event of the span, as long as that has not ended.
    /// What is not known is `None`.
    ///
    /// GenAI conventions, "Events", `gen_ai.evaluation.result`.
    ///
    /// # Examples
    ///
    /// ```
    /// agent_otel::current().evaluation("relevance", 0.9, "pass", None);
    /// ```
    pub fn evaluation<'a>(
        &self,
        name: impl Into<StringValue>,
        score: impl Into<Option<f64>>,
        label: impl Into<Option<&'a str>>,
        explanation: impl Into<Option<&'a str>>,
    ) -> &Self {
        let evaluation = Evaluation::new(name).score(score).label(label);
        self.evaluate(evaluation.explanation(explanation))
    }

    /// As [`evaluation`](Self::evaluation), for those who have more to tell.
    pub fn evaluate(&self, evaluation: Evaluation) -> &Self {
        let span = self.context().span();
        if !has_logger() && !span.is_recording() {
            return self;
        }
        let mut attributes = evaluation.attributes();
        attributes.extend(ids(self.context()));
        let record = Record {
            name: event::EVALUATION_RESULT,
            severity: None,
            span_context: span.span_context(),
            attributes,
            content: Vec::new(),
        };
        if let Err(record) = record.emit() {
            span.add_event(record.name, record.attributes);
        }
        self
    }
}

/// Whether log records are heard.
fn has_logger() -> bool {
    #[cfg(feature = "sdk")]
    if crate::provider::logger().is_some() {
        return true;
    }
    false
}

/// The ids that `context` carries, as attributes.
fn ids(context: &Context) -> Vec<KeyValue> {
    let Some(ids) = Surroundings::ids(context) else {
        return Vec::new();
    };
    ids.each()
        .map(|(key, id)| KeyValue::new(key, id.text.clone()))
        .collect()
}

/// Emits `gen_ai.client.inference.operation.details` with all that a model call has told, if events are asked for.
///
/// GenAI conventions, "Events".
pub(crate) fn details(
    place: &Place<'_>,
    start: Vec<KeyValue>,
    end: &[KeyValue],
    content: Vec<(Key, AnyValue)>,
) {
    if start.is_empty() || !content::emits_event() {
        return;
    }
    let mut attributes = start;
    // What the end says counts for more.
    attributes.retain(|one| !end.iter().any(|other| other.key == one.key));
    attributes.extend_from_slice(end);
    attributes.retain(|attribute| {
        let key = attribute.key.as_str();
        let is_content = content.iter().any(|(known, _)| known.as_str() == key);
        tells_details(key) && !is_content
    });
    let record = Record {
        name: event::INFERENCE_OPERATION_DETAILS,
        severity: None,
        span_context: place.span_context,
        attributes,
        content,
    };
    // Without a log provider there is nobody to tell.
    let _ = record.emit();
}

/// Emits an exception that ended an operation.
///
/// GenAI conventions, "Events", `gen_ai.client.operation.exception`.
pub(crate) fn exception(failure: &Failure, place: &Place<'_>) {
    let mut attributes = exception::attributes(failure);
    attributes.extend(ids(place.context));
    let record = Record {
        name: place.kind.exception,
        severity: Some(Severity::Warn),
        span_context: place.span_context,
        attributes,
        content: Vec::new(),
    };
    // Without a log provider there is nobody to tell.
    let _ = record.emit();
}

/// Whether an attribute of the span belongs to the event: those of the conventions do, without the content that the span
/// may have as text.
fn tells_details(key: &str) -> bool {
    const FAMILIES: [&str; 5] = ["gen_ai.", "server.", "openai.", "aws.bedrock.", "azure."];
    const SINGLE: [&str; 3] = [semconv::ERROR_TYPE, semconv::USER_ID, semconv::SESSION_ID];
    const CONTENT: [&str; 4] = [
        semconv::GEN_AI_INPUT_MESSAGES,
        semconv::GEN_AI_OUTPUT_MESSAGES,
        semconv::GEN_AI_SYSTEM_INSTRUCTIONS,
        semconv::GEN_AI_TOOL_DEFINITIONS,
    ];
    !CONTENT.contains(&key)
        && (SINGLE.contains(&key) || FAMILIES.iter().any(|family| key.starts_with(family)))
}

/// An event that is about to be emitted.
struct Record<'a> {
    name: &'static str,
    severity: Option<Severity>,
    span_context: &'a SpanContext,
    attributes: Vec<KeyValue>,
    content: Vec<(Key, AnyValue)>,
}

impl Record<'_> {
    /// Emits the record, or gives it back where no log provider was handed over. Processors are code of others.
    #[cfg(feature = "sdk")]
    fn emit(self) -> Result<(), Self> {
        use std::panic::{AssertUnwindSafe, catch_unwind};
        use std::time::SystemTime;

        use opentelemetry::logs::{LogRecord, Logger};

        let Some(logger) = crate::provider::logger() else {
            return Err(self);
        };
        let emit = AssertUnwindSafe(|| {
            let mut record = logger.create_log_record();
            record.set_event_name(self.name);
            record.set_timestamp(SystemTime::now());
            if let Some(severity) = self.severity {
                record.set_severity_number(severity);
                record.set_severity_text(severity.name());
            }
            let span = self.span_context;
            if span.is_valid() {
                record.set_trace_context(span.trace_id(), span.span_id(), Some(span.trace_flags()));
            }
            let mut attributes = self.attributes;
            content::keep_allowed(&mut attributes);
            for KeyValue { key, value, .. } in attributes {
                record.add_attribute(key, any(value));
            }
            for (key, value) in self.content {
                record.add_attribute(key, value);
            }
            logger.emit(record);
        });
        let _ = catch_unwind(emit);
        Ok(())
    }

    /// Log records need the SDK; without it there is no provider to give one to.
    #[cfg(not(feature = "sdk"))]
    fn emit(self) -> Result<(), Self> {
        let _ = (self.severity, self.span_context, &self.content, any);
        Err(self)
    }
}

/// A value of an attribute as log records hold it.
fn any(value: Value) -> AnyValue {
    use opentelemetry::Array;

    fn list<T: Into<AnyValue>>(items: Vec<T>) -> AnyValue {
        AnyValue::ListAny(Box::new(items.into_iter().map(Into::into).collect()))
    }

    match value {
        Value::Bool(value) => value.into(),
        Value::I64(value) => value.into(),
        Value::F64(value) => value.into(),
        Value::String(value) => value.into(),
        Value::Array(Array::Bool(items)) => list(items),
        Value::Array(Array::I64(items)) => list(items),
        Value::Array(Array::F64(items)) => list(items),
        Value::Array(Array::String(items)) => list(items),
        other => other.to_string().into(),
    }
}
