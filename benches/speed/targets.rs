//! What is promised, and whether it holds.

use std::fmt::Write as _;

use crate::Error;
use crate::report::Measured;
use crate::setup::Mode;

/// Ours is at most this part of the reference.
const RATIOS: [(Mode, &str, &str, &str, f64); 12] = [
    (Mode::Sampled, "model", "expert", "instructions", 0.95),
    (Mode::Sampled, "model", "expert", "allocations", 1.0),
    (Mode::Sampled, "model", "taught", "instructions", 0.66),
    (Mode::Sampled, "model", "tracing", "instructions", 0.22),
    (Mode::Sampled, "tool", "expert", "instructions", 0.95),
    (Mode::Sampled, "nest", "expert", "instructions", 0.95),
    (Mode::Sampled, "async", "expert", "instructions", 0.95),
    (Mode::Sampled, "stream", "expert", "instructions", 0.95),
    (Mode::Unsampled, "model", "expert", "instructions", 0.10),
    (Mode::Unsampled, "tool", "expert", "instructions", 0.10),
    (Mode::Unsampled, "nest", "expert", "instructions", 0.10),
    (Mode::Unsampled, "async", "expert", "instructions", 0.10),
];

/// Ours is at most so many above the plain function.
const OVER_PLAIN: [(Mode, &str, &str, f64); 8] = [
    (Mode::Disabled, "model", "instructions", 10.0),
    (Mode::Disabled, "model", "allocations", 0.0),
    (Mode::Disabled, "async", "instructions", 40.0),
    (Mode::Disabled, "async", "allocations", 0.0),
    (Mode::None, "model", "instructions", 10.0),
    (Mode::None, "model", "allocations", 0.0),
    (Mode::None, "async", "instructions", 40.0),
    (Mode::None, "async", "allocations", 0.0),
];

/// With metrics, ours is at most this part of itself without.
const METRICS: f64 = 1.5;

/// One line a target.
pub(crate) fn print(measured: &Measured) -> Result<String, Error> {
    let mut text = String::new();
    let mut line = |what: String, is: f64, limit: f64| {
        let verdict = if is <= limit { "holds" } else { "missed" };
        writeln!(text, "target {what} {is:.3} of {limit} {verdict}")
    };
    for (mode, case, reference, metric, limit) in RATIOS {
        if let Some(ratio) = measured.ratio(mode, case, reference, metric) {
            line(
                format!("{} {case} {reference} {metric}", mode.name()),
                ratio,
                limit,
            )?;
        }
    }
    for (mode, case, metric, limit) in OVER_PLAIN {
        if let Some(over) = measured.over_plain(mode, case, metric) {
            // Less than one is the rounding of a difference.
            line(
                format!("{} {case} over-plain {metric}", mode.name()),
                over.round(),
                limit,
            )?;
        }
    }
    if let Some(ratio) = measured.of_metrics() {
        line(
            "metrics model ours-without-metrics instructions".to_owned(),
            ratio,
            METRICS,
        )?;
    }
    if let Some((size, limit)) = measured.size() {
        line("size depth5 bytes".to_owned(), size, limit)?;
    }
    Ok(text)
}
