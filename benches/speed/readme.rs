//! The table of the README.

use std::fmt::Write as _;

use crate::Error;
use crate::report::{Measured, number};
use crate::setup::Mode;

const COLUMNS: [&str; 7] = [
    "plain",
    "ours",
    "expert",
    "taught",
    "tracing",
    "otel-instrument",
    "fastrace",
];

const ROWS: [(&str, Mode, &str, &str); 11] = [
    (
        "a model call, sampled",
        Mode::Sampled,
        "model",
        "instructions",
    ),
    ("… allocations", Mode::Sampled, "model", "allocations"),
    ("… time, ns", Mode::Sampled, "model", "time"),
    ("a tool, sampled", Mode::Sampled, "tool", "instructions"),
    (
        "an async model call, sampled",
        Mode::Sampled,
        "async",
        "instructions",
    ),
    (
        "a stream of 100 chunks, sampled",
        Mode::Sampled,
        "stream",
        "instructions",
    ),
    (
        "agents, models and tools: 10 spans, sampled",
        Mode::Sampled,
        "nest",
        "instructions",
    ),
    (
        "a model call, batch processor",
        Mode::Batch,
        "model",
        "instructions",
    ),
    (
        "a model call, sampled out",
        Mode::Unsampled,
        "model",
        "instructions",
    ),
    (
        "a model call, disabled",
        Mode::Disabled,
        "model",
        "instructions",
    ),
    (
        "a model call, no provider",
        Mode::None,
        "model",
        "instructions",
    ),
];

/// In Markdown; instructions where nothing else is said.
pub(crate) fn table(measured: &Measured) -> Result<String, Error> {
    let mut text = format!("\n| one call | {} |\n|---|", COLUMNS.join(" | "));
    text.push_str(&"--:|".repeat(COLUMNS.len()));
    text.push('\n');
    for (name, mode, case, metric) in ROWS {
        write!(text, "| {name} |")?;
        for column in COLUMNS {
            match measured.value(mode, case, column, metric) {
                Some(value) => write!(text, " {} |", grouped(&number(value)))?,
                None => write!(text, " |")?,
            }
        }
        text.push('\n');
    }
    Ok(text)
}

/// `12345` as `12,345`.
fn grouped(number: &str) -> String {
    let (whole, part) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + part
}
