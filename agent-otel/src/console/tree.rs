//! The tree of a trace: parents, sums over subtrees, attempts, and what must not be overlooked.

use std::collections::{HashMap, HashSet};

use opentelemetry::trace::SpanId;

use super::trace::{Span, Trace};

/// Sums over a span and everything below it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RollUp {
    pub(super) spans: usize,
    pub(super) calls: usize,
    pub(super) tools: usize,
    pub(super) tokens: u64,
}

/// The tree of a trace, and what is known of each span by its place in it. Spans are named by their index.
pub(super) struct Tree<'a> {
    pub(super) spans: &'a [Span],
    /// Whether an earlier part of the trace was shown already.
    pub(super) continued: bool,
    pub(super) parent: Vec<Option<usize>>,
    pub(super) children: Vec<Vec<usize>>,
    pub(super) roots: Vec<usize>,
    pub(super) sums: Vec<RollUp>,
    pub(super) retries: HashMap<usize, usize>,
    /// Failed and unfinished spans and those above them: what is never folded away.
    pub(super) notable: HashSet<usize>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        let spans = trace.spans.as_slice();
        let index: HashMap<SpanId, usize> = spans
            .iter()
            .enumerate()
            .map(|(index, span)| (span.id, index))
            .collect();
        let mut tree = Self {
            spans,
            continued: trace.continued,
            parent: spans
                .iter()
                .map(|span| index.get(&span.parent?).copied())
                .collect(),
            children: vec![Vec::new(); spans.len()],
            roots: Vec::new(),
            sums: vec![RollUp::default(); spans.len()],
            retries: HashMap::new(),
            notable: HashSet::new(),
        };
        tree.break_circles();
        for (index, parent) in tree.parent.iter().enumerate() {
            match parent {
                Some(parent) => tree.children[*parent].push(index),
                None => tree.roots.push(index),
            }
        }
        tree.sum_up();
        tree.find_retries();
        tree.find_notable();
        tree
    }

    /// Ids come from a network, so a span may be its own ancestor; it becomes a root then.
    fn break_circles(&mut self) {
        // 0: not looked at; otherwise the number of the walk that came by.
        let mut walked = vec![0; self.spans.len()];
        for start in 0..self.spans.len() {
            let walk = start + 1;
            let mut at = start;
            while walked[at] == 0 {
                walked[at] = walk;
                match self.parent[at] {
                    Some(parent) if walked[parent] == walk => self.parent[at] = None,
                    Some(parent) => at = parent,
                    None => {}
                }
            }
        }
    }

    /// Indices with every parent before its children.
    fn top_down(&self) -> Vec<usize> {
        let mut order: Vec<usize> = self.roots.clone();
        let mut next = 0;
        while let Some(&index) = order.get(next) {
            order.extend(&self.children[index]);
            next += 1;
        }
        order
    }

    fn sum_up(&mut self) {
        for index in self.top_down().into_iter().rev() {
            let span = &self.spans[index];
            let own = &mut self.sums[index];
            own.spans += 1;
            if span.is_model_call() {
                own.calls += 1;
                let tokens = span
                    .tokens
                    .input
                    .unwrap_or(0)
                    .saturating_add(span.tokens.output.unwrap_or(0));
                own.tokens = own.tokens.saturating_add(tokens);
            }
            own.tools += usize::from(span.is_tool_call());
            let own = *own;
            if let Some(parent) = self.parent[index] {
                let sum = &mut self.sums[parent];
                sum.spans += own.spans;
                sum.calls += own.calls;
                sum.tools += own.tools;
                sum.tokens = sum.tokens.saturating_add(own.tokens);
            }
        }
    }

    /// A span after a failed sibling of the same name is the next attempt at the same thing, but for tools: an agent calls
    /// one for one thing after the other.
    fn find_retries(&mut self) {
        for children in &self.children {
            let mut attempts: HashMap<(&str, &str), (usize, u64)> = HashMap::new();
            for &index in children {
                let span = &self.spans[index];
                if span.is_tool_call() {
                    continue;
                }
                let key = (span.service.as_str(), span.name.as_str());
                let attempt = match attempts.get(&key) {
                    Some((attempt, failed_at)) if *failed_at <= span.start => attempt + 1,
                    _ => 1,
                };
                if attempt > 1 {
                    self.retries.insert(index, attempt);
                }
                if span.is_failed() {
                    attempts.insert(key, (attempt, span.end));
                } else {
                    attempts.remove(&key);
                }
            }
        }
    }

    fn find_notable(&mut self) {
        for (index, span) in self.spans.iter().enumerate() {
            if span.is_failed() || !span.is_finished() {
                let mut at = Some(index);
                while let Some(index) = at.filter(|index| self.notable.insert(*index)) {
                    at = self.parent[index];
                }
            }
        }
    }
}
