//! Trace context across services: W3C `traceparent` and `tracestate` in anything that carries string headers.

mod baggage;
mod carrier;
mod http;
mod maps;
mod propagators;
#[cfg(feature = "rmcp")]
mod rmcp;
mod w3c;

use opentelemetry::Context;

use crate::context;
use crate::surroundings::Surroundings;

#[cfg(feature = "setup")]
pub(crate) use propagators::PROPAGATORS;
pub(crate) use propagators::Propagators;

pub use carrier::{Extract, Inject};

/// Writes the current trace context into `carrier`, replacing the one that it held: `traceparent`, `tracestate` where there
/// is any, and the ids of a [`Scope`](crate::Scope) that goes across services. These are added to the `baggage` that is
/// there, within the limits of [W3C Baggage](https://www.w3.org/TR/baggage/#limits). The members `gen_ai.conversation.id`,
/// `user.id` and `session.id` that a carrier was given before are replaced, and taken out within a scope that stays in this
/// service: they may be those of another request. Outside of a trace no trace context is written.
///
/// `OTEL_PROPAGATORS` may leave one of the two formats out, or both; the headers of that one stay as they are then.
///
/// # Examples
///
/// ```
/// let mut headers = http::HeaderMap::new();
/// agent_otel::inject(&mut headers);
/// assert!(headers.is_empty()); // no span is current here
/// ```
pub fn inject(carrier: &mut (impl Inject + ?Sized)) {
    inject_context(&context::current(), carrier);
}

/// Writes the trace context of `context` into `carrier`.
pub(crate) fn inject_context(context: &Context, carrier: &mut (impl Inject + ?Sized)) {
    let spoken = Propagators::spoken();
    // Without a scope, ids that the carrier holds may be what the application passes on.
    if let Some(ids) = Surroundings::ids(context).filter(|_| spoken.baggage) {
        match baggage::merge(&carrier.held(baggage::BAGGAGE), &baggage::members(ids)) {
            Some(merged) if merged.is_empty() => carrier.remove(baggage::BAGGAGE),
            Some(merged) => carrier.set(baggage::BAGGAGE, merged),
            None => {}
        }
    }
    if spoken.trace_context {
        inject_trace(context, carrier);
    }
}

fn inject_trace(context: &Context, carrier: &mut (impl Inject + ?Sized)) {
    let Some(traceparent) = w3c::traceparent(context) else {
        return;
    };
    carrier.set(w3c::TRACEPARENT, traceparent);
    match w3c::tracestate(context) {
        Some(tracestate) => carrier.set(w3c::TRACESTATE, tracestate),
        // What another trace has left there is none of this one's.
        None => carrier.remove(w3c::TRACESTATE),
    }
}

/// The current context with the remote parent that `carrier` brings, or as it is where it brings none.
///
/// What does not follow [W3C Trace Context Level 2](https://www.w3.org/TR/trace-context-2/) to the letter is not taken:
/// a new trace is better than a wrong one.
///
/// # Examples
///
/// ```
/// use std::collections::HashMap;
/// use opentelemetry::trace::TraceContextExt;
///
/// let headers = HashMap::from([(
///     "traceparent".to_owned(),
///     "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned(),
/// )]);
/// let parent = agent_otel::extract(&headers);
/// assert_eq!(
///     parent.span().span_context().trace_id().to_string(),
///     "4bf92f3577b34da6a3ce929d0e0e4736"
/// );
/// ```
pub fn extract(carrier: &(impl Extract + ?Sized)) -> Context {
    carrier.extract()
}
