//! Async functions, and functions that give futures.

use super::*;

thrice! {
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
