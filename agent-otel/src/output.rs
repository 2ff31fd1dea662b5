//! What a model answered, gathered part by part over the chunks of a stream.

use std::fmt;

use serde_json::{Value, json};

use crate::budget::Budget;
use crate::content::Length;
use crate::content::shape::{message_of, parsed, server_call, tool_call};

/// The most choices that are told apart.
pub(crate) const CHOICES: usize = 128;

/// The messages of an answer, one a choice. Empty unless content is captured.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Output {
    choices: Vec<Vec<Part>>,
    budget: Budget,
}

/// A part of a message that may go on to grow.
#[derive(Clone, PartialEq)]
enum Part {
    /// `text`, `reasoning` or `refusal`, whose content is one text.
    Text {
        kind: &'static str,
        text: String,
    },
    Call {
        /// What tells apart the calls that grow side by side.
        index: usize,
        id: String,
        name: String,
        arguments: String,
        /// What was told of a tool of the provider's own before its input.
        opened: Option<Value>,
    },
    Whole(Value),
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Text { kind, text } => write!(f, "{kind} of {} bytes", text.len()),
            Part::Call { arguments, .. } => write!(f, "tool_call of {} bytes", arguments.len()),
            Part::Whole(part) => write!(f, "part of {:?}", Length(part)),
        }
    }
}

impl Output {
    pub(crate) fn is_empty(&self) -> bool {
        self.choices.is_empty()
    }

    /// Forgets what was gathered.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Adds to a text of this kind, or begins one.
    pub(crate) fn text(&mut self, choice: usize, kind: &'static str, text: &str) {
        if text.is_empty() {
            return;
        }
        let Some((parts, budget)) = self.choice(choice) else {
            return;
        };
        if let Some(Part::Text {
            kind: known,
            text: before,
        }) = parts.last_mut()
        {
            if *known == kind {
                return before.push_str(budget.head(text));
            }
        }
        if budget.part() {
            let text = budget.head(text).to_owned();
            parts.push(Part::Text { kind, text });
        }
    }

    /// Adds to the tool call with this index, or begins one.
    pub(crate) fn call(
        &mut self,
        choice: usize,
        index: usize,
        id: Option<&str>,
        name: Option<&str>,
        arguments: &str,
    ) {
        let Some((parts, budget)) = self.choice(choice) else {
            return;
        };
        let id = id.unwrap_or_default();
        // Some servers count no calls and tell them apart by their ids alone.
        let is_same = |known: &str| id.is_empty() || known.is_empty() || known == id;
        let mut calls = parts.iter_mut().rev().filter_map(|part| match part {
            Part::Call {
                index: at,
                id,
                name,
                arguments,
                ..
            } if *at == index => Some((id, name, arguments)),
            _ => None,
        });
        if let Some((known, called, before)) = calls.next().filter(|(known, ..)| is_same(known)) {
            if known.is_empty() {
                known.push_str(budget.head(id));
            }
            // Most servers tell the name once and whole; those that stream repeat what came before.
            if let Some(name) = name.filter(|_| called.is_empty()) {
                called.push_str(budget.head(name));
            }
            return before.push_str(budget.head(arguments));
        }
        if budget.part() {
            parts.push(Part::Call {
                index,
                id: budget.head(id).to_owned(),
                name: budget.head(name.unwrap_or_default()).to_owned(),
                arguments: budget.head(arguments).to_owned(),
                opened: None,
            });
        }
    }

    /// Begins a call of a tool that the provider runs itself, whose input [`call`](Self::call) adds.
    pub(crate) fn server_call(&mut self, choice: usize, index: usize, opened: &Value) {
        if let Some((parts, budget)) = self.choice(choice) {
            if budget.part() {
                parts.push(Part::Call {
                    index,
                    id: String::new(),
                    name: String::new(),
                    arguments: String::new(),
                    opened: Some(budget.value(opened)),
                });
            }
        }
    }

    /// As [`call`](Self::call), from a client that has put the pieces together, and tells all of the call each time.
    #[cfg(feature = "genai")]
    pub(crate) fn call_so_far(&mut self, choice: usize, id: &str, name: &str, arguments: &str) {
        let Some((parts, budget)) = self.choice(choice) else {
            return;
        };
        let is_it = |known: &str| known == id || name.is_empty();
        let known = parts.iter_mut().rev().find_map(|part| match part {
            Part::Call { id, arguments, .. } if is_it(id) => Some(arguments),
            _ => None,
        });
        match known {
            // Some adapters of such clients hand the pieces on as they come.
            Some(known) => {
                let more = arguments.strip_prefix(known.as_str()).unwrap_or(arguments);
                known.push_str(budget.head(more));
            }
            None => self.call(choice, usize::MAX, Some(id), Some(name), arguments),
        }
    }

