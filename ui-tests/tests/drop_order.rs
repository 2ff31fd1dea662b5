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

/// The same items twice: as they stand, and each below an attribute.
macro_rules! twice {
    ($($item:item)*) => {
        mod plain {
            use super::*;
            $($item)*
        }
        mod traced {
            use super::*;
            $(#[agent_otel::tool] $item)*
        }
    };
}

/// Both of `twice!`, sync.
macro_rules! same {
    ($function:ident($($argument:expr),*)) => {
        let plain = recorded(|| end(plain::$function($($argument),*)));
        let disabled = recorded(|| end(traced::$function($($argument),*)));
        let mut enabled = Vec::new();
        testing::capture(|| enabled = recorded(|| end(traced::$function($($argument),*))));
        assert_eq!(disabled, plain, "{} without a provider", stringify!($function));
        assert_eq!(enabled, plain, "{}", stringify!($function));
    };
}

/// Both of `twice!`, for futures: never polled, dropped in the middle, run to the end.
macro_rules! same_future {
    ($function:ident($($argument:expr),*)) => {
        for times in 0..4 {
            let plain = polled(times, || plain::$function($($argument),*));
            let disabled = polled(times, || traced::$function($($argument),*));
            let mut enabled = Vec::new();
            testing::capture(|| enabled = polled(times, || traced::$function($($argument),*)));
            assert_eq!(disabled, plain, "{} without a provider, polled {times} times", stringify!($function));
            assert_eq!(enabled, plain, "{}, polled {times} times", stringify!($function));
        }
    };
}

twice! {
    pub(crate) fn used(a: Loud, b: Loud) {
        let _local = Loud("local");
        a.touch();
        b.touch();
    }

    pub(crate) fn used_backwards(a: Loud, b: Loud) {
        b.touch();
        a.touch();
    }

    #[allow(unused_variables, reason = "that is the case here")]
    pub(crate) fn unused(a: Loud, b: Loud, c: Loud) {}

    #[allow(unused_variables, reason = "that is the case here")]
    pub(crate) fn unused_first(a: Loud, b: Loud, c: Loud) {
        b.touch();
        c.touch();
    }

    #[allow(unused_variables, reason = "that is the case here")]
    pub(crate) fn unused_middle(a: Loud, b: Loud, c: Loud) {
        a.touch();
        c.touch();
    }

    #[allow(unused_variables, reason = "that is the case here")]
    pub(crate) fn unused_last(a: Loud, b: Loud) {
        a.touch();
    }

    pub(crate) fn named(_a: Loud, b: Loud, _c: Loud) {
        b.touch();
    }

    pub(crate) fn ignored_first(_: Loud, b: Loud) {
        b.touch();
    }

    pub(crate) fn ignored_middle(a: Loud, _: Loud, c: Loud) {
        a.touch();
        c.touch();
    }

    pub(crate) fn ignored_last(a: Loud, b: Loud, _: Loud) {
        a.touch();
        b.touch();
    }

    pub(crate) fn moved(a: Loud, b: Loud, c: Loud) {
        drop(b);
        log("body");
        c.touch();
        a.touch();
    }

    pub(crate) fn moved_out(a: Loud, b: Loud) -> Loud {
        a.touch();
        b
    }

    pub(crate) fn partial(a: Two, b: Loud) {
        drop(a.first);
        log("body");
        b.touch();
    }

    pub(crate) fn partial_both(a: Two, b: Two) {
        drop(a.second);
        drop(b.first);
        log("body");
    }

    pub(crate) fn conditional(a: Loud, b: Loud, moves: bool) {
        if moves {
            drop(a);
        }
        log("body");
        b.touch();
    }

    pub(crate) fn early(a: Loud, b: Loud, leaves: bool) -> Option<Loud> {
        let _local = Loud("local");
        if leaves {
            return None;
        }
        a.touch();
        Some(b)
    }

    pub(crate) fn question_mark(a: Loud, b: Loud, fails: bool) -> Result<(), Loud> {
        let result = if fails { Err(Loud("error")) } else { Ok(()) };
        result?;
        a.touch();
        drop(b);
        Ok(())
    }

    pub(crate) fn tuple((a, b): (Loud, Loud), c: Loud) {
        a.touch();
        b.touch();
        c.touch();
    }

    pub(crate) fn tuple_last(a: Loud, (b, c): (Loud, Loud)) {
        a.touch();
        c.touch();
        b.touch();
    }

    pub(crate) fn tuple_rest((a, _): (Loud, Loud), c: Loud) {
        a.touch();
        c.touch();
    }

    pub(crate) fn generic<T>(a: T, b: Option<T>) {
        let _ = (&a, &b);
    }

    pub(crate) fn mutable(mut a: Loud, mut b: Loud) {
        b = Loud("second b");
        b.touch();
        a = Loud("second a");
        a.touch();
    }

    pub(crate) fn shadowed(a: Loud, b: Loud) {
        let a = Loud(if a.0.is_empty() { "empty" } else { "shadow" });
        a.touch();
        b.touch();
    }

    pub(crate) fn only_in_macro(a: Loud, b: Loud) -> usize {
        format!("{}", b.0).len() + a.0.len()
    }

    pub(crate) fn temporary(a: Loud, b: Loud) -> usize {
        b.touch();
        (&a.0, Loud("temporary")).1.0.len()
    }

    pub(crate) async fn later(a: Loud, b: Loud) {
        let _local = Loud("local");
        a.touch();
        pause().await;
        b.touch();
        pause().await;
    }

    pub(crate) async fn later_backwards(a: Loud, b: Loud) {
        pause().await;
        b.touch();
        a.touch();
    }

    #[allow(unused_variables, reason = "that is the case here")]
    pub(crate) async fn later_unused(a: Loud, b: Loud, c: Loud, _d: Loud, _: Loud, e: Loud) {
        pause().await;
        b.touch();
    }

    #[allow(unused_variables, reason = "that is the case here")]
    pub(crate) async fn later_all_unused(a: Loud, b: Loud) {
        pause().await;
    }

    pub(crate) async fn later_moved(a: Loud, b: Two) -> Loud {
        drop(b.first);
        pause().await;
        log("body");
        a
    }

    pub(crate) async fn later_conditional(a: Loud, b: Loud, moves: bool) -> Option<Loud> {
        pause().await;
        if moves {
            return Some(a);
        }
        pause().await;
        b.touch();
        None
    }

    pub(crate) async fn later_tuple((a, b): (Loud, Loud), c: Loud) {
        pause().await;
        a.touch();
        b.touch();
        c.touch();
    }

    pub(crate) fn future(a: Loud, b: Loud) -> impl Future<Output = ()> {
        a.touch();
        async move {
            pause().await;
            b.touch();
        }
    }

    #[allow(unused_variables, reason = "that is the case here")]
    pub(crate) fn future_unused(a: Loud, b: Loud, c: Loud) -> impl Future<Output = ()> {
        b.touch();
        pause()
    }

    pub(crate) fn boxed(a: Loud, b: Loud) -> Pin<Box<dyn Future<Output = Loud>>> {
        a.touch();
        if a.0.is_empty() {
            return Box::pin(async move { a });
        }
        Box::pin(async move {
            pause().await;
            b
        })
    }

    pub(crate) fn boxed_whole(a: Loud, b: Two) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move {
            drop(b.second);
            pause().await;
            a.touch();
        })
    }
}

