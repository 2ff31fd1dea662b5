//! Text that holds chunks as JSON: lines, bare or as server-sent events.

use serde_json::Value;

use crate::chunk::LlmChunk;
use crate::response::Response;

/// JSON, bare or as the `data:` lines of server-sent events; one item has to hold whole events.
impl LlmChunk for str {
    fn describe(&self, response: &mut Response) {
        for line in self.lines() {
            let data = line.strip_prefix("data:").unwrap_or(line).trim();
            let chunk = data
                .starts_with('{')
                .then(|| serde_json::from_str::<Value>(data));
            if let Some(Ok(chunk)) = chunk {
                LlmChunk::describe(&chunk, response);
            }
        }
    }
}

impl LlmChunk for String {
    fn describe(&self, response: &mut Response) {
        self.as_str().describe(response);
    }
}
