//! Records of memories and documents of data sources, in the conventions' shape.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Map, Value, json};

/// Something that holds records, for `#[memory(record_count)]`.
///
/// Implemented for slices, vectors and other collections, for JSON (the elements of an array; any other value but `null` is
/// one record), and for references, `Box`, `Rc`, `Arc`, `Option` and `Result`, where nothing is no record. Implement it for a
/// page of results of your own.
///
/// # Examples
///
/// ```
/// use agent_otel::{Records, memory};
///
/// struct Page { memories: Vec<String>, next: Option<String> }
///
/// impl Records for Page {
///     fn count(&self) -> usize {
///         self.memories.len()
///     }
/// }
///
/// #[memory(operation = "search_memory", record_count)]
/// fn recall(question: &str) -> Page {
///     Page { memories: vec![question.to_owned()], next: None }
/// }
/// # recall("?");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell how many records it holds",
    label = "no records can be counted here",
    note = "return a collection or implement `agent_otel::Records`, or write `record_count = …`",
    note = "or report the number from the body: `agent_otel::current().record_count(…)`"
)]
pub trait Records {
    /// How many there are.
    fn count(&self) -> usize;
}

macro_rules! collections {
    ($([$($generics:tt)*] $collection:ty),* $(,)?) => {$(
        impl<$($generics)*> Records for $collection {
            fn count(&self) -> usize {
                self.len()
            }
        }
    )*};
}

collections! {
    [T] [T],
    [T, const N: usize] [T; N],
    [T] Vec<T>,
    [T] VecDeque<T>,
    [T, S] HashSet<T, S>,
    [T] BTreeSet<T>,
    [K, V, S] HashMap<K, V, S>,
    [K, V] BTreeMap<K, V>,
}

impl Records for Value {
    fn count(&self) -> usize {
        match self {
            Value::Null => 0,
            Value::Array(records) => records.len(),
            _ => 1,
        }
    }
}

macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<R: Records + ?Sized> Records for $pointer {
            fn count(&self) -> usize {
                (**self).count()
            }
        }
    )*};
}

through!(&R, &mut R, Box<R>, Rc<R>, Arc<R>);

impl<R: Records> Records for Option<R> {
    fn count(&self) -> usize {
        self.as_ref().map_or(0, Records::count)
    }
}

impl<R: Records, E> Records for Result<R, E> {
    fn count(&self) -> usize {
        self.as_ref().map_or(0, Records::count)
    }
}

/// `gen_ai.memory.records`: objects with a `content`.
pub(crate) fn of_memory(records: Value) -> Value {
    list(records, |record| match record {
        Value::Object(record) if record.contains_key("content") => record,
        other => content(other),
    })
}

/// `gen_ai.retrieval.documents`: objects, with their `id` as a text and their `score` as a number where they have them. A
/// pair of a document and a number is a document with its score.
pub(crate) fn documents(documents: Value) -> Value {
    list(documents, |document| match document {
        Value::Array(pair) => match <[Value; 2]>::try_from(pair) {
            Ok([found, score]) if score.is_number() => {
                let mut found = document_of(found);
                found.entry("score").or_insert(score);
                found
            }
            Ok([one, other]) => content(json!([one, other])),
            Err(other) => content(Value::Array(other)),
        },
        other => document_of(other),
    })
}

fn document_of(document: Value) -> Map<String, Value> {
    let Value::Object(mut document) = document else {
        return content(document);
    };
    document.retain(|key, value| !value.is_null() && (key != "score" || value.is_number()));
    if let Some(id) = document.get_mut("id").filter(|id| id.is_number()) {
        *id = Value::String(id.to_string());
    }
    document
}

fn content(value: Value) -> Map<String, Value> {
    Map::from_iter([("content".to_owned(), value)])
}

/// A list of objects, whether there was one value, a list of them, or none.
fn list(values: Value, object: impl Fn(Value) -> Map<String, Value>) -> Value {
    let values = match values {
        Value::Null => Vec::new(),
        Value::Array(values) => values,
        one => vec![one],
    };
    values
        .into_iter()
        .map(|value| Value::Object(object(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_objects() {
        let found = json!([{"id": 7, "score": 0.5, "url": null}, {"score": "high"}, "text", [{"id": "a"}, 0.25], ["a", "b"]]);
        assert_eq!(
            documents(found),
            json!([
                {"id": "7", "score": 0.5},
                {},
                {"content": "text"},
                {"id": "a", "score": 0.25},
                {"content": ["a", "b"]},
            ])
        );
        assert_eq!(documents(Value::Null), json!([]));
    }

    #[test]
    fn records_of_a_memory_have_a_content() {
        let records = json!([{"content": "likes tea", "id": "m1"}, {"likes": "tea"}]);
        assert_eq!(
            of_memory(records),
            json!([{"content": "likes tea", "id": "m1"}, {"content": {"likes": "tea"}}])
        );
        assert_eq!(
            of_memory(json!("likes tea")),
            json!([{"content": "likes tea"}])
        );
    }

    #[test]
    fn what_failed_holds_no_records() {
        assert_eq!(Records::count(&Err::<Vec<u8>, _>("no connection")), 0);
        assert_eq!(Records::count(&Some(&json!([1, 2]))), 2);
        assert_eq!(Records::count(&[1, 2, 3]), 3);
    }
}
