//! Text that holds chunks as JSON, bare or as server-sent events.

use serde_json::Value;

use crate::chunk::LlmChunk;
use crate::response::Response;

/// JSON, bare or as the `data:` lines of server-sent events; one item has to hold whole events.
impl LlmChunk for str {
    fn describe(&self, response: &mut Response) {
        let text = self.strip_prefix('\u{feff}').unwrap_or(self);
        // The lines of JSON that does not end on the first of them.
        let mut open = Vec::new();
        for line in text.lines().chain([""]) {
            let data = line.strip_prefix("data:").unwrap_or(line).trim();
            if open.is_empty() {
                if begins(data) && !told(data, response) {
                    open.push(data);
                }
            } else if data.is_empty() {
                close(&open, response);
                open.clear();
            } else if !is_field(line) {
                open.push(data);
            }
        }
    }
}

impl LlmChunk for String {
    fn describe(&self, response: &mut Response) {
        self.as_str().describe(response);
    }
}

fn begins(data: &str) -> bool {
    data.starts_with('{')
}

/// Whether a line tells something else of an event than its data.
fn is_field(line: &str) -> bool {
    ["event:", "id:", "retry:", ":"]
        .iter()
        .any(|field| line.starts_with(field))
}

/// Tells what the lines are together, or else what those behind the first one are, each by itself: that one was broken.
fn close(lines: &[&str], response: &mut Response) {
    if !told(&lines.join("\n"), response) {
        for line in lines.iter().skip(1).filter(|line| begins(line)) {
            told(line, response);
        }
    }
}

/// Tells the chunk that this JSON is; `false` where it is none.
fn told(json: &str, response: &mut Response) -> bool {
    let chunk = serde_json::from_str::<Value>(json);
    chunk
        .map(|chunk| LlmChunk::describe(&chunk, response))
        .is_ok()
}
