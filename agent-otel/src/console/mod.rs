//! The waterfall: finished traces drawn in the terminal, of this process or of many.
//!
//! [`init`](crate::init) prints it where no OTLP endpoint is set. It goes to standard error, because standard output
//! belongs to the program: what it answers can be piped on, and the waterfall stays in view.
//!
//! [`Exporter`] prints the spans of a tracer provider of your own. With feature `receiver`, `Receiver` takes the spans of
//! other processes, so that a trace over several services is one drawing.

mod assemble;
mod convert;
#[cfg(feature = "receiver")]
mod encoding;
mod exporter;
mod layout;
#[cfg(feature = "receiver")]
mod otlp;
pub(crate) mod printer;
#[cfg(feature = "receiver")]
mod receiver;
pub(crate) mod render;
#[cfg(test)]
mod samples;
pub(crate) mod text;
mod trace;
mod tree;
mod widths;

use std::io::IsTerminal;

pub use exporter::Exporter;
#[cfg(feature = "receiver")]
pub use receiver::Receiver;
pub use trace::{Outcome, Span, Tokens, Totals, Trace};

/// Columns where the output is no terminal.
const DEFAULT_WIDTH: usize = 140;

/// How a waterfall is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Style {
    /// Columns of a line, at least 60.
    pub width: usize,
    /// Whether colors are used.
    pub color: bool,
}

impl Style {
    /// Plain text of this width, in columns.
    pub fn plain(width: usize) -> Self {
        Self {
            width: width.max(60),
            color: false,
        }
    }

    /// What standard error bears: the width and colors of a terminal, plain text of 140 columns otherwise. No colors
    /// either where `NO_COLOR` is set to anything (<https://no-color.org>) or `TERM` is `dumb`.
    pub fn of_stderr() -> Self {
        let stderr = std::io::stderr();
        if !stderr.is_terminal() {
            return Self::plain(DEFAULT_WIDTH);
        }
        let width = terminal_size::terminal_size_of(&stderr)
            .map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let dumb = set("TERM").is_some_and(|term| term == "dumb");
        Self {
            color: set("NO_COLOR").is_none() && !dumb,
            ..Self::plain(width.min(200))
        }
    }
}
