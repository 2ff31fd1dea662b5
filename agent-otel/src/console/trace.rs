//! The model of what the waterfall shows: plain data, from the SDK's spans or from OTLP.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use opentelemetry::trace::{SpanId, TraceId};

use crate::semconv::value::operation;
use crate::semconv::{self, outcome};

/// How a span ended, as far as it did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It ended without an error.
    Completed,
    /// Its status is Error.
    Failed {
        /// `error.type`; `_OTHER` where none was given.
        error_type: String,
        /// The description of the status, else the message of the exception; empty where neither was given.
        message: String,
    },
    /// It was dropped before it was complete.
    Cancelled,
    /// Its stream was dropped before its end.
    Abandoned,
    /// It has not ended yet.
    Unfinished,
}

/// Tokens of one model call, as the provider counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tokens {
    /// Tokens of the input, cached ones included.
    pub input: Option<u64>,
    /// Tokens of the output, reasoning included.
    pub output: Option<u64>,
    /// The part of the input that came from a cache.
    pub cached: Option<u64>,
    /// The part of the output that was reasoning.
    pub reasoning: Option<u64>,
}

/// One span of a [`Trace`]. Times are nanoseconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span {
    /// Its own id.
    pub id: SpanId,
    /// The id of its parent; `None` for the root of the trace.
    pub parent: Option<SpanId>,
    /// Whether the parent is known to live in another process.
    pub parent_is_remote: bool,
    /// `service.name` of its resource.
    pub service: String,
    /// Its name.
    pub name: String,
    /// When it began.
    pub start: u64,
    /// When it ended; for one that has not, the last moment that is known.
    pub end: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// `gen_ai.operation.name`; empty where the span is of another kind.
    pub operation: String,
    /// `gen_ai.request.model`.
    pub request_model: Option<String>,
    /// `gen_ai.response.model`.
    pub response_model: Option<String>,
    /// `gen_ai.usage.*`.
    pub tokens: Tokens,
    /// `gen_ai.response.finish_reasons`.
    pub finish_reasons: Vec<String>,
    /// `agent_otel.retry.count`: attempts that were followed by another.
    pub retries: u64,
    /// How many links it has.
    pub links: usize,
}

impl Span {
    /// Whether it is a call of a model: chat, text completion, content generation, or embeddings.
    pub fn is_model_call(&self) -> bool {
        matches!(
            self.operation.as_str(),
            operation::CHAT
                | operation::TEXT_COMPLETION
                | operation::GENERATE_CONTENT
                | operation::EMBEDDINGS
        )
    }

    /// Whether it is the execution of a tool.
    pub fn is_tool_call(&self) -> bool {
        self.operation == operation::EXECUTE_TOOL
    }

    /// Whether it is an agent or a workflow of agents.
    pub fn is_agent(&self) -> bool {
        matches!(
            self.operation.as_str(),
            operation::INVOKE_AGENT | operation::INVOKE_WORKFLOW
        )
    }

    /// Whether its status is Error.
    pub fn is_failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed { .. })
    }

    /// Whether it has ended.
    pub fn is_finished(&self) -> bool {
        self.outcome != Outcome::Unfinished
    }

    /// How long it took.
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(self.end.saturating_sub(self.start))
    }

    /// Whether its parent is none of this process, as far as is known.
    pub(super) fn is_local_root(&self) -> bool {
        self.parent.is_none() || self.parent_is_remote
    }
}

/// A value of an attribute that the waterfall can show.
pub(super) enum Shown {
    Text(String),
    Number(u64),
    Texts(Vec<String>),
}

/// Gathers what the attributes of a span say, whichever way they came.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) operation: String,
    pub(super) request_model: Option<String>,
    pub(super) response_model: Option<String>,
    pub(super) tokens: Tokens,
    pub(super) finish_reasons: Vec<String>,
    pub(super) error_type: Option<String>,
    /// `agent_otel.outcome`, where it tells that nobody waited for the end.
    pub(super) dropped: Option<Outcome>,
    pub(super) retries: u64,
}

impl Attributes {
    /// Whether `key` is one that [`set`](Self::set) knows, so that no other value need be converted.
    pub(super) fn knows(key: &str) -> bool {
        matches!(
            key,
            semconv::ERROR_TYPE | semconv::OUTCOME | semconv::RETRY_COUNT
        ) || key.starts_with("gen_ai.")
    }

