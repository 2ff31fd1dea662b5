//! The current context, also where a thread is being torn down or its stack of contexts is full.
//!
//! The OpenTelemetry API keeps the current context in a thread-local: to ask for it in the destructor of another
//! thread-local panics, which there aborts the process, and beyond 65,534 attached contexts it drops them with a warning
//! that may panic in turn. Telemetry degrades instead.

use std::cell::Cell;
use std::panic::catch_unwind;

use opentelemetry::{Context, ContextGuard};

/// Contexts that this crate attaches on one thread before it leaves the ambient one in place.
const DEPTH_LIMIT: u32 = 32_768;

/// `None` where the thread was being torn down already when it was asked first.
struct Depth(Option<Cell<u32>>);

impl Drop for Depth {
    // Only so that the thread-local counts as destroyed, and before the one of the OpenTelemetry API: they are destroyed
    // in the reverse order of their first use, and `new` uses the other first.
    fn drop(&mut self) {}
}

thread_local! {
    static DEPTH: Depth = {
        // To touch a thread-local that is gone panics.
        let others = catch_unwind(|| {
            Context::map_current(|_| ());
            #[cfg(feature = "sdk")]
            {
                // The source of ids is a thread-local, too.
                use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
                RandomIdGenerator::default().new_span_id();
            }
        });
        Depth(others.is_ok().then(|| Cell::new(0)))
    };
}

/// Runs `f` on the current context, which is empty where the thread is being torn down.
///
/// `f` must not run code of the user: the context is borrowed meanwhile.
pub(crate) fn map_current<T>(f: impl FnOnce(&Context) -> T) -> T {
    if is_alive() {
        Context::map_current(f)
    } else {
        f(&Context::new())
    }
}

/// The current context, which is empty where the thread is being torn down.
pub(crate) fn current() -> Context {
    map_current(Context::clone)
}

/// The current context; `None` where the thread is being torn down.
pub(crate) fn living() -> Option<Context> {
    is_alive().then(Context::current)
}

/// Whether a current context can be asked for.
pub(crate) fn is_alive() -> bool {
    DEPTH.try_with(|depth| depth.0.is_some()).unwrap_or(false)
}

/// A context that is current until this is dropped.
#[derive(Debug)]
pub(crate) struct Attached(#[expect(dead_code, reason = "held for its drop")] ContextGuard);

/// Makes `context` the current one; `None` where there is no room for it, and the ambient one stays.
#[inline]
pub(crate) fn attach(context: &Context) -> Option<Attached> {
    deepen().then(|| Attached(context.clone().attach()))
}

/// Counts one context more, where there is room for it.
fn deepen() -> bool {
    let has_room = DEPTH.try_with(|depth| match &depth.0 {
        Some(depth) if depth.get() < DEPTH_LIMIT => {
            depth.set(depth.get() + 1);
            true
        }
        _ => false,
    });
    has_room.unwrap_or(false)
}

impl Drop for Attached {
    fn drop(&mut self) {
        let _ = DEPTH.try_with(|depth| {
            if let Some(depth) = &depth.0 {
                depth.set(depth.get().saturating_sub(1));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stack_of_contexts_has_an_end() {
        let attached: Vec<_> = (0..=DEPTH_LIMIT).map(|_| attach(&Context::new())).collect();
        assert!(
            attached
                .iter()
                .take(DEPTH_LIMIT as usize)
                .all(Option::is_some)
        );
        assert!(attached.last().is_some_and(Option::is_none));
        for attached in attached.into_iter().rev() {
            drop(attached);
        }
        assert!(attach(&Context::new()).is_some());
    }
}
