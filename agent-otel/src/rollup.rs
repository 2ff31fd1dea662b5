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
            self.sum.fetch_add(tokens, Ordering::Relaxed);
            self.reported.store(true, Ordering::Relaxed);
        }
    }

    fn total(&self) -> Option<u64> {
        self.reported
            .load(Ordering::Relaxed)
            .then(|| self.sum.load(Ordering::Relaxed))
    }
}

impl Rollup {
    /// Opens the counts of an agent below the one that `context` belongs to.
    pub(crate) fn begin(context: &Context) -> Context {
        let above = context.get::<Arc<Rollup>>().cloned();
        context.with_value(Arc::new(Rollup {
            above,
            ..Rollup::default()
        }))
    }

    /// This agent and those above it.
    fn chain(context: &Context) -> impl Iterator<Item = &Rollup> {
        std::iter::successors(context.get::<Arc<Rollup>>().map(Arc::as_ref), |rollup| {
            rollup.above.as_deref()
        })
    }

    /// Counts a model call with the tokens on its span.
    pub(crate) fn inference(context: &Context, ending: &Ending<'_>) {
        let input = ending.count(semconv::GEN_AI_USAGE_INPUT_TOKENS);
        let output = ending.count(semconv::GEN_AI_USAGE_OUTPUT_TOKENS);
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
        let calls = [
            (
                semconv::AGENT_INFERENCE_CALLS,
                rollup.inference_calls.load(Ordering::Relaxed),
            ),
            (
                semconv::AGENT_TOOL_CALLS,
                rollup.tool_calls.load(Ordering::Relaxed),
            ),
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
        for (key, calls) in calls.into_iter().filter(|(_, calls)| *calls > 0) {
            ending.attribute(key, count(calls));
        }
        for (key, tokens) in tokens {
            if let Some(tokens) = tokens {
                ending.attribute(key, count(tokens));
            }
        }
    }
}
