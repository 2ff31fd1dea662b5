//! A span that is recorded here, from its start to its end.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use opentelemetry::trace::{Event, Link, SpanContext, SpanId, SpanKind, Status};
use opentelemetry::{KeyValue, trace};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLimits, SpanLinks};

use super::DirectTracer;
use crate::provider;
use crate::span::Recording;

/// A span that is recorded here.
pub(super) struct DirectSpan {
    pub(super) span_context: SpanContext,
    pub(super) tracer: &'static DirectTracer,
    pub(super) kind: SpanKind,
    pub(super) facts: Facts,
    /// A key that comes at the end may be there.
    pub(super) mixed: bool,
    pub(super) name: Cow<'static, str>,
    /// `None` once it has ended.
    pub(super) attributes: Option<Vec<KeyValue>>,
    pub(super) rare: Option<Box<Rare>>,
}

/// What is known of a span from its start on.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    pub(super) parent: SpanId,
    pub(super) parent_is_remote: bool,
    pub(super) begun: SystemTime,
    /// Attributes above the limit.
    pub(super) dropped: u32,
}

impl Facts {
    /// The span as processors and exporters take it.
    #[inline(always)]
    pub(super) fn exported(
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
pub(super) struct Rare {
    events: SpanEvents,
    links: SpanLinks,
    status: Status,
}

impl Rare {
    pub(super) fn link(
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
            if provider::is_enabled() {
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
pub(super) fn cut(attributes: &mut Vec<KeyValue>, limit: u32) -> u32 {
    let limit = size(limit);
    if attributes.len() <= limit {
        return 0;
    }
    let above = attributes.len() - limit;
    attributes.truncate(limit);
    u32::try_from(above).unwrap_or(u32::MAX)
}
