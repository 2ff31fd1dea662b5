//! What the attributes cost at compile time.

fn main() {}
