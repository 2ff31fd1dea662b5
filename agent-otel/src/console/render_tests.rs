//! The drawing, as plain strings.

use super::super::samples::{shop, span, trace_id};
use super::*;

fn render(trace: &Trace, width: usize) -> String {
    trace.render(&Style::plain(width))
}

#[test]
fn snapshot() {
    println!("{}", render(&shop(), 140));
    println!("{}", render(&shop(), 120));
    println!("{}", render(&shop(), 80));
    println!("{}", render(&shop(), 60));
}
