//! How large a future is, five calls deep, with an argument of one KiB.

use std::mem::size_of_val;

macro_rules! nested {
    ($module:ident, $(#[$attribute:meta])*) => {
        mod $module {
            use crate::work::Failure;

            type Bytes = [u8; 1024];

            $(#[$attribute])*
            pub(super) async fn one(bytes: Bytes) -> Result<usize, Failure> {
                std::future::ready(()).await;
                super::pending().await;
                Ok(bytes.len())
            }

            $(#[$attribute])*
            pub(super) async fn two(bytes: Bytes) -> Result<usize, Failure> {
                one(bytes).await
            }

            $(#[$attribute])*
            pub(super) async fn three(bytes: Bytes) -> Result<usize, Failure> {
                two(bytes).await
            }

            $(#[$attribute])*
            pub(super) async fn four(bytes: Bytes) -> Result<usize, Failure> {
                three(bytes).await
            }

            $(#[$attribute])*
            pub(super) async fn five(bytes: Bytes) -> Result<usize, Failure> {
                four(bytes).await
            }
        }
    };
}

async fn pending() {
    std::future::pending::<()>().await;
}

nested!(plain,);
nested!(ours, #[agent_otel::tool]);
nested!(tracing, #[tracing::instrument(skip_all)]);
nested!(fastrace, #[fastrace::trace]);

/// Bytes by variant.
pub(crate) fn sizes() -> [(&'static str, usize); 4] {
    [
        ("plain", size_of_val(&plain::five([0; _]))),
        ("ours", size_of_val(&ours::five([0; _]))),
        ("tracing", size_of_val(&tracing::five([0; _]))),
        ("fastrace", size_of_val(&fastrace::five([0; _]))),
    ]
}
