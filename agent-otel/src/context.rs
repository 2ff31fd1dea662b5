//! The current context, also where a thread is being torn down or its stack of contexts is full.
//!
//! The OpenTelemetry API keeps the current context in a thread-local: to ask for it in the destructor of another
//! thread-local panics, which there aborts the process, and beyond 65,534 attached contexts it drops them with a warning
//! that may panic in turn. Telemetry degrades instead.

use std::cell::{Cell, RefCell};
use std::panic::catch_unwind;

use opentelemetry::{Context, ContextGuard};

/// Contexts that this crate attaches on one thread before it leaves the ambient one in place.
const DEPTH_LIMIT: u32 = 32_768;

/// No depth, but beyond every limit: nothing is known of the thread yet, or it is being torn down.
const UNKNOWN: u32 = u32::MAX;

/// From the first use of a thread until it is destroyed; `false` where it was being torn down already when it was asked
/// first.
struct Life(bool);

impl Drop for Life {
    // Destroyed before the thread-local of the OpenTelemetry API and `HELD`: they are destroyed in the reverse order of their
    // first use, and `LIFE` uses the others first.
    fn drop(&mut self) {
        DEPTH.set(UNKNOWN);
    }
}

thread_local! {
    /// Contexts of this crate that are attached. Without a destructor, so that to ask for it is one load.
    static DEPTH: Cell<u32> = const { Cell::new(UNKNOWN) };

    static LIFE: Life = {
        // To touch a thread-local that is gone panics.
        let others = catch_unwind(|| {
            Context::map_current(|_| ());
            HELD.with(|_| ());
            #[cfg(feature = "sdk")]
            {
                // The source of ids is a thread-local, too.
                use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
                RandomIdGenerator::default().new_span_id();
            }
        });
        Life(others.is_ok())
    };
}

/// Whether the thread lives, as it does from its first use on; asked where its depth does not tell.
#[cold]
fn comes_alive() -> bool {
    let lives = LIFE.try_with(|life| life.0).unwrap_or(false);
    if lives {
        DEPTH.set(0);
    }
    lives
}

/// Whether one context more has room; asked where the depth alone does not tell.
#[cold]
fn has_room() -> bool {
    is_alive() && DEPTH.get() < DEPTH_LIMIT
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
#[inline]
pub(crate) fn is_alive() -> bool {
    DEPTH.get() <= DEPTH_LIMIT || comes_alive()
}

/// A context that is current until this is dropped.
#[derive(Debug)]
pub(crate) struct Attached(#[expect(dead_code, reason = "held for its drop")] ContextGuard);

/// Makes `context` the current one; `None` where there is no room for it, and the ambient one stays.
#[inline]
pub(crate) fn attach(context: &Context) -> Option<Attached> {
    if DEPTH.get() >= DEPTH_LIMIT && !has_room() {
        return None;
    }
    DEPTH.set(DEPTH.get() + 1);
    Some(Attached(context.clone().attach()))
}

impl Drop for Attached {
    #[inline]
    fn drop(&mut self) {
        // What is unknown stays beyond every limit.
        DEPTH.set(DEPTH.get().wrapping_sub(1));
    }
}

thread_local! {
    /// What is held, the last one last.
    static HELD: RefCell<Vec<Attached>> = const { RefCell::new(Vec::new()) };
}

/// Holds what is attached for who cannot hold it, since it may not go to another thread, until [`release`]; whether it
/// is held.
pub(crate) fn hold(attached: Attached) -> bool {
    HELD.try_with(|held| held.borrow_mut().push(attached))
        .is_ok()
}

/// Detaches what was held last.
pub(crate) fn release() {
    let attached = HELD.try_with(|held| held.borrow_mut().pop());
    drop(attached);
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
