//! From a trace to rows: what is folded away, and what each row says. No colors and no columns here.

use std::fmt::Write as _;

use super::text::{count, escape, thousands};
use super::trace::{Outcome, Span, Trace};
use super::tree::Tree;

/// Rows of one trace at most.
const MAX_ROWS: usize = 200;
/// Where a trace has more spans than that: how many children of one parent are shown from the front, and at the end.
const FRONT: usize = 12;
const BACK: usize = 3;
/// Deeper than this, the tree is not indented further.
const MAX_DEPTH: usize = 24;

/// What a part of a row means, which is what its color says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Plain,
    Dim,
    Error,
    Warning,
}

/// One line of the waterfall.
pub(super) struct Row<'a> {
    pub(super) tree: String,
    pub(super) span: Option<&'a Span>,
    pub(super) name: String,
    pub(super) detail: Vec<(Mark, String)>,
}

/// Whether the model that answered is the one asked for, or a dated version of it, which says nothing new.
fn is_version_of(answered: &str, asked: Option<&str>) -> bool {
    asked
        .and_then(|asked| answered.strip_prefix(asked))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', ':', '@']))
}

/// Spans, or runs of spans that are not shown one by one.
enum Item {
    Span(usize),
    Folded(usize),
}

impl Tree<'_> {
    /// The children of one parent, runs of unremarkable ones folded where the trace is too long.
    fn items(&self, children: &[usize]) -> Vec<Item> {
        let fold = self.spans.len() > MAX_ROWS && children.len() > FRONT + BACK + 1;
        let mut items = Vec::with_capacity(children.len());
        for (position, &index) in children.iter().enumerate() {
            let edge = position < FRONT || position + BACK >= children.len();
            if !fold || edge || self.notable.contains(&index) {
                items.push(Item::Span(index));
            } else if let Some(Item::Folded(spans)) = items.last_mut() {
                *spans += self.sums[index].spans;
            } else {
                items.push(Item::Folded(self.sums[index].spans));
            }
        }
        items
    }

    fn detail(&self, index: usize) -> Vec<(Mark, String)> {
        let span = &self.spans[index];
        let mut detail = Vec::new();
        match &span.outcome {
            Outcome::Failed { error_type, .. } => {
                detail.push((Mark::Error, format!("✗ {}", short_type(error_type))));
            }
            Outcome::Cancelled => detail.push((Mark::Warning, "cancelled".to_owned())),
            Outcome::Abandoned => detail.push((Mark::Warning, "abandoned".to_owned())),
            Outcome::Unfinished => detail.push((Mark::Warning, "… unfinished".to_owned())),
            Outcome::Completed => {}
        }
        if let Some(attempt) = self.retries.get(&index) {
            detail.push((Mark::Warning, format!("attempt {attempt}")));
        }
        detail.extend(tokens(span).map(|text| (Mark::Plain, text)));
        if span.retries > 0 {
            let retries = usize::try_from(span.retries).unwrap_or(usize::MAX);
            let text = if retries == 1 {
                "1 retry".to_owned()
            } else {
                format!("{retries} retries")
            };
            detail.push((Mark::Warning, text));
        }
        // The reason that never came says nothing beside how the span ended.
        let broke_off = span.outcome != Outcome::Completed && span.finish_reasons == ["error"];
        if !span.finish_reasons.is_empty() && !broke_off {
            detail.push((Mark::Dim, escape(&span.finish_reasons.join(","))));
        }
        detail.extend(self.roll_up(index).map(|text| (Mark::Plain, text)));
        if let Some(model) = span
            .response_model
            .as_ref()
            .filter(|model| !is_version_of(model, span.request_model.as_deref()))
        {
            detail.push((Mark::Dim, format!("by {}", escape(model))));
        }
        if span.links > 0 {
            detail.push((Mark::Dim, count(span.links, "link")));
        }
        if self.parent[index].is_none() && span.parent.is_some() {
            // It may have been shown with an earlier part.
            let text = if self.continued {
                "parent not in this part"
            } else {
                "parent not seen"
            };
            detail.push((Mark::Dim, text.to_owned()));
        }
        detail
    }

    /// What the subtree of an agent did; said on the innermost of agents that did the same, so that the two sides of a
    /// call do not both say it.
    fn roll_up(&self, index: usize) -> Option<String> {
        let own = self.sums[index];
        if !self.spans[index].is_agent() || own.calls + own.tools == 0 {
            return None;
        }
        let said_below = self.children[index].iter().any(|&child| {
            let below = self.sums[child];
            self.spans[child].is_agent()
                && (below.calls, below.tools, below.tokens) == (own.calls, own.tools, own.tokens)
        });
        if said_below {
            return None;
        }
        let mut parts = Vec::new();
        if own.calls > 0 {
            parts.push(count(own.calls, "call"));
        }
        if own.tools > 0 {
            parts.push(count(own.tools, "tool"));
        }
        if own.tokens > 0 {
            parts.push(format!("{} tok", thousands(own.tokens)));
        }
        Some(parts.join(" · "))
    }
}

