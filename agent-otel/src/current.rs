//! The handle for what only the body knows.

use std::borrow::Cow;

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, Key, KeyValue, Value};

use crate::usage::Usage;
use crate::value::ToAttribute;
use crate::{context, semconv};

/// The span that is current where this is called; see [`current`].
#[derive(Clone, Debug)]
pub struct Current(Context);

/// The current span, for what its function's signature does not tell.
///
/// Without a span, or with one that is not recorded, every method does nothing.
///
/// # Examples
///
/// ```
/// # fn choose(_: &str) -> &'static str { "cache" }
/// #[agent_otel::tool]
/// fn lookup(question: &str) -> String {
///     let source = choose(question);
///     agent_otel::current()
///         .attribute("app.source", source)
///         .event("app.source.chosen", [("app.candidates", 3)]);
///     format!("from {source}")
/// }
/// # lookup("?");
/// ```
pub fn current() -> Current {
    Current(context::current())
}

impl Current {
    /// Sets an attribute. The last value of a key counts, and it counts for more than what the return value tells.
    pub fn attribute(&self, key: impl Into<Key>, value: impl ToAttribute) -> &Self {
        if let Some(value) = value.to_attribute() {
            self.0.span().set_attribute(KeyValue::new(key, value));
        }
        self
    }

    /// Adds an event with attributes, stamped with the present time.
    pub fn event<K, V>(
        &self,
        name: impl Into<Cow<'static, str>>,
        attributes: impl IntoIterator<Item = (K, V)>,
    ) -> &Self
    where
        K: Into<Key>,
        V: Into<Value>,
    {
        let attributes = attributes
            .into_iter()
            .map(|(key, value)| KeyValue::new(key, value))
            .collect();
        self.0.span().add_event(name, attributes);
        self
    }

    /// Reports the token usage of a model call, for `#[llm_call(usage = manual)]`.
    ///
    /// What is reported here counts for more than what the return value tells.
    pub fn usage(&self, usage: Usage) -> &Self {
        let span = self.0.span();
        // One by one: the API drops several at once where the span is not recorded, and a call that is only measured, or
        // only counted, wants them.
        for attribute in usage.attributes() {
            span.set_attribute(attribute);
        }
        self
    }

    /// Reports `gen_ai.response.model`.
    pub fn response_model(&self, model: impl Into<String>) -> &Self {
        self.0
            .span()
            .set_attribute(KeyValue::new(semconv::GEN_AI_RESPONSE_MODEL, model.into()));
        self
    }

    /// Reports `gen_ai.response.id`.
    pub fn response_id(&self, id: impl Into<String>) -> &Self {
        self.0
            .span()
            .set_attribute(KeyValue::new(semconv::GEN_AI_RESPONSE_ID, id.into()));
        self
    }

    /// The OpenTelemetry context behind this handle, to hand to other libraries.
    pub fn context(&self) -> &Context {
        &self.0
    }
}

/// The id of the current trace in 32 lower-case hexadecimal digits, for audit rows and error pages.
///
/// `None` outside of any trace. It is there for traces that are not sampled, too.
///
/// # Examples
///
/// ```
/// assert_eq!(agent_otel::current_trace_id(), None);
/// ```
pub fn current_trace_id() -> Option<String> {
    context::map_current(|context| {
        let span = context.span();
        let span_context = span.span_context();
        span_context
            .is_valid()
            .then(|| span_context.trace_id().to_string())
    })
}
