//! How large futures are: plain, with our attribute, and with `tracing::instrument`.

use std::mem::size_of_val;

macro_rules! nested {
    ($module:ident, $bytes:literal, $(#[$attribute:meta])*) => {
        mod $module {
            pub type Bytes = [u8; $bytes];

            $(#[$attribute])*
            pub async fn one(bytes: Bytes) -> usize {
                tokio::task::yield_now().await;
                bytes.len()
            }

            $(#[$attribute])*
            pub async fn two(bytes: Bytes) -> usize {
                one(bytes).await
            }

            $(#[$attribute])*
            pub async fn three(bytes: Bytes) -> usize {
                two(bytes).await
            }

            $(#[$attribute])*
            pub async fn four(bytes: Bytes) -> usize {
                three(bytes).await
            }

            $(#[$attribute])*
            pub async fn five(bytes: Bytes) -> usize {
                four(bytes).await
            }
        }
    };
}

nested!(plain_1, 1024,);
nested!(ours_1, 1024, #[agent_otel::tool]);
nested!(theirs_1, 1024, #[tracing::instrument(skip_all)]);
nested!(plain_16, 16384,);
nested!(ours_16, 16384, #[agent_otel::tool]);
nested!(theirs_16, 16384, #[tracing::instrument(skip_all)]);

macro_rules! sizes {
    ($module:ident) => {
        [
            size_of_val(&$module::one([0; _])),
            size_of_val(&$module::two([0; _])),
            size_of_val(&$module::three([0; _])),
            size_of_val(&$module::four([0; _])),
            size_of_val(&$module::five([0; _])),
        ]
    };
}

#[test]
fn an_annotated_future_is_never_larger_than_with_tracing() {
    println!("argument  depth     plain      ours   tracing   ours/plain");
    let kib = [
        (1, sizes!(plain_1), sizes!(ours_1), sizes!(theirs_1)),
        (16, sizes!(plain_16), sizes!(ours_16), sizes!(theirs_16)),
    ];
    for (argument, plain, ours, theirs) in kib {
        for depth in 0..5 {
            let (plain, ours, theirs) = (plain[depth], ours[depth], theirs[depth]);
            #[expect(clippy::cast_precision_loss, reason = "sizes of a few KiB")]
            let ratio = ours as f64 / plain as f64;
            println!(
                "{argument:>5} KiB  {:>5} {plain:>9} {ours:>9} {theirs:>9} {ratio:>12.3}",
                depth + 1
            );
            assert!(
                ours <= theirs,
                "{argument} KiB, depth {}: {ours} > {theirs}",
                depth + 1
            );
        }
    }
}
