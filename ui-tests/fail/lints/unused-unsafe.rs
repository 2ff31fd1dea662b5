#![deny(unused_unsafe, unsafe_op_in_unsafe_fn)]

use agent_otel::tool;

/// # Safety
///
/// `pointer` is valid.
#[tool]
pub unsafe fn read(pointer: *const u64) -> u64 {
    *pointer
}

#[tool]
pub fn nothing() {
    unsafe {}
}

fn main() {}
