#![deny(warnings)]

//! `unsafe`, `extern`, `pub(…)`, `inline`, `track_caller`, `must_use`, `cold`, `deprecated`.

#![allow(dead_code)]

use agent_otel::tool;

/// # Safety
///
/// None is needed.
#[tool]
pub unsafe fn dangerous(pointer: *const u64) -> u64 {
    let _ = pointer;
    1
}

/// # Safety
///
/// None is needed.
#[tool]
pub async unsafe fn dangerous_async(number: u64) -> u64 {
    number
}

#[tool]
pub extern "C" fn foreign(number: u64) -> u64 {
    number
}

#[tool]
pub unsafe extern "C" fn dangerous_foreign(number: u64) -> u64 {
    number
}

mod inner {
    #[agent_otel::tool]
    pub(crate) fn visible() {}

    #[agent_otel::tool]
    pub(super) async fn visible_async() {}
}

#[tool]
#[track_caller]
#[inline(always)]
fn tracked() {}

#[must_use]
#[tool]
#[cold]
fn must_use() -> u64 {
    1
}

#[cfg_attr(all(), tool(name = "configured"))]
#[cfg_attr(any(), missing)]
fn configured() {}

#[doc = concat!("Not a ", "literal")]
#[tool]
fn documented() {}

fn main() {
    inner::visible();
    drop(inner::visible_async());
    foreign(1);
    tracked();
    configured();
    documented();
    let _ = must_use();
    fn nested() -> u64 {
        #[tool]
        fn innermost() -> u64 {
            1
        }
        innermost()
    }
    nested();
}
