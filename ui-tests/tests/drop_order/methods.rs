//! Methods, whose receiver is a parameter, too.

use super::*;

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