    /// Completes a tool call with what is known of it once it has ended.
    #[cfg(feature = "rig-core")]
    pub(crate) fn end_call(
        &mut self,
        choice: usize,
        index: usize,
        id: &str,
        name: &str,
        arguments: impl FnOnce() -> String,
    ) {
        let Some((parts, _)) = self.choice(choice) else {
            return;
        };
        let is_told = parts.iter().any(|part| {
            matches!(part, Part::Call { index: at, arguments, .. } if *at == index && !arguments.is_empty())
        });
        let arguments = if is_told { String::new() } else { arguments() };
        self.call(choice, index, Some(id), Some(name), &arguments);
    }

    /// Adds a part that is whole, in the conventions' shape.
    pub(crate) fn whole(&mut self, choice: usize, part: impl FnOnce(&mut Budget) -> Option<Value>) {
        if let Some((parts, budget)) = self.choice(choice) {
            if budget.part() {
                parts.extend(part(budget).map(Part::Whole));
            }
        }
    }

    fn choice(&mut self, choice: usize) -> Option<(&mut Vec<Part>, &mut Budget)> {
        if choice < CHOICES && self.choices.len() <= choice {
            self.choices.resize_with(choice + 1, Vec::new);
        }
        Some((self.choices.get_mut(choice)?, &mut self.budget))
    }

    /// The messages, each with the reason why it ended.
    pub(crate) fn messages<'a>(
        &self,
        finish_reasons: impl ExactSizeIterator<Item = &'a str>,
    ) -> Value {
        let count = self.choices.len().max(finish_reasons.len());
        let reasons = finish_reasons.chain(std::iter::repeat(""));
        let parts = self
            .choices
            .iter()
            .map(Vec::as_slice)
            .chain(std::iter::repeat(&[][..]));
        let messages = parts.zip(reasons).take(count).map(|(parts, reason)| {
            // Viewers drop a list whose messages have no finish reason; `error` stands for one that never came.
            let reason = if reason.is_empty() { "error" } else { reason };
            let parts = parts.iter().map(Part::json).collect();
            let mut message = message_of("assistant", parts);
            message["finish_reason"] = reason.into();
            message
        });
        messages.collect()
    }
}

impl Part {
    fn json(&self) -> Value {
        match self {
            Part::Text { kind, text } => json!({"type": kind, "content": text}),
            Part::Call {
                opened: Some(opened),
                arguments,
                ..
            } => {
                let mut call = opened.clone();
                if let (false, Some(call)) = (arguments.is_empty(), call.as_object_mut()) {
                    call.insert("input".to_owned(), parsed(arguments));
                }
                server_call(&call, &mut Budget::unlimited()).unwrap_or_default()
            }
            Part::Call {
                id,
                name,
                arguments,
                ..
            } => tool_call(
                Some(id.as_str()),
                name,
                (!arguments.is_empty()).then(|| parsed(arguments)),
            ),
            Part::Whole(part) => part.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas_grow_the_part_that_they_belong_to() {
        let mut output = Output::default();
        output.text(0, "reasoning", "Hm");
        output.text(0, "reasoning", "m.");
        output.text(0, "text", "Let me ");
        output.text(0, "text", "look.");
        output.call(0, 0, Some("a"), Some("stock"), "");
        output.call(0, 1, Some("b"), Some("price"), "");
        output.call(0, 0, None, None, "{\"sku\":");
        output.call(0, 1, Some(""), None, "{}");
        output.call(0, 0, None, None, "7}");
        assert_eq!(
            output.messages(["tool_calls"].into_iter()),
            json!([{"role": "assistant", "finish_reason": "tool_calls", "parts": [
                {"type": "reasoning", "content": "Hmm."},
                {"type": "text", "content": "Let me look."},
                {"type": "tool_call", "id": "a", "name": "stock", "arguments": {"sku": 7}},
                {"type": "tool_call", "id": "b", "name": "price", "arguments": {}},
            ]}])
        );
    }

    #[test]
    fn calls_are_told_apart_by_their_ids_where_nothing_counts_them() {
        let mut output = Output::default();
        output.call(0, 0, Some("a"), Some("stock"), "{}");
        output.call(0, 0, Some("b"), Some("price"), "{\"cut");
        assert_eq!(
            output.messages([].into_iter()),
            json!([{"role": "assistant", "finish_reason": "error", "parts": [
                {"type": "tool_call", "id": "a", "name": "stock", "arguments": {}},
                {"type": "tool_call", "id": "b", "name": "price", "arguments": "{\"cut"},
            ]}])
        );
    }

    #[test]
    fn what_is_gathered_is_bounded() {
        let mut output = Output::default();
        for _ in 0..100_000 {
            output.text(0, "text", "word ");
            output.call(1, 0, Some("a"), Some("tool"), "{");
            output.call(2, 0, None, None, "");
            output.whole(3, |_| Some(json!({"type": "blob"})));
        }
        output.text(usize::MAX, "text", "nowhere");
        let json = output.messages([].into_iter()).to_string();
        assert!(
            json.len() < 10 * crate::content::gather_limit(),
            "{}",
            json.len()
        );
    }
}