/// The same methods twice.
mod own {
    use super::*;

    macro_rules! shop {
        ($name:ident, $($attribute:tt)*) => {
            pub(crate) struct $name(pub(crate) Loud, pub(crate) Loud);

            impl $name {
                $($attribute)*
                pub(crate) fn owned(self, a: Loud) {
                    self.0.touch();
                    a.touch();
                }

                $($attribute)*
                #[allow(clippy::unused_self, reason = "that is the case here")]
                pub(crate) fn unused_self(self, a: Loud, _: Loud) {
                    a.touch();
                }

                $($attribute)*
                pub(crate) fn only_self(self, _: Loud, _b: Loud) {
                    self.1.touch();
                }

                $($attribute)*
                pub(crate) fn taken_apart(self, a: Loud) -> Loud {
                    a.touch();
                    self.1
                }

                $($attribute)*
                pub(crate) fn boxed(self: Box<Self>, a: Loud) {
                    a.touch();
                    self.0.touch();
                }

                $($attribute)*
                pub(crate) async fn later(self, a: Loud) -> Loud {
                    a.touch();
                    pause().await;
                    drop(self.1);
                    pause().await;
                    a
                }

                $($attribute)*
                pub(crate) async fn later_mut(mut self, a: Loud) {
                    pause().await;
                    self.0 = a;
                }
            }
        };
    }

