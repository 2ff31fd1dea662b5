//! Spans that are recorded here, where it is known where they go: what `init` and `testing` use.
//!
//! The span of the SDK is made for any number of processors that may look at it while it is open, and it is copied from
//! hand to hand until it lies in a context, as large as everything that a span can have. A span here is as large as what
//! spans usually have, lies where it was made, and becomes the SDK's [`SpanData`] when it ends. It follows the Tracing SDK
//! specification: "Sampling", "Span Limits", and the API's "Span"; unlike the SDK's, it keeps each key once ("Set
//! Attributes": the last value counts).

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceId,
};
use opentelemetry::{Context, KeyValue, trace};
use opentelemetry_sdk::trace::{
    IdGenerator, RandomIdGenerator, Sampler, SamplingDecision, ShouldSample, SpanData, SpanEvents,
    SpanLimits, SpanLinks,
};

use super::{OperationSpan, Recording, Starting};
use crate::provider;

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

/// A span that is recorded here.
pub(crate) struct DirectSpan {
    span_context: SpanContext,
    tracer: &'static DirectTracer,
    kind: SpanKind,
    facts: Facts,
    /// A key that comes at the end may be there.
    mixed: bool,
    name: Cow<'static, str>,
    /// `None` once it has ended.
    attributes: Option<Vec<KeyValue>>,
    rare: Option<Box<Rare>>,
}

/// What is known of a span from its start on.
#[derive(Clone, Copy)]
struct Facts {
    parent: SpanId,
    parent_is_remote: bool,
    begun: SystemTime,
    /// Attributes above the limit.
    dropped: u32,
}

impl Facts {
    /// The span as processors and exporters take it.
    #[inline(always)]
    fn exported(
        self,
        span_context: SpanContext,
        span_kind: SpanKind,
        name: Cow<'static, str>,
        attributes: Vec<KeyValue>,
        rare: Rare,
        ended: SystemTime,
    ) -> SpanData {
        SpanData {
            span_context,
            parent_span_id: self.parent,
            parent_span_is_remote: self.parent_is_remote,
            span_kind,
            name,
            start_time: self.begun,
            end_time: ended,
            attributes,
            dropped_attributes_count: self.dropped,
            events: rare.events,
            links: rare.links,
            status: rare.status,
            instrumentation_scope: provider::scope(),
        }
    }
}

/// What few spans have.
#[derive(Clone, Default)]
struct Rare {
    events: SpanEvents,
    links: SpanLinks,
    status: Status,
}

impl Rare {
    fn link(
        &mut self,
        limits: &SpanLimits,
        span_context: SpanContext,
        mut attributes: Vec<KeyValue>,
    ) {
        let links = &mut self.links;
        if links.links.len() >= size(limits.max_links_per_span) {
            links.dropped_count = links.dropped_count.saturating_add(1);
            return;
        }
        let dropped = cut(&mut attributes, limits.max_attributes_per_link);
        let link = Link::new(span_context, attributes, dropped);
        links.links.push(link);
    }
}

impl DirectSpan {
    #[cold]
    fn set_each(&mut self, attributes: &mut Vec<KeyValue>) {
        trace::Span::set_attributes(self, attributes.drain(..));
    }

    /// What few spans have, as long as the span is open.
    fn rare(&mut self) -> Option<&mut Rare> {
        self.attributes.as_ref()?;
        Some(self.rare.get_or_insert_default())
    }
}

impl trace::Span for DirectSpan {
    fn add_event_with_timestamp<T>(
        &mut self,
        name: T,
        timestamp: SystemTime,
        mut attributes: Vec<KeyValue>,
    ) where
        T: Into<Cow<'static, str>>,
    {
        let limits = &self.tracer.limits;
        let Some(Rare { events, .. }) = self.rare() else {
            return;
        };
        if events.events.len() >= size(limits.max_events_per_span) {
            events.dropped_count = events.dropped_count.saturating_add(1);
            return;
        }
        let dropped = cut(&mut attributes, limits.max_attributes_per_event);
        let event = Event::new(name, timestamp, attributes, dropped);
        events.events.push(event);
    }

    fn span_context(&self) -> &SpanContext {
        &self.span_context
    }

    fn is_recording(&self) -> bool {
        self.attributes.is_some()
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        let Some(attributes) = &mut self.attributes else {
            return;
        };
        let has_room = attributes.len() < size(self.tracer.limits.max_attributes_per_span);
        let same = |known: &&mut KeyValue| known.key == attribute.key;
        match attributes.iter_mut().find(same) {
            Some(known) => known.value = attribute.value,
            None if has_room => attributes.push(attribute),
            None => self.facts.dropped = self.facts.dropped.saturating_add(1),
        }
    }

    fn set_status(&mut self, status: Status) {
        let Some(Rare { status: known, .. }) = self.rare() else {
            return;
        };
        // The order is that of the specification: Ok, Error, Unset.
        if status > *known {
            *known = status;
        }
    }

    fn update_name<T>(&mut self, name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        if self.attributes.is_some() {
            self.name = name.into();
        }
    }

    fn add_link(&mut self, span_context: SpanContext, attributes: Vec<KeyValue>) {
        let limits = &self.tracer.limits;
        if let Some(rare) = self.rare() {
            rare.link(limits, span_context, attributes);
        }
    }

    #[inline(always)]
    fn end_with_timestamp(&mut self, timestamp: SystemTime) {
        if let Some(attributes) = self.attributes.take() {
            let name = std::mem::replace(&mut self.name, Cow::Borrowed(""));
            let rare = self.rare.take().map(|rare| *rare).unwrap_or_default();
            if provider::state().is_enabled() {
                let (span_context, kind) = (self.span_context.clone(), self.kind.clone());
                let facts = self.facts;
                let data = facts.exported(span_context, kind, name, attributes, rare, timestamp);
                self.tracer.destination.ended(data);
            }
        }
    }
}

impl Recording for DirectSpan {
    const IS_OURS: bool = true;

    #[inline(always)]
    fn append(&mut self, attributes: &mut Vec<KeyValue>) {
        if self.mixed {
            return self.set_each(attributes);
        }
        if let Some(known) = &mut self.attributes {
            known.append(attributes);
            let dropped = cut(known, self.tracer.limits.max_attributes_per_span);
            if dropped > 0 {
                self.facts.dropped = self.facts.dropped.saturating_add(dropped);
            }
        }
        // Of a span that has ended.
        if !attributes.is_empty() {
            attributes.clear();
        }
    }
}

impl Drop for DirectSpan {
    #[inline]
    fn drop(&mut self) {
        if self.attributes.is_some() {
            trace::Span::end(self);
        }
    }
}

impl fmt::Debug for DirectSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectSpan")
            .field("span_context", &self.span_context)
            .finish_non_exhaustive()
    }
}

fn size(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Leaves no more than `limit`, and gives how many were dropped: what came last.
#[inline(always)]
fn cut(attributes: &mut Vec<KeyValue>, limit: u32) -> u32 {
    let limit = size(limit);
    if attributes.len() <= limit {
        return 0;
    }
    let above = attributes.len() - limit;
    attributes.truncate(limit);
    u32::try_from(above).unwrap_or(u32::MAX)
}

#[cfg(all(test, feature = "setup"))]
#[path = "direct_tests.rs"]
mod tests;
