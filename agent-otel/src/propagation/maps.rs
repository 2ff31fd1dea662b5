//! Maps of strings as carriers: what queues, A2A and MCP offer.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use super::{Extract, Inject};

/// One value of a map: a string, or several.
trait Values {
    fn one(value: String) -> Self;
    fn all(&self) -> Vec<&str>;

    /// As [`all`](Self::all), with a stand-in for what is no text.
    fn held(&self) -> Vec<&str> {
        self.all()
    }
}

impl Values for String {
    fn one(value: String) -> Self {
        value
    }

    fn all(&self) -> Vec<&str> {
        vec![self]
    }
}

impl Values for Vec<String> {
    fn one(value: String) -> Self {
        vec![value]
    }

    fn all(&self) -> Vec<&str> {
        self.iter().map(String::as_str).collect()
    }
}

/// What a JSON member holds that is no string is no header.
impl Values for serde_json::Value {
    fn one(value: String) -> Self {
        Self::String(value)
    }

    fn all(&self) -> Vec<&str> {
        self.as_str().into_iter().collect()
    }

    fn held(&self) -> Vec<&str> {
        vec![self.as_str().unwrap_or("\u{fffd}")]
    }
}

/// The values of a name in any case: HTTP names lose or change their case on the way through a map.
fn values<'a, V: Values + 'a>(
    entries: impl Iterator<Item = (&'a String, &'a V)>,
    key: &str,
    of_one: fn(&'a V) -> Vec<&'a str>,
) -> Vec<&'a str> {
    entries
        .filter(|(name, _)| name.eq_ignore_ascii_case(key))
        .flat_map(|(_, value)| of_one(value))
        .collect()
}

macro_rules! maps {
    ($([$($generics:tt)*] $map:ty;)*) => {$(
        impl<$($generics)*> Inject for $map {
            fn set(&mut self, key: &'static str, value: String) {
                self.retain(|name, _| !name.eq_ignore_ascii_case(key));
                self.insert(key.to_owned(), Values::one(value));
            }

            fn remove(&mut self, key: &'static str) {
                self.retain(|name, _| !name.eq_ignore_ascii_case(key));
            }

            fn held<'a>(&'a self, key: &str) -> Vec<&'a str> {
                values(self.iter(), key, Values::held)
            }
        }

        impl<$($generics)*> Extract for $map {
            fn get_all<'a>(&'a self, key: &str) -> Vec<&'a str> {
                values(self.iter(), key, Values::all)
            }
        }
    )*};
}

maps! {
    [S: BuildHasher] HashMap<String, String, S>;
    [S: BuildHasher] HashMap<String, Vec<String>, S>;
    [S: BuildHasher] HashMap<String, serde_json::Value, S>;
    [] BTreeMap<String, String>;
    [] BTreeMap<String, Vec<String>>;
    [] BTreeMap<String, serde_json::Value>;
    [] serde_json::Map<String, serde_json::Value>;
}
