//! The drawing, as plain strings.

use super::super::samples::{shop, span, trace_id};
use super::*;

fn lines(trace: &Trace, width: usize) -> Vec<String> {
    let text = trace.render(&Style::plain(width));
    text.lines().map(str::to_owned).collect()
}

#[test]
fn snapshot() {
    for w in [60, 80, 100, 120, 140] {
        println!("{}", lines(&shop(), w).join("\n"));
    }
}
