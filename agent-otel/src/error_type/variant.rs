//! The name of an error, from the beginning of its `Debug` output.
//!
//! A derived `Debug` writes the name of the struct or variant in one piece and its fields in others, which tells it from
//! text of the same look. What is written by hand may be anything, so a name is taken only where no data can be behind it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::error::Error;
use std::fmt::{self, Debug, Write};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::{Discriminant, discriminant};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{made, path};
use crate::content;

/// How much is read after the name, in bytes: enough to see the name of the first field.
const REST_LIMIT: usize = 32;

/// What a `Debug` output begins with.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// The first piece that was written.
    name: String,
    /// What followed, as far as it was read.
    rest: String,
}

impl Write for Head {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        if self.name.is_empty() {
            if piece.len() > super::LIMIT {
                return Err(fmt::Error);
            }
            piece.clone_into(&mut self.name);
        } else {
            self.rest.extend(piece.chars().take(REST_LIMIT));
        }
        // The rest is not even formatted.
        if self.rest.len() < REST_LIMIT {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}

impl Head {
    /// Nothing where the `Debug` panics, or where it does not begin with a name.
    pub(super) fn of(error: &(impl Debug + ?Sized)) -> Option<Self> {
        let head = catch_unwind(AssertUnwindSafe(|| {
            let mut head = Self::default();
            // What is derived breaks lines in this form, and what is written by hand does not. An error only says that
            // enough was read.
            let _ = write!(head, "{error:#?}");
            head
        }));
        head.ok().filter(Self::is_name)
    }

    fn is_name(&self) -> bool {
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && word.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        let last = self.name.rsplit("::").next().unwrap_or_default();
        let is_path = self.has_fields() && self.name.split("::").all(is_word);
        last.starts_with(char::is_uppercase) && (is_word(&self.name) || is_path)
    }

    fn has_fields(&self) -> bool {
        ["(\n", " {\n", " { .. }"]
            .iter()
            .any(|open| self.rest.starts_with(open))
    }

    /// A word that nothing follows.
    fn is_alone(&self) -> bool {
        self.rest.is_empty()
    }

    /// Whether this is a layer that only adds text to the error below: `Error { context: …, source: … }` as of `anyhow`,
    /// `Error { msg: …, source: … }` as of `eyre`.
    pub(super) fn is_context(&self) -> bool {
        let first = self.rest.trim_start_matches(" {\n").trim_start_matches(' ');
        self.name == "Error" && (first.starts_with("context: ") || first.starts_with("msg: "))
    }
}

/// The name of an error of which the type is not known, if no data can be in it.
pub(super) fn name(error: &(dyn Error + 'static), head: Head) -> Option<String> {
    (head.has_fields() || is_bare(&head, error)).then_some(head.name)
}

/// Whether a word that stands alone is the name of a variant, and no text that the error holds.
fn is_bare(head: &Head, error: &(dyn Error + 'static)) -> bool {
    if !head.is_alone() {
        return false;
    }
    // An error of one byte has no more than 256 values.
    if size_of_val(error) <= 1 {
        return true;
    }
    let name = head.name.as_str();
    let words = name.chars().filter(|char| char.is_uppercase()).count();
    words > 1
        && name.chars().any(char::is_lowercase)
        && !name.chars().any(char::is_numeric)
        && !content::raw(error).contains(name)
}

/// The path of a type, and its variant where the type is an enumeration.
pub(super) fn with_variant<E: Error>(path: &'static str, error: &E) -> Cow<'static, str> {
    let label = path::of_path(path);
    let last = label.rsplit("::").next().unwrap_or_default();
    match variant(path, error) {
        Some(variant) if variant != last && !variant.contains("::") => {
            format!("{label}::{variant}").into()
        }
        _ => label,
    }
}

/// By the path of the type and the discriminant.
type Variants = HashMap<(&'static str, u64), Option<String>>;

/// The variant of an error. It is read once a variant, so all of its failures have the same label.
fn variant<E: Error>(path: &'static str, error: &E) -> Option<String> {
    static VARIANTS: LazyLock<Mutex<Variants>> = LazyLock::new(Mutex::default);

    if !is_enumeration::<E>() {
        // An enumeration with a representation of its own looks like a struct from here.
        let head = Head::of(error)?;
        let is_name = head.has_fields() || head.is_alone() && size_of::<E>() <= 1;
        return is_name.then(|| made(path, head.name)).flatten();
    }
    let mut hasher = DefaultHasher::new();
    discriminant(error).hash(&mut hasher);
    let key = (path, hasher.finish());
    let known = {
        let variants = VARIANTS.lock().unwrap_or_else(PoisonError::into_inner);
        variants.get(&key).cloned()
    };
    known.unwrap_or_else(|| {
        // Not while the table is locked: `Debug` is code of the user.
        let name = Head::of(error).and_then(|head| {
            let is_name = head.has_fields()
                || size_of::<E>() <= 1
                || head.is_alone() && !is_data(&head.name, &content::raw(error));
            is_name.then_some(head.name)
        });
        let mut variants = VARIANTS.lock().unwrap_or_else(PoisonError::into_inner);
        variants.entry(key).or_insert(name).clone()
    })
}

/// Whether the one word that `Debug` gives may be data, and no variant: the message has it as a word in its midst, as in
/// "no customer Ada". Many begin with the name of the variant, or end with it behind a colon.
fn is_data(word: &str, message: &str) -> bool {
    if word == message {
        return true;
    }
    message.match_indices(word).any(|(start, _)| {
        let (before, after) = message.split_at(start);
        let after = after.get(word.len()..).unwrap_or_default();
        let is_part = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
        let is_whole = !is_part(before.chars().next_back()) && !is_part(after.chars().next());
        is_whole && !before.is_empty() && !before.ends_with(": ")
    })
}

/// Whether the type is an enumeration: the discriminant of what is none takes one byte. Where a compiler should decide
/// otherwise, some labels are without their variant.
fn is_enumeration<E>() -> bool {
    size_of::<Discriminant<E>>() > 1
}