    pub(super) fn set(&mut self, key: &str, value: Shown) {
        match (key, value) {
            (semconv::GEN_AI_OPERATION_NAME, Shown::Text(text)) => self.operation = text,
            (semconv::GEN_AI_REQUEST_MODEL, Shown::Text(text)) => self.request_model = Some(text),
            (semconv::GEN_AI_RESPONSE_MODEL, Shown::Text(text)) => self.response_model = Some(text),
            (semconv::GEN_AI_RESPONSE_FINISH_REASONS, Shown::Texts(texts)) => {
                self.finish_reasons = texts;
            }
            (semconv::RETRY_COUNT, Shown::Number(n)) => self.retries = n,
            (semconv::GEN_AI_USAGE_INPUT_TOKENS, Shown::Number(n)) => self.tokens.input = Some(n),
            (semconv::GEN_AI_USAGE_OUTPUT_TOKENS, Shown::Number(n)) => self.tokens.output = Some(n),
            (semconv::GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS, Shown::Number(n)) => {
                self.tokens.cached = Some(n);
            }
            (semconv::GEN_AI_USAGE_REASONING_OUTPUT_TOKENS, Shown::Number(n)) => {
                self.tokens.reasoning = Some(n);
            }
            (semconv::ERROR_TYPE, Shown::Text(text)) => self.error_type = Some(text),
            (semconv::OUTCOME, Shown::Text(text)) => {
                self.dropped = match text.as_str() {
                    outcome::CANCELLED => Some(Outcome::Cancelled),
                    outcome::ABANDONED => Some(Outcome::Abandoned),
                    _ => None,
                };
            }
            _ => {}
        }
    }

    /// How the span ended: `error` is the description where the status is Error, `exception` a message it may fall
    /// back on.
    pub(super) fn outcome(&self, error: Option<String>, exception: Option<String>) -> Outcome {
        match error {
            Some(description) => Outcome::Failed {
                error_type: self
                    .error_type
                    .clone()
                    .unwrap_or_else(|| semconv::ERROR_TYPE_OTHER.to_owned()),
                message: Some(description)
                    .filter(|text| !text.is_empty())
                    .or(exception)
                    .unwrap_or_default(),
            },
            None => self.dropped.clone().unwrap_or(Outcome::Completed),
        }
    }
}

/// A trace: the spans that are known of it, of one process or of many.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trace {
    /// Its id.
    pub id: TraceId,
    /// Its spans, in the order in which they began.
    pub spans: Vec<Span>,
    /// Whether an earlier part of it was shown already.
    pub continued: bool,
}

/// What is said about a whole trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Different services.
    pub services: usize,
    /// Spans, unfinished ones included.
    pub spans: usize,
    /// Spans that are model calls.
    pub model_calls: usize,
    /// Input and output tokens of the model calls; agents are left out, since theirs are sums of these.
    pub tokens: u64,
    /// Spans with status Error.
    pub errors: usize,
    /// Spans that have not ended.
    pub unfinished: usize,
    /// From the first start to the last end.
    pub duration: Duration,
}

impl Trace {
    /// A trace of these spans.
    pub fn new(id: TraceId, mut spans: Vec<Span>) -> Self {
        spans.sort_by_key(|span| (span.start, span.end));
        Self {
            id,
            spans,
            continued: false,
        }
    }

    /// Its numbers.
    pub fn totals(&self) -> Totals {
        let services: BTreeSet<_> = self.spans.iter().map(|span| &span.service).collect();
        let count = |test: fn(&Span) -> bool| self.spans.iter().filter(|span| test(span)).count();
        let tokens = self.spans.iter().filter(|span| span.is_model_call());
        let (start, end) = self.extent();
        Totals {
            services: services.len(),
            spans: self.spans.len(),
            model_calls: count(Span::is_model_call),
            tokens: tokens.fold(0, |sum: u64, span| {
                sum.saturating_add(span.tokens.input.unwrap_or(0))
                    .saturating_add(span.tokens.output.unwrap_or(0))
            }),
            errors: count(Span::is_failed),
            unfinished: count(|span| !span.is_finished()),
            duration: Duration::from_nanos(end.saturating_sub(start)),
        }
    }

    /// The spans without parent: one in a whole trace.
    pub fn roots(&self) -> impl Iterator<Item = &Span> {
        self.spans.iter().filter(|span| span.parent.is_none())
    }

    /// The spans whose parent was never seen.
    pub fn orphans(&self) -> impl Iterator<Item = &Span> {
        let known: HashSet<SpanId> = self.spans.iter().map(|span| span.id).collect();
        self.spans
            .iter()
            .filter(move |span| span.parent.is_some_and(|parent| !known.contains(&parent)))
    }

    /// The span where the first failure began: of those that failed and below which none failed, the one that ended
    /// first.
    pub fn first_failure(&self) -> Option<&Span> {
        let parents: HashMap<SpanId, SpanId> = self
            .spans
            .iter()
            .filter_map(|span| Some((span.id, span.parent?)))
            .collect();
        let mut blamed: HashSet<SpanId> = HashSet::new();
        for span in self.spans.iter().filter(|span| span.is_failed()) {
            let mut ancestor = span.parent;
            // Stops at what is known already, so a circle, which may come over a network, ends too.
            while let Some(id) = ancestor.filter(|id| *id != span.id && blamed.insert(*id)) {
                ancestor = parents.get(&id).copied();
            }
        }
        self.spans
            .iter()
            .filter(|span| span.is_failed() && !blamed.contains(&span.id))
            .min_by_key(|span| (span.end, std::cmp::Reverse(span.start)))
    }

    /// The first start and the last end.
    pub(super) fn extent(&self) -> (u64, u64) {
        let start = self.spans.iter().map(|span| span.start).min();
        let end = self.spans.iter().map(|span| span.end).max();
        (start.unwrap_or(0), end.unwrap_or(0))
    }
}
