//! The label of an error whose type is not known here: wrappers are looked through to the first error that means
//! something.

use std::borrow::Cow;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::distinct::Origin;
use super::known::{self, Told};
use super::variant::{self, Head};
use super::{checked, made, path};
use crate::semconv;

/// How many errors of a chain are looked at. It may be a ring.
const DEPTH: usize = 16;

/// What an error is called.
#[derive(Debug)]
pub(crate) struct Found {
    /// `error.type`.
    pub(crate) label: Cow<'static, str>,
    /// The path of its type, or what is known of it.
    pub(crate) path: Option<Cow<'static, str>>,
}

/// What is behind a pointer to any error, met at `origin`.
pub(crate) fn of_dyn(error: &(dyn Error + 'static), origin: impl Into<Origin>) -> Found {
    let origin = origin.into();
    // `source` is code of others, like all that is called here.
    let found = catch_unwind(AssertUnwindSafe(|| {
        let Found { label, path } = name(error, origin);
        Found {
            label: code(error).unwrap_or(label),
            path,
        }
    }));
    found.unwrap_or(Found {
        label: semconv::ERROR_TYPE_OTHER.into(),
        path: None,
    })
}

/// The code that a cause of the error carries.
pub(super) fn code_of_causes<E: Error>(error: &E) -> Option<Cow<'static, str>> {
    let code = catch_unwind(AssertUnwindSafe(|| code(error.source()?)));
    code.ok().flatten()
}

/// The name of the first error that means something.
fn name(error: &(dyn Error + 'static), origin: Origin) -> Found {
    let mut known = None;
    for error in wrapped(error) {
        if let Some(inner) = known::find(error) {
            known = Some(inner);
            continue;
        }
        // A wrapper of a known type is the better name for what has none.
        if let Some(name) = Head::of(error)
            .filter(|head| !head.is_context())
            .and_then(|head| variant::name(error, head))
            .and_then(|name| made(origin, name))
        {
            return Found {
                label: name.clone().into(),
                path: Some(name.into()),
            };
        }
    }
    Found {
        label: known.map_or(semconv::ERROR_TYPE_OTHER.into(), known::Found::name),
        path: known.map(|known| path::pointee(known.path()).into()),
    }
}

/// The code of the first error that carries one, in the chain that begins with this one.
fn code(error: &(dyn Error + 'static)) -> Option<Cow<'static, str>> {
    let mut next = Some(error);
    for _ in 0..DEPTH {
        let error = wrapped(next?).last()?;
        if let Some(known) = known::find(error) {
            if let Some(Told::Code(code)) = known.told() {
                if let Some(code) = checked(known.path(), code) {
                    return Some(code);
                }
            }
        }
        next = error.source();
    }
    None
}

/// The error itself, and what is inside it as long as that is a wrapper.
fn wrapped<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| inside(error)).take(DEPTH)
}

/// What a wrapper that means nothing by itself holds.
fn inside<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(known) = known::find(error) {
        return match known.told() {
            Some(Told::Wrapper(inner)) => Some(inner),
            _ => None,
        };
    }
    if let Some(shared) = error.downcast_ref::<Arc<dyn Error + Send + Sync>>() {
        return Some(&**shared);
    }
    let cause = error.source()?;
    Head::of(error)?.is_context().then_some(cause)
}
