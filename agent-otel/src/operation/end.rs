//! How an operation ends.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::SystemTime;

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

use super::kept::{Details, Kept, Wrote};
use super::{Operation, Record};
use crate::exception::{self, Place};
use crate::kind::Role;
use crate::outcome::Outcome;
use crate::rollup::{OwnCalls, Rollup};
use crate::span::{Heard, LastWords, Wanted};
use crate::stream::Timing;
use crate::usage::count;
use crate::{content, events, mcp, semconv};

impl Operation {
    /// The one end. `early` marks what did not come to its own; `ended` is when the body was done, before anything was
    /// made of what it gave.
    pub(super) fn end(
        &mut self,
        outcome: &mut Outcome,
        early: Option<&'static str>,
        ended: SystemTime,
    ) {
        let record = std::mem::replace(&mut self.record, Record::Nothing);
        if let (Some(context), true) = (&self.context, record != Record::Nothing) {
            let kept = self.kept.take();
            self.end_in(context, record, kept, outcome, early, ended);
        }
        self.context = None;
    }

    /// As [`end`](Self::end), where there is something to end.
    #[inline]
    fn end_in(
        &self,
        context: &Context,
        record: Record,
        kept: Option<Box<Kept>>,
        outcome: &mut Outcome,
        early: Option<&'static str>,
        ended: SystemTime,
    ) {
        if self.kind.role.is_mcp() {
            mcp::judge(self.kind.role, outcome);
        }
        if let (Record::Span, Some(failure)) = (record, &mut outcome.failure) {
            let span = context.span();
            failure.show(|failure| exception::shown(failure, span.span_context()));
        }
        let written = (kept.is_some() || content::is_captured()).then(|| {
            let place = (context, record == Record::Span);
            Box::new(Wrote::new(kept, outcome, place))
        });
        let counts = Rollup::of(context);
        let wanted = Wanted {
            attributes: written.is_some(),
            tokens: self.kind.role == Role::Inference && counts.is_some(),
            measure: self.measure,
        };
        let mut calls = None;
        let mut event = None;
        let mut measured = None;
        let heard = LastWords::end(context, ended, wanted, &mut measured, |last| {
            self.tell(outcome, early, last);
            if let Some(counts) = counts {
                calls = self.count(counts, last);
            }
            if let Some(written) = written {
                let Wrote { span, details } = *written;
                last.content(span);
                event = Some(details);
            }
        });
        if let Some(heard) = heard {
            if heard.failure.is_some() || event.is_some() {
                self.heard(&heard, context, event);
            }
            if let (true, Some(counts)) = (wanted.tokens, counts) {
                counts.inference(heard.input_tokens, heard.output_tokens);
            }
        } else if let (true, Some(counts)) = (wanted.tokens, counts) {
            // Nothing could be heard; the call counts all the same.
            counts.inference(None, None);
        }
        if let Some(measured) = measured {
            // Instruments are code of others.
            let _ = catch_unwind(AssertUnwindSafe(|| measured.record(calls)));
        }
    }

    /// What is to be done with what is known once the span has ended.
    #[cold]
    fn heard(&self, heard: &Heard, context: &Context, event: Option<Details>) {
        let span = context.span();
        let place = Place {
            kind: self.kind,
            span_context: span.span_context(),
            context,
        };
        if let Some(failure) = &heard.failure {
            exception::log(failure, &place);
        }
        if let Some(Details {
            attributes,
            content,
        }) = event
        {
            let told = heard.attributes.as_deref().unwrap_or_default();
            events::details(&place, attributes, told, content);
        }
    }

    /// What the outcome says about the span.
    fn tell(&self, outcome: &mut Outcome, early: Option<&'static str>, last: &mut LastWords) {
        if self.kind.role.is_mcp() && early != Some(semconv::outcome::PANICKED) {
            last.judged_as(self.kind.role);
        }
        let broke_off = outcome.failure.is_some() || early.is_some();
        if outcome.has_responded {
            if broke_off && self.kind.role == Role::Inference {
                outcome.response.broke_off();
            }
            outcome.response.record(last, self.kind.role, self.known);
        }
        if !outcome.attributes().is_empty() {
            let attributes = outcome.take_attributes().into_iter();
            attributes.for_each(|attribute| last.put(attribute));
        }
        if let Some(timing) = &outcome.timing {
            self.timing(timing, last);
        }
        if broke_off {
            self.tell_failure(outcome, early, last);
        }
    }

    /// Why the operation did not come to its own.
    #[cold]
    fn tell_failure(
        &self,
        outcome: &mut Outcome,
        early: Option<&'static str>,
        last: &mut LastWords,
    ) {
        match (outcome.failure.take(), early) {
            (Some(failure), early) => {
                if let Some(semconv::outcome::PANICKED) = early {
                    last.attribute(semconv::OUTCOME, semconv::outcome::PANICKED);
                }
                last.attribute(semconv::ERROR_TYPE, failure.error_type.clone());
                last.failure(failure);
            }
            (None, Some(early)) => break_off(last, early),
            (None, None) => {}
        }
        if self.kind.role == Role::Inference && !outcome.has_responded {
            let missing = opentelemetry::Array::String(vec!["error".into()]);
            let missing = opentelemetry::Value::Array(missing);
            last.attribute(semconv::GEN_AI_RESPONSE_FINISH_REASONS, missing);
        }
    }

    /// What only a stream has.
    fn timing(&self, timing: &Timing, last: &mut LastWords) {
        last.attribute(semconv::STREAM_CHUNKS, count(timing.chunks));
        if self.kind.role != Role::Inference {
            return;
        }
        if let Some(seconds) = timing.to_first_chunk {
            last.attribute(semconv::GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK, seconds);
        }
        if let Some(seconds) = timing.per_output_chunk {
            last.attribute(semconv::STREAM_TIME_PER_OUTPUT_CHUNK, seconds);
        }
    }

    /// Counts what ends, other than the call of a model, and ends the counts of an agent.
    fn count(&self, counts: &Rollup, last: &mut LastWords) -> Option<OwnCalls> {
        if self.kind.role == Role::Agent {
            return Some(counts.end(last));
        }
        match self.kind.role {
            Role::Tool => counts.tool(),
            Role::McpClient if self.known.calls_tool() => counts.tool(),
            _ => {}
        }
        None
    }
}

/// Marks a span whose caller lost interest. That is no error by the conventions; `AGENT_OTEL_CANCELLED=error` makes it
/// one for those who want to see it as such.
fn break_off(last: &mut LastWords, outcome: &'static str) {
    static IS_ERROR: OnceLock<bool> = OnceLock::new();

    last.attribute(semconv::OUTCOME, outcome);
    let is_error = IS_ERROR.get_or_init(|| {
        let setting = std::env::var("AGENT_OTEL_CANCELLED").unwrap_or_default();
        setting.trim().eq_ignore_ascii_case("error")
    });
    if *is_error {
        last.attribute(semconv::ERROR_TYPE, outcome);
        last.error(outcome.into());
    }
}
