//! Spans that are recorded here, where it is known where they go: what `init` and `testing` use.
//!
//! The span of the SDK is made for any number of processors that may look at it while it is open, and it is copied from
//! hand to hand until it lies in a context, as large as everything that a span can have. A span here is as large as what
//! spans usually have, lies where it was made, and becomes the SDK's [`SpanData`] when it ends. It follows the Tracing SDK
//! specification: "Sampling", "Span Limits", and the API's "Span"; unlike the SDK's, it keeps each key once ("Set
//! Attributes": the last value counts).

mod span;

use std::borrow::Cow;
use std::fmt;

use opentelemetry::trace::{Link, SpanContext, SpanKind, TraceContextExt, TraceId};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{
    IdGenerator, RandomIdGenerator, Sampler, SamplingDecision, ShouldSample, SpanData, SpanLimits,
};

use super::{OperationSpan, Starting};
use span::{DirectSpan, Facts, Rare, cut};

/// Where spans go.
pub trait Destination: fmt::Debug + Send + Sync {
    /// A span has begun below `parent`.
    fn started(&self, span_context: &SpanContext, parent: &Context);

    /// Whether spans are shown as long as they are open.
    fn shows_open(&self) -> bool {
        false
    }

    /// What is known of a span that begins, if open spans are shown; before it is told that it has.
    fn opened(&self, _span: SpanData) {}

    /// A span has ended.
    fn ended(&self, span: SpanData);
}

/// What makes spans.
#[derive(Debug)]
pub(crate) struct DirectTracer {
    /// Below a parent its decision counts, and otherwise that of `root`.
    parent_based: bool,
    root: Sampler,
    ids: RandomIdGenerator,
    limits: SpanLimits,
    destination: Box<dyn Destination>,
    /// What the destination says, which is asked once.
    shows_open: bool,
}

impl DirectTracer {
    /// Records every trace that begins here, and of the others what the caller decided.
    pub(crate) fn new(destination: Box<dyn Destination>) -> Self {
        Self {
            parent_based: true,
            root: Sampler::AlwaysOn,
            ids: RandomIdGenerator::default(),
            limits: SpanLimits::default(),
            shows_open: destination.shows_open(),
            destination,
        }
    }

    /// Asks `root` about spans without a parent, and unless it is `parent_based` about all.
    #[cfg(feature = "setup")]
    pub(crate) fn with_sampler(mut self, parent_based: bool, root: Sampler) -> Self {
        self.parent_based = parent_based;
        self.root = root;
        self
    }

    /// Spans hold no more than this.
    #[cfg(feature = "setup")]
    pub(crate) fn with_limits(mut self, limits: SpanLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether nothing is recorded below a parent that was sampled out.
    pub(crate) fn is_parent_based(&self) -> bool {
        self.parent_based
    }

    /// Starts a span below `parent` and gives the context of `around` with it; where it is sampled out, its place in the
    /// trace is left in `unrecorded`.
    #[inline(always)]
    pub(crate) fn start(
        &'static self,
        starting: Starting<'_>,
        parent: &Context,
        around: &Context,
        unrecorded: &mut Option<SpanContext>,
    ) -> Option<Context> {
        let Starting {
            name,
            kind,
            begun,
            attributes,
            mixed,
            link,
        } = starting;
        if parent.is_telemetry_suppressed() {
            return None;
        }
        let above = parent.span();
        let above = above.span_context();
        let is_root = !above.is_valid();
        // An invalid parent is none.
        let above = if is_root { &SpanContext::NONE } else { above };
        let span_id = self.ids.new_span_id();
        let trace_id = if is_root {
            self.ids.new_trace_id()
        } else {
            above.trace_id()
        };
        let is_sampled = if self.parent_based && !is_root {
            above.is_sampled()
        } else {
            match self.root {
                Sampler::AlwaysOn => true,
                Sampler::AlwaysOff => false,
                _ => self.samples(parent, trace_id, name, kind, attributes, link.as_deref()),
            }
        };
        let flags = above.trace_flags().with_sampled(is_sampled);
        let span_context = || {
            let state = above.trace_state().clone();
            SpanContext::new(trace_id, span_id, flags, false, state)
        };
        if !is_sampled {
            *unrecorded = Some(span_context());
            return None;
        }
        let dropped = cut(attributes, self.limits.max_attributes_per_span);
        let facts = Facts {
            parent: above.span_id(),
            parent_is_remote: above.is_remote(),
            begun,
            dropped,
        };
        let rare = link.take().map(|link| Box::new(self.linked(*link)));
        if self.shows_open {
            let (kind, name, attributes) = (kind.clone(), name.clone(), attributes.clone());
            let rare = rare.as_deref().cloned();
            self.open(facts, span_context(), kind, name, attributes, rare);
        }
        let span = DirectSpan {
            span_context: span_context(),
            tracer: self,
            kind: kind.clone(),
            facts,
            mixed,
            name: std::mem::replace(name, Cow::Borrowed("")),
            attributes: Some(std::mem::take(attributes)),
            rare,
        };
        let context = around.with_span(OperationSpan::new(span, facts.begun, facts.parent));
        self.destination
            .started(context.span().span_context(), parent);
        Some(context)
    }

    #[cold]
    fn linked(&self, link: SpanContext) -> Rare {
        let mut rare = Rare::default();
        rare.link(&self.limits, link, Vec::new());
        rare
    }

    /// Shows what is known of a span that begins.
    #[cold]
    fn open(
        &self,
        facts: Facts,
        span_context: SpanContext,
        kind: SpanKind,
        name: Cow<'static, str>,
        attributes: Vec<KeyValue>,
        rare: Option<Rare>,
    ) {
        let rare = rare.unwrap_or_default();
        let data = facts.exported(span_context, kind, name, attributes, rare, facts.begun);
        self.destination.opened(data);
    }

    /// Asks the sampler of the SDK.
    #[cold]
    fn samples(
        &self,
        parent: &Context,
        trace_id: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        link: Option<&SpanContext>,
    ) -> bool {
        let parent = Some(parent);
        let links: Vec<_> = link.cloned().map(Link::with_context).into_iter().collect();
        let root = &self.root;
        let sampled = root.should_sample(parent, trace_id, name, kind, attributes, &links);
        sampled.decision == SamplingDecision::RecordAndSample
    }
}

#[cfg(all(test, feature = "setup"))]
mod tests;
