//! Ids of operations that have no span, for those who store content by them.

use std::hash::{BuildHasher, Hasher, RandomState};

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// An id of its own, in the trace of what is around it, or in one of its own.
pub(super) fn below(around: &SpanContext) -> SpanContext {
    let trace = if around.trace_id() == TraceId::INVALID {
        TraceId::from((u128::from(random()) << 64) | u128::from(random()))
    } else {
        around.trace_id()
    };
    SpanContext::new(
        trace,
        SpanId::from(random()),
        TraceFlags::NOT_SAMPLED,
        false,
        TraceState::NONE,
    )
}

/// A number that no other call gives, in this process or in another, but by an accident that ids of spans bear, too.
fn random() -> u64 {
    // Each state has keys of its own, which begin with what the system has of chance.
    let mut hasher = RandomState::new().build_hasher();
    // A process that was forked goes on with the same keys.
    hasher.write_u32(std::process::id());
    hasher.finish().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_is_another() {
        let around = SpanContext::empty_context();
        let (one, two) = (below(&around), below(&around));
        assert!(one.is_valid() && two.is_valid() && !one.is_sampled());
        assert_ne!(one.trace_id(), two.trace_id());
        assert_ne!(one.span_id(), two.span_id());
        let below = below(&one);
        assert_eq!(below.trace_id(), one.trace_id());
        assert_ne!(below.span_id(), one.span_id());
    }
}
