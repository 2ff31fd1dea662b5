//! What an agent's subtree used, counted as it happens: child spans may be sampled out, their counts are not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use opentelemetry::{Context, StringValue};

use crate::semconv;
use crate::span::LastWords;
use crate::surroundings::Surroundings;
use crate::usage::count;

/// Counts of one agent, carried by the context of its subtree.
#[derive(Debug, Default)]
pub(crate) struct Rollup {
    /// `gen_ai.agent.name`, for the tools that the agent runs.
    name: Option<StringValue>,
    above: Option<Arc<Rollup>>,
    ended: AtomicBool,
    inference_calls: Calls,
    tool_calls: Calls,
    input_tokens: Tokens,
    output_tokens: Tokens,
}

/// Calls of one kind.
#[derive(Debug, Default)]
struct Calls {
    /// Those that the agent issued itself.
    own: AtomicU64,
    /// Those of the agents below it as well.
    all: AtomicU64,
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
            // A sum that does not fit stays at the end of the scale and does not start anew.
            let _ = self
                .sum
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |sum| {
                    Some(sum.saturating_add(tokens))
                });
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

/// Calls that one run of an agent issued itself, for its metrics.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnCalls {
    pub(crate) inference: u64,
    pub(crate) tool: u64,
}

impl Rollup {
    /// Opens the counts of an agent below the one that `surroundings` belong to.
    pub(crate) fn begin(surroundings: &mut Surroundings, name: Option<StringValue>) {
        // An agent may hand on to the next in its context and be done: the chain is only as long as what is open.
        let above = surroundings.agent.as_ref().and_then(Self::open);
        // No update of a default: `Drop` forbids to move out of one.
        let mut rollup = Rollup::default();
        rollup.name = name;
        rollup.above = above;
        surroundings.agent = Some(Arc::new(rollup));
    }

    /// The agent's name.
    pub(crate) fn name(&self) -> Option<&StringValue> {
        self.name.as_ref()
    }

    /// The nearest agent that has not ended: this one or one above it.
    fn open(rollup: &Arc<Rollup>) -> Option<Arc<Rollup>> {
        let mut nearest = Some(rollup);
        while let Some(rollup) = nearest.filter(|rollup| rollup.ended.load(Ordering::Relaxed)) {
            nearest = rollup.above.as_ref();
        }
        nearest.cloned()
    }

    /// The agent nearest above in `context`, if anybody counts.
    pub(crate) fn of(context: &Context) -> Option<&Self> {
        Surroundings::agent(context).map(Arc::as_ref)
    }

    /// This agent and those above it.
    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |rollup| rollup.above.as_deref())
    }

    /// Counts a model call and its tokens.
    pub(crate) fn inference(&self, input: Option<u64>, output: Option<u64>) {
        for (distance, rollup) in self.chain().enumerate() {
            rollup.inference_calls.add(distance);
            rollup.input_tokens.add(input);
            rollup.output_tokens.add(output);
        }
    }

    /// Counts a tool call.
    pub(crate) fn tool(&self) {
        for (distance, rollup) in self.chain().enumerate() {
            rollup.tool_calls.add(distance);
        }
    }

    /// Writes the counts on the agent's span, and tells those of the agent itself.
    pub(crate) fn end(&self, last: &mut LastWords) -> OwnCalls {
        self.ended.store(true, Ordering::Relaxed);
        let calls = |calls: &Calls| {
            let all = calls.all.load(Ordering::Relaxed);
            (all > 0).then_some(all)
        };
        let mut tell = |key, number: Option<u64>| {
            if let Some(number) = number {
                last.attribute(key, count(number));
            }
        };
        tell(semconv::AGENT_INFERENCE_CALLS, calls(&self.inference_calls));
        tell(semconv::AGENT_TOOL_CALLS, calls(&self.tool_calls));
        tell(
            semconv::GEN_AI_USAGE_INPUT_TOKENS,
            self.input_tokens.total(),
        );
        tell(
            semconv::GEN_AI_USAGE_OUTPUT_TOKENS,
            self.output_tokens.total(),
        );
        OwnCalls {
            inference: self.inference_calls.own.load(Ordering::Relaxed),
            tool: self.tool_calls.own.load(Ordering::Relaxed),
        }
    }
}

impl Calls {
    /// Counts a call of an agent that is `distance` agents below.
    fn add(&self, distance: usize) {
        self.all.fetch_add(1, Ordering::Relaxed);
        if distance == 0 {
            self.own.fetch_add(1, Ordering::Relaxed);
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
