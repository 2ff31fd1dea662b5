//! Parameters drop when and in the order in which they drop in the plain function.
//!
//! Each function is compiled as it stands and with an attribute, and both have to record the same drops: with and
//! without something that records spans, run to the end, left early, dropped in the middle and never polled.

#![allow(
    unused_assignments,
    clippy::boxed_local,
    clippy::useless_format,
    reason = "the functions are odd on purpose"
)]

use std::cell::RefCell;
use std::future::Future;
use std::pin::{pin, Pin};
use std::task::{Context, Poll, Waker};

use agent_otel::testing;

thread_local! {
    static LOG: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn log(event: &'static str) {
    LOG.with_borrow_mut(|log| log.push(event));
}

/// A value whose drop is recorded.
struct Loud(&'static str);

impl Drop for Loud {
    fn drop(&mut self) {
        log(self.0);
    }
}

impl Loud {
    fn touch(&self) {
        let _ = self.0;
    }

    fn name(&self) -> &'static str {
        self.0
    }
}

/// Drops a value of any type, be it `()`.
fn end<T>(value: T) {
    let _value = value;
}

struct Two {
    first: Loud,
    second: Loud,
}

fn two(first: &'static str, second: &'static str) -> Two {
    Two {
        first: Loud(first),
        second: Loud(second),
    }
}

/// Is pending once.
fn pause() -> impl Future<Output = ()> {
    let mut paused = false;
    std::future::poll_fn(move |_| {
        if std::mem::replace(&mut paused, true) {
            Poll::Ready(())
        } else {
            log("pause");
            Poll::Pending
        }
    })
}

/// What is recorded while `call` runs.
fn recorded(call: impl FnOnce()) -> Vec<&'static str> {
    LOG.with_borrow_mut(Vec::clear);
    call();
    log("returned");
    LOG.with_borrow_mut(std::mem::take)
}

/// What is recorded of a future that is polled `times` and dropped.
fn polled<F: Future>(times: usize, future: impl FnOnce() -> F) -> Vec<&'static str> {
    recorded(|| {
        let future = future();
        log("made");
        let mut future = pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..times {
            if future.as_mut().poll(&mut context).is_ready() {
                log("ready");
                break;
            }
        }
    })
}

/// The same items: as they stand, each below an attribute, and each below one that has something to record.
macro_rules! thrice {
    ($($item:item)*) => {
        mod plain {
            use super::*;
            $($item)*
        }
        mod traced {
            use super::*;
            $(#[agent_otel::tool] $item)*
        }
        mod described {
            use super::*;
            $(#[agent_otel::tool(description = "What is tried.")] $item)*
        }
    };
}

/// All of `thrice!`, sync.
macro_rules! same {
    ($function:ident($($argument:expr),*)) => {
        let plain = recorded(|| end(plain::$function($($argument),*)));
        let disabled = recorded(|| end(traced::$function($($argument),*)));
        let mut enabled = Vec::new();
        testing::capture(|| enabled = recorded(|| end(traced::$function($($argument),*))));
        assert_eq!(disabled, plain, "{} without a provider", stringify!($function));
        assert_eq!(enabled, plain, "{}", stringify!($function));
        let disabled = recorded(|| end(described::$function($($argument),*)));
        testing::capture(|| enabled = recorded(|| end(described::$function($($argument),*))));
        assert_eq!(disabled, plain, "{} without a provider, described", stringify!($function));
        assert_eq!(enabled, plain, "{}, described", stringify!($function));
    };
}

/// All of `thrice!`, for futures: never polled, dropped in the middle, run to the end.
macro_rules! same_future {
    ($function:ident($($argument:expr),*)) => {
        for times in 0..4 {
            let plain = polled(times, || plain::$function($($argument),*));
            let disabled = polled(times, || traced::$function($($argument),*));
            let mut enabled = Vec::new();
            testing::capture(|| enabled = polled(times, || traced::$function($($argument),*)));
            assert_eq!(disabled, plain, "{} without a provider, polled {times} times", stringify!($function));
            assert_eq!(enabled, plain, "{}, polled {times} times", stringify!($function));
            testing::capture(|| enabled = polled(times, || described::$function($($argument),*)));
            assert_eq!(enabled, plain, "{}, described, polled {times} times", stringify!($function));
        }
    };
}

mod arguments;
mod functions;
mod futures;
mod methods;
