//! How much content one request or response brings along.

use serde_json::Value;

use crate::content;

/// The room that is left for content.
///
/// What is gathered is a little more than what may leave the process, so that whoever shortens it sees that there was
/// more; it is never much more, however large the request or the answer is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Budget {
    left: usize,
}

/// What a part costs beside its text, so that a million empty parts end, too.
const PART: usize = 32;

/// The most levels of arrays and objects that are followed.
const DEPTH: usize = 64;

impl Default for Budget {
    fn default() -> Self {
        Self {
            left: content::gather_limit(),
        }
    }
}

impl Budget {
    /// For what has been bounded before.
    pub(crate) fn unlimited() -> Self {
        Self { left: usize::MAX }
    }

    /// Whether nothing more fits.
    pub(crate) fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// Pays for one more part; `false` where nothing more fits.
    pub(crate) fn part(&mut self) -> bool {
        let fits = !self.is_spent();
        self.left = self.left.saturating_sub(PART);
        fits
    }

    /// As much of `text` as fits.
    pub(crate) fn head<'a>(&mut self, text: &'a str) -> &'a str {
        let end = (0..=self.left.min(text.len()))
            .rev()
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or(0);
        let head = text.get(..end).unwrap_or_default();
        // The rest of a character has no room either.
        self.left = if head.len() < text.len() {
            0
        } else {
            self.left - head.len()
        };
        head
    }

    /// As many of `bytes` as fit once they are written in base64.
    #[cfg(feature = "aws-sdk-bedrockruntime")]
    pub(crate) fn bytes<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let fit = (self.left / 4 + 1).saturating_mul(3);
        bytes.get(..fit).unwrap_or(bytes)
    }

    /// As much of `value` as fits, in its own shape.
    pub(crate) fn value(&mut self, value: &Value) -> Value {
        self.at_depth(value, 0)
    }

    fn at_depth(&mut self, value: &Value, depth: usize) -> Value {
        match value {
            Value::String(text) => self.head(text).into(),
            Value::Array(_) | Value::Object(_) if depth == DEPTH => "…".into(),
            Value::Array(items) => items
                .iter()
                .map_while(|item| self.part().then(|| self.at_depth(item, depth + 1)))
                .collect(),
            Value::Object(members) => members
                .iter()
                .map_while(|(key, member)| {
                    let fits = self.part();
                    fits.then(|| (self.head(key).to_owned(), self.at_depth(member, depth + 1)))
                })
                .collect(),
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        let mut budget = Budget { left: 4 };
        assert_eq!(budget.head("aé😀"), "aé");
        assert!(budget.is_spent());
        assert_eq!(budget.head("a"), "");
    }

    #[test]
    fn a_value_keeps_its_shape() {
        let small = json!({"id": 7, "list": [true, null, "text"]});
        assert_eq!(Budget::default().value(&small), small);

        let long = json!(vec![json!({"text": "word ".repeat(100)}); 100_000]);
        let cut = Budget::default().value(&long);
        assert!(cut.as_array().is_some_and(|items| items.len() < 200));

        let mut deep = json!("bottom");
        for _ in 0..1000 {
            deep = json!([deep]);
        }
        assert!(Budget::default().value(&deep).to_string().len() < 200);
    }
}