fn tokens(span: &Span) -> Option<String> {
    let tokens = &span.tokens;
    // The tokens of an agent are the sums of its model calls, which the roll-up shows.
    if !span.is_model_call() || (tokens.input.is_none() && tokens.output.is_none()) {
        return None;
    }
    let number = |tokens: Option<u64>| tokens.map_or_else(|| "?".to_owned(), thousands);
    let mut text = match tokens.output {
        None => format!("{} tok", number(tokens.input)),
        output => format!("{} → {} tok", number(tokens.input), number(output)),
    };
    let parts: Vec<String> = [(tokens.cached, "cached"), (tokens.reasoning, "reasoning")]
        .into_iter()
        .filter_map(|(tokens, what)| Some((tokens.filter(|tokens| *tokens > 0)?, what)))
        .map(|(tokens, what)| format!("{} {what}", thousands(tokens)))
        .collect();
    if !parts.is_empty() {
        let _ = write!(text, " ({})", parts.join(", "));
    }
    Some(text)
}

/// The last segment of a path of types: `shop::orders::OrderNotFound` is `OrderNotFound` to whoever wrote it.
pub(super) fn short_type(error_type: &str) -> String {
    let generics = error_type.find('<').unwrap_or(error_type.len());
    let (path, generics) = error_type.split_at(generics);
    let last = path.rsplit("::").next().unwrap_or(path);
    escape(&format!("{last}{generics}"))
}

/// The rows of `trace`, at most [`MAX_ROWS`] and one that says how many are missing.
pub(super) fn rows(trace: &Trace) -> Vec<Row<'_>> {
    let tree = Tree::new(trace);
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut shown = 0;
    // Depth first; the prefix is what stands before the children of the item's parent.
    let mut pending: Vec<(Item, String, bool, usize)> = Vec::new();
    let push = |pending: &mut Vec<_>, items: Vec<Item>, prefix: &str, depth: usize| {
        let last = items.len().saturating_sub(1);
        for (position, item) in items.into_iter().enumerate().rev() {
            pending.push((item, prefix.to_owned(), position == last, depth));
        }
    };
    push(&mut pending, tree.items(&tree.roots), "", 0);
    while let Some((item, prefix, last, depth)) = pending.pop() {
        if rows.len() == MAX_ROWS {
            let missing = trace.spans.len() - shown;
            rows.push(folded(String::new(), missing));
            break;
        }
        let branch = match (depth, last) {
            (0, _) => "",
            (_, true) => "└ ",
            (_, false) => "├ ",
        };
        let line = format!("{prefix}{branch}");
        match item {
            Item::Folded(spans) => {
                shown += spans;
                rows.push(folded(line, spans));
            }
            Item::Span(index) => {
                shown += 1;
                let span = &trace.spans[index];
                rows.push(Row {
                    tree: line,
                    span: Some(span),
                    name: escape(&span.name),
                    detail: tree.detail(index),
                });
                let below = match (depth, last) {
                    (0 | MAX_DEPTH.., _) => prefix,
                    (_, true) => format!("{prefix}  "),
                    (_, false) => format!("{prefix}│ "),
                };
                push(
                    &mut pending,
                    tree.items(&tree.children[index]),
                    &below,
                    depth + 1,
                );
            }
        }
    }
    rows
}

fn folded<'a>(tree: String, spans: usize) -> Row<'a> {
    Row {
        tree,
        span: None,
        name: format!("… {} not shown", count(spans, "span")),
        detail: Vec::new(),
    }
}