    shop!(Plain,);
    shop!(Traced, #[agent_otel::tool]);
}

macro_rules! same_method {
    ($function:ident($($argument:expr),*)) => {
        let plain = recorded(|| end(own::Plain(Loud("x"), Loud("y")).$function($($argument),*)));
        let traced = recorded(|| end(own::Traced(Loud("x"), Loud("y")).$function($($argument),*)));
        assert_eq!(traced, plain, "{}", stringify!($function));
    };
    (async $function:ident($($argument:expr),*)) => {
        for times in 0..4 {
            let plain = polled(times, || own::Plain(Loud("x"), Loud("y")).$function($($argument),*));
            let traced = polled(times, || own::Traced(Loud("x"), Loud("y")).$function($($argument),*));
            assert_eq!(traced, plain, "{}, polled {times} times", stringify!($function));
        }
    };
}

#[test]
fn sync() {
    same!(used(Loud("a"), Loud("b")));
    same!(used_backwards(Loud("a"), Loud("b")));
    same!(unused(Loud("a"), Loud("b"), Loud("c")));
    same!(unused_first(Loud("a"), Loud("b"), Loud("c")));
    same!(unused_middle(Loud("a"), Loud("b"), Loud("c")));
    same!(unused_last(Loud("a"), Loud("b")));
    same!(named(Loud("a"), Loud("b"), Loud("c")));
    same!(ignored_first(Loud("a"), Loud("b")));
    same!(ignored_middle(Loud("a"), Loud("b"), Loud("c")));
    same!(ignored_last(Loud("a"), Loud("b"), Loud("c")));
    same!(only_in_macro(Loud("a"), Loud("b")));
    same!(temporary(Loud("a"), Loud("b")));
    same!(generic(Loud("a"), Some(Loud("b"))));
    same!(mutable(Loud("a"), Loud("b")));
    same!(shadowed(Loud("a"), Loud("b")));
}

#[test]
fn moves() {
    same!(moved(Loud("a"), Loud("b"), Loud("c")));
    same!(moved_out(Loud("a"), Loud("b")));
    same!(partial(two("a1", "a2"), Loud("b")));
    same!(partial_both(two("a1", "a2"), two("b1", "b2")));
    for moves in [true, false] {
        same!(conditional(Loud("a"), Loud("b"), moves));
        same!(early(Loud("a"), Loud("b"), moves));
        same!(question_mark(Loud("a"), Loud("b"), moves));
    }
}

#[test]
fn patterns() {
    same!(tuple((Loud("a"), Loud("b")), Loud("c")));
    same!(tuple_last(Loud("a"), (Loud("b"), Loud("c"))));
    same!(tuple_rest((Loud("a"), Loud("b")), Loud("c")));
}

#[test]
fn asynchronous() {
    same_future!(later(Loud("a"), Loud("b")));
    same_future!(later_backwards(Loud("a"), Loud("b")));
    same_future!(later_unused(
        Loud("a"),
        Loud("b"),
        Loud("c"),
        Loud("d"),
        Loud("_"),
        Loud("e")
    ));
    same_future!(later_all_unused(Loud("a"), Loud("b")));
    same_future!(later_moved(Loud("a"), two("b1", "b2")));
    for moves in [true, false] {
        same_future!(later_conditional(Loud("a"), Loud("b"), moves));
    }
    same_future!(later_tuple((Loud("a"), Loud("b")), Loud("c")));
}

#[test]
fn futures() {
    same_future!(future(Loud("a"), Loud("b")));
    same_future!(future_unused(Loud("a"), Loud("b"), Loud("c")));
    same_future!(boxed(Loud("a"), Loud("b")));
    same_future!(boxed(Loud(""), Loud("b")));
    same_future!(boxed_whole(Loud("a"), two("b1", "b2")));
}

#[test]
fn receivers() {
    same_method!(owned(Loud("a")));
    same_method!(unused_self(Loud("a"), Loud("b")));
    same_method!(only_self(Loud("a"), Loud("b")));
    same_method!(taken_apart(Loud("a")));
    same_method!(async later(Loud("a")));
    same_method!(async later_mut(Loud("a")));
    let plain = recorded(|| Box::new(own::Plain(Loud("x"), Loud("y"))).boxed(Loud("a")));
    let traced = recorded(|| Box::new(own::Traced(Loud("x"), Loud("y"))).boxed(Loud("a")));
    assert_eq!(traced, plain);
}
