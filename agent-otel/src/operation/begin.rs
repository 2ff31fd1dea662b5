//! How an operation begins.

use std::time::SystemTime;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt};

use super::kept::Kept;
use super::{Operation, Record};
use crate::describe::{Around, Describe};
use crate::kind::{Kind, Role};
use crate::known::Known;
use crate::metrics::Measure;
use crate::span::{OperationSpan, Starting, Untraced};
use crate::surroundings::Surroundings;
use crate::{content, model_spans, provider, switches};

/// Where a span stands among others, apart from its parent.
#[derive(Debug)]
pub(crate) struct Lineage {
    /// It has no parent, whatever is around it.
    pub(crate) is_root: bool,
    /// Another span that it has to do with.
    pub(crate) link: Option<Box<SpanContext>>,
}

impl Lineage {
    /// No more than the child of its parent.
    pub(crate) const CHILD: Self = Self {
        is_root: false,
        link: None,
    };
}

/// What few operations have beside their span.
#[derive(Debug, Default)]
struct Beside {
    kept: Option<Box<Kept>>,
    /// What it hands to those below it.
    surroundings: Option<Surroundings>,
}

impl Beside {
    /// Completes what `describe` has gathered with what is `around` it, and takes what is not for the span, if anything is.
    #[inline(never)]
    fn new(kind: &Kind, describe: &mut Describe, around: Option<&Surroundings>) -> Option<Self> {
        if content::is_plain() && !describe.has_more(around) {
            describe.name_agent(around);
            return None;
        }
        let Around {
            content,
            surroundings,
        } = describe.finish(around);
        Some(Self {
            kept: content::is_kept()
                .then(|| Kept::new(kind, content, &describe.attributes))
                .flatten(),
            surroundings,
        })
    }
}

impl Operation {
    /// Starts the span below `parent`, or as `lineage` says, with what `describe` has gathered.
    #[inline(always)]
    pub(crate) fn begin(
        kind: &'static Kind,
        describe: &mut Describe,
        parent: &Context,
        Lineage { is_root, mut link }: Lineage,
    ) -> Self {
        #[cfg(feature = "tracing")]
        let marked = model_spans::mark(parent, kind.role, &describe.attributes);
        #[cfg(feature = "tracing")]
        let parent = marked.as_ref().unwrap_or(parent);
        let begun = SystemTime::now();
        let around = Surroundings::of(parent);
        let has_more = describe.is_completed_by(around) || !content::is_plain();
        let beside = if has_more {
            Beside::new(kind, describe, around)
        } else {
            None
        };
        let mut measure = None;
        if provider::measures() && !parent.is_telemetry_suppressed() {
            measure = Measure::begin(kind.role, &describe.name, &describe.attributes);
        }
        if has_more {
            content::keep_allowed(&mut describe.attributes);
        }
        let mut unrecorded = None;
        let started = if describe.traced {
            // A sampler takes even an invalid parent for one that was sampled out, so a root has none.
            let none = is_root.then(Context::new);
            let above = none.as_ref().unwrap_or(parent);
            provider::start(above, parent, &mut unrecorded, || Starting {
                name: &mut describe.name,
                kind: &kind.span.kind,
                begun,
                attributes: &mut describe.attributes,
                #[cfg(feature = "sdk")]
                mixed: describe.mixed,
                link: &mut link,
            })
        } else {
            None
        };
        let known = describe.known;
        let started = match (started, &beside) {
            (Some(context), None) => {
                return Self {
                    kind,
                    context: Some(context),
                    record: Record::Span,
                    known,
                    measure,
                    kept: None,
                };
            }
            (started, _) => started,
        };
        let beside = beside.unwrap_or_default();
        let untraced = || {
            let is_counted = || around.is_some_and(|around| around.agent.is_some());
            let records = measure.is_some() || beside.kept.is_some() || is_counted();
            untraced(kind.role, records, parent, unrecorded, begun)
        };
        let recorded = started.map_or_else(untraced, |context| (Record::Span, context));
        Self::beside(kind, known, recorded, measure, beside)
    }

    /// An operation with what it has `beside` its place in the trace.
    #[inline(never)]
    fn beside(
        kind: &'static Kind,
        known: Known,
        (record, context): (Record, Context),
        measure: Option<Measure>,
        beside: Beside,
    ) -> Self {
        let context = match beside.surroundings {
            Some(surroundings) if record != Record::Nothing => surroundings.put(&context),
            _ => context,
        };
        Self {
            kind,
            context: Some(context),
            record,
            known,
            measure,
            kept: beside.kept,
        }
    }
}

/// Goes on without a span: sampled out, or, after shutdown and without a provider, not there at all.
#[cold]
fn untraced(
    role: Role,
    records: bool,
    parent: &Context,
    unrecorded: Option<SpanContext>,
    begun: SystemTime,
) -> (Record, Context) {
    let unrecorded = unrecorded.filter(SpanContext::is_valid);
    let told_by_client = model_spans::are_theirs(switches::on(), role);
    if records || told_by_client {
        let around = || parent.span().span_context().clone();
        let around = unrecorded.unwrap_or_else(around);
        // The client's span begins the trace then, and a sampler would take it for one below a span that it dropped.
        let record = if told_by_client && !around.is_valid() {
            Record::Aside
        } else {
            Record::Untraced
        };
        let span = OperationSpan::new(Untraced(around), begun, SpanId::INVALID);
        (record, parent.with_span(span))
    } else {
        let context = match unrecorded {
            Some(span_context) => parent.with_remote_span_context(span_context),
            None => parent.clone(),
        };
        (Record::Nothing, context)
    }
}
