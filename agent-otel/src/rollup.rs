//! What an agent's subtree used, counted as it happens: child spans may be sampled out, their counts are not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use opentelemetry::Context;

use crate::semconv;
use crate::span::Ending;
use crate::usage::count;

/// Counts of one agent, carried by the context of its subtree.
#[derive(Debug, Default)]
pub(crate) struct Rollup {
    above: Option<Arc<Rollup>>,
    ended: AtomicBool,
    inference_calls: AtomicU64,
    tool_calls: AtomicU64,
    input_tokens: Tokens,
    output_tokens: Tokens,
}

/// A sum that knows whether anything was added to it: no report is not 0 tokens.
#[derive(Debug, Default)]
struct Tokens {
    sum: AtomicU64,
    reported: AtomicBool,
}

impl Tokens {
    fn add(&self, tokens: Option<u64>) {
        if let Some(tokens) = tokens {
            let add = |sum: u64| Some(sum.saturating_add(tokens));
            let _ = self
                .sum
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
            self.reported.store(true, Ordering::Relaxed);
        }
    }

    /// The sum, where anything was reported and an attribute can hold it.
    fn total(&self) -> Option<u64> {
        let sum = self.sum.load(Ordering::Relaxed);
        let is_known = self.reported.load(Ordering::Relaxed) && i64::try_from(sum).is_ok();
        is_known.then_some(sum)
    }
}

impl Rollup {
    /// Opens the counts of an agent below the one that `context` belongs to.
    pub(crate) fn begin(context: &Context) -> Context {
        // An agent may hand on to the next in its context and be done: the chain is only as long as what is open.
        let above = context.get::<Arc<Rollup>>().and_then(Self::open);
        let mut rollup = Rollup::default();
        rollup.above = above;
        context.with_value(Arc::new(rollup))
    }

    /// The nearest agent that has not ended: this one or one above it.
    fn open(rollup: &Arc<Rollup>) -> Option<Arc<Rollup>> {
        let mut nearest = Some(rollup);
        while let Some(rollup) = nearest.filter(|rollup| rollup.ended.load(Ordering::Relaxed)) {
            nearest = rollup.above.as_ref();
        }
        nearest.cloned()
    }

    /// This agent and those above it.
    fn chain(context: &Context) -> impl Iterator<Item = &Rollup> {
        let nearest = context.get::<Arc<Rollup>>().map(Arc::as_ref);
        std::iter::successors(nearest, |rollup| rollup.above.as_deref())
    }

    /// Whether anybody counts.
    pub(crate) fn is_open(context: &Context) -> bool {
        context.get::<Arc<Rollup>>().is_some()
    }

    /// Counts a model call and its tokens.
    pub(crate) fn inference(context: &Context, input: Option<u64>, output: Option<u64>) {
        for rollup in Self::chain(context) {
            rollup.inference_calls.fetch_add(1, Ordering::Relaxed);
            rollup.input_tokens.add(input);
            rollup.output_tokens.add(output);
        }
    }

    /// Counts a tool call.
    pub(crate) fn tool(context: &Context) {
        for rollup in Self::chain(context) {
            rollup.tool_calls.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes the counts on the agent's span.
    pub(crate) fn end(context: &Context, ending: &mut Ending<'_>) {
        let Some(rollup) = context.get::<Arc<Rollup>>() else {
            return;
        };
        rollup.ended.store(true, Ordering::Relaxed);
        let calls = [
            (semconv::AGENT_INFERENCE_CALLS, &rollup.inference_calls),
            (semconv::AGENT_TOOL_CALLS, &rollup.tool_calls),
        ];
        let tokens = [
            (
                semconv::GEN_AI_USAGE_INPUT_TOKENS,
                rollup.input_tokens.total(),
            ),
            (
                semconv::GEN_AI_USAGE_OUTPUT_TOKENS,
                rollup.output_tokens.total(),
            ),
        ];
        let calls = calls.map(|(key, calls)| {
            (
                key,
                Some(calls.load(Ordering::Relaxed)).filter(|calls| *calls > 0),
            )
        });
        for (key, number) in calls.into_iter().chain(tokens) {
            if let Some(number) = number {
                ending.attribute(key, count(number));
            }
        }
    }
}

impl Drop for Rollup {
    // One after the other: a chain of agents that each handed on to the next would overflow the stack.
    fn drop(&mut self) {
        let mut above = self.above.take();
        while let Some(mut rollup) = above.and_then(Arc::into_inner) {
            above = rollup.above.take();
        }
    }
}
