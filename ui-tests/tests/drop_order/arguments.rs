//! Parameters that an argument of the attribute names, whether the body does or not.

#![allow(unused_variables, reason = "that is the case here")]

use super::*;

/// The same functions, each below its own attribute.
macro_rules! named {
    ($($attribute:meta => $item:item)*) => {
        mod plain {
            use super::*;
            $($item)*
        }
        mod traced {
            use super::*;
            $(#[$attribute] $item)*
        }
        use self::traced as described;
    };
}

named! {
    agent_otel::tool(attributes("a" = a.name(), "b" = b.name())) =>
    pub(crate) fn by_the_attribute(a: Loud, b: Loud) {}

    agent_otel::tool(attributes("b" = b.name(), "a" = a.name())) =>
    pub(crate) fn backwards(a: Loud, b: Loud) {
        a.touch();
        b.touch();
    }

    agent_otel::tool(attributes("b" = b.second.name())) =>
    pub(crate) fn in_part(a: Loud, b: Two, c: Loud) {
        c.touch();
        a.touch();
    }

    agent_otel::tool(attributes("a" = a.second.name())) =>
    pub(crate) fn the_first_in_part(a: Two, b: Loud) {
        b.touch();
    }

    agent_otel::tool(attributes("a" = a.first.name())) =>
    pub(crate) fn the_other_part(a: Two, b: Loud) {
        drop(a.second);
        log("body");
        b.touch();
    }

    agent_otel::tool(attributes("b" = b.name())) =>
    pub(crate) fn moved(a: Loud, b: Loud) {
        drop(b);
        log("body");
        a.touch();
    }

    agent_otel::tool(attributes("b" = b.name())) =>
    pub(crate) fn early(a: Loud, b: Loud, c: Loud, leaves: bool) -> Option<Loud> {
        if leaves {
            return None;
        }
        a.touch();
        Some(c)
    }

    agent_otel::tool(attributes("b" = b.name(), "a" = a.name())) =>
    pub(crate) async fn later(a: Loud, b: Loud) {
        pause().await;
    }

    agent_otel::tool(attributes("c" = c.name(), "a" = a.first.name())) =>
    pub(crate) async fn later_in_part(a: Two, b: Loud, c: Loud) {
        drop(a.second);
        pause().await;
        log("body");
        b.touch();
    }

    agent_otel::tool(attributes("b" = b.name())) =>
    pub(crate) async fn later_taken_apart((a, b): (Loud, Loud), c: Loud) {
        pause().await;
        c.touch();
    }

    agent_otel::agent(extract = carrier) =>
    pub(crate) async fn extracted(a: Loud, carrier: Loud, b: Loud) {
        pause().await;
        log("body");
    }

    agent_otel::a2a_call(agent = "another", inject = carrier) =>
    #[allow(unused_mut, reason = "the plain function has no need of it")]
    pub(crate) async fn injected(a: Loud, mut carrier: Loud) {
        pause().await;
        a.touch();
    }

    agent_otel::agent(extract = carrier) =>
    pub(crate) async fn extracted_beside((a, b): (Loud, Loud), carrier: Loud) {
        pause().await;
        a.touch();
    }
}

impl agent_otel::Extract for Loud {
    fn get_all<'a>(&'a self, _: &str) -> Vec<&'a str> {
        Vec::new()
    }
}

impl agent_otel::Inject for Loud {
    fn set(&mut self, _: &str, _: String) {}
}

#[test]
fn asynchronous() {
    same_future!(later(Loud("a"), Loud("b")));
    same_future!(later_in_part(two("a1", "a2"), Loud("b"), Loud("c")));
    same_future!(later_taken_apart((Loud("a"), Loud("b")), Loud("c")));
    same_future!(extracted(Loud("a"), Loud("carrier"), Loud("b")));
    same_future!(injected(Loud("a"), Loud("carrier")));
    same_future!(extracted_beside((Loud("a"), Loud("b")), Loud("carrier")));
}

#[test]
fn sync() {
    same!(by_the_attribute(Loud("a"), Loud("b")));
    same!(backwards(Loud("a"), Loud("b")));
    same!(in_part(Loud("a"), two("b1", "b2"), Loud("c")));
    same!(the_first_in_part(two("a1", "a2"), Loud("b")));
    same!(the_other_part(two("a1", "a2"), Loud("b")));
    same!(moved(Loud("a"), Loud("b")));
    for leaves in [true, false] {
        same!(early(Loud("a"), Loud("b"), Loud("c"), leaves));
    }
}

/// A receiver is a parameter, too.
mod receiver {
    #![allow(dead_code, reason = "what is not read drops")]

    use super::*;

    struct Plain(Loud, Loud);
    struct Traced(Loud, Loud);

    impl Plain {
        fn owned(self, a: Loud) {}
    }

    impl Traced {
        #[agent_otel::tool(attributes("a" = a.name(), "self" = self.1.name()))]
        fn owned(self, a: Loud) {}
    }

    #[test]
    fn owned() {
        let plain = recorded(|| Plain(Loud("self"), Loud("own")).owned(Loud("a")));
        let traced = || recorded(|| Traced(Loud("self"), Loud("own")).owned(Loud("a")));
        assert_eq!(traced(), plain);
        testing::capture(|| assert_eq!(traced(), plain));
    }
}
