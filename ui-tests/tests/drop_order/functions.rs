//! Sync functions.

use super::*;

thrice! {
    pub(crate) fn used(a: Loud, b: Loud) {
        let _local = Loud("local");
        a.touch();
        b.touch();
    }

    pub(crate) fn items(a: Loud, _b: Loud) -> usize {
        const MORE: usize = 1;

        let _local = Loud("local");
        a.touch();
        Loud("temporary").name().len() + MORE
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
}

#[test]
fn sync() {
    same!(used(Loud("a"), Loud("b")));
    same!(items(Loud("a"), Loud("b")));
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
