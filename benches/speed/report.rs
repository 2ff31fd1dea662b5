//! One table of all that was measured, and the ratios that the targets speak of.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::Error;
use crate::count::Counts;
use crate::setup::{Group, Mode};
use crate::time::Time;
use crate::variants::CASES;

/// What is measured of one call.
const METRICS: [&str; 3] = ["instructions", "allocations", "time"];

/// What ours is compared with.
const REFERENCES: [&str; 7] = [
    "plain",
    "expert",
    "taught",
    "tracing",
    "tracing-quiet",
    "otel-instrument",
    "fastrace",
];

/// Columns of the table.
const COLUMNS: [&str; 9] = [
    "plain",
    "ours",
    "ours-global",
    "expert",
    "taught",
    "tracing",
    "tracing-quiet",
    "otel-instrument",
    "fastrace",
];

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    counts: BTreeMap<(Mode, &'static str, &'static str), Counts>,
    times: BTreeMap<(Mode, String, String), Time>,
    /// Ours through the global provider by the expert, measured in the same process.
    times_global: BTreeMap<(Mode, String, String), Time>,
    peaks: BTreeMap<(&'static str, &'static str), u64>,
    sizes: Vec<(&'static str, usize)>,
    /// Of the model call.
    with_metrics: Option<Counts>,
}

impl Measured {
    pub(crate) fn counts(&mut self, mode: Mode, group: Group, table: crate::count::Table) {
        for ((variant, case), counts) in table {
            // What both groups hold is taken from the first.
            if group == Group::Usual || is_other(variant) {
                self.counts.insert((mode, case, variant), counts);
            }
        }
    }

    pub(crate) fn times(&mut self, mode: Mode, group: Group, table: crate::time::Table) {
        for ((variant, case), time) in table {
            if group == Group::Others {
                self.times_global
                    .insert((mode, case.clone(), variant.clone()), time);
            }
            if group == Group::Usual || is_other(&variant) {
                self.times.insert((mode, case, variant), time);
            }
        }
    }

    pub(crate) fn peak(&mut self, variant: &'static str, case: &'static str, bytes: u64) {
        self.peaks.insert((variant, case), bytes);
    }

    pub(crate) fn sizes(&mut self, sizes: &[(&'static str, usize)]) {
        self.sizes = sizes.to_vec();
    }

    pub(crate) fn with_metrics(&mut self, counts: Option<Counts>) {
        self.with_metrics = counts;
    }

    /// One cell of the table.
    pub(crate) fn value(
        &self,
        mode: Mode,
        case: &'static str,
        variant: &'static str,
        metric: &str,
    ) -> Option<f64> {
        let counts = self.counts.get(&(mode, case, variant));
        match metric {
            "instructions" => Some(counts?.instructions),
            "allocations" => Some(whole(counts?.allocations)),
            _ => {
                let time = self.times.get(&(mode, case.to_owned(), variant.to_owned()));
                Some(time?.nanoseconds)
            }
        }
    }

    /// Ours by the reference.
    pub(crate) fn ratio(
        &self,
        mode: Mode,
        case: &'static str,
        reference: &'static str,
        metric: &str,
    ) -> Option<f64> {
        if metric == "time" && !is_other(reference) {
            let time = self
                .times
                .get(&(mode, case.to_owned(), reference.to_owned()));
            return Some(time?.ratio);
        }
        let ours = self.value(mode, case, "ours", metric)?;
        let theirs = self.value(mode, case, reference, metric)?;
        Some(divided(ours, theirs))
    }

    /// The table and everything beneath it.
    pub(crate) fn print(&self) -> Result<String, Error> {
        let mut text = String::new();
        self.table(&mut text)?;
        writeln!(text)?;
        self.ratios(&mut text)?;
        self.lines_over_plain(&mut text)?;
        self.others(&mut text)?;
        Ok(text)
    }

    fn table(&self, text: &mut String) -> Result<(), Error> {
        write!(text, "{:<9} {:<6} {:<12}", "mode", "case", "metric")?;
        for column in COLUMNS {
            write!(text, " {column:>15}")?;
        }
        writeln!(text)?;
        for mode in Mode::ALL {
            for case in CASES {
                for metric in METRICS {
                    let values = COLUMNS.map(|column| self.value(mode, case, column, metric));
                    if values.iter().all(Option::is_none) {
                        continue;
                    }
                    let unit = if metric == "time" { "time, ns" } else { metric };
                    write!(text, "{:<9} {case:<6} {unit:<12}", mode.name())?;
                    for value in values {
                        match value {
                            Some(value) => write!(text, " {:>15}", number(value))?,
                            None => write!(text, " {:>15}", "·")?,
                        }
                    }
                    writeln!(text)?;
                }
            }
        }
        for case in CASES {
            let peaks = COLUMNS.map(|column| self.peaks.get(&(column, case)));
            if peaks.iter().all(Option::is_none) {
                continue;
            }
            write!(
                text,
                "{:<9} {case:<6} {:<12}",
                Mode::Sampled.name(),
                "peak, bytes"
            )?;
            for peak in peaks {
                match peak {
                    Some(peak) => write!(text, " {peak:>15}")?,
                    None => write!(text, " {:>15}", "·")?,
                }
            }
            writeln!(text)?;
        }
        write!(text, "{:<9} {:<6} {:<12}", "any", "depth5", "size, bytes")?;
        for column in COLUMNS {
            match self.sizes.iter().find(|(name, _)| *name == column) {
                Some((_, size)) => write!(text, " {size:>15}")?,
                None => write!(text, " {:>15}", "·")?,
            }
        }
        writeln!(text)?;
        Ok(())
    }

    fn ratios(&self, text: &mut String) -> Result<(), Error> {
        for mode in Mode::ALL {
            for case in CASES {
                for reference in REFERENCES {
                    for metric in METRICS {
                        if let Some(ratio) = self.ratio(mode, case, reference, metric) {
                            let mode = mode.name();
                            writeln!(text, "ratio {mode} {case} {reference} {metric} {ratio:.3}")?;
                        }
                    }
                }
            }
        }
        for mode in Mode::ALL {
            for case in CASES {
                for metric in METRICS {
                    let ratio = match metric {
                        "time" => {
                            let key = (mode, case.to_owned(), "expert".to_owned());
                            self.times_global.get(&key).map(|time| time.ratio)
                        }
                        _ => self
                            .value(mode, case, "ours-global", metric)
                            .zip(self.value(mode, case, "expert", metric))
                            .map(|(ours, theirs)| divided(ours, theirs)),
                    };
                    if let Some(ratio) = ratio {
                        writeln!(
                            text,
                            "ratio {}-global {case} expert {metric} {ratio:.3}",
                            mode.name()
                        )?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Ours above the plain function.
    pub(crate) fn over_plain(&self, mode: Mode, case: &'static str, metric: &str) -> Option<f64> {
        let ours = self.value(mode, case, "ours", metric)?;
        Some(ours - self.value(mode, case, "plain", metric)?)
    }

    /// Instructions of ours with metrics, by those without.
    pub(crate) fn of_metrics(&self) -> Option<f64> {
        let without = self.counts.get(&(Mode::Sampled, "model", "ours"))?;
        Some(divided(
            self.with_metrics?.instructions,
            without.instructions,
        ))
    }

    /// Bytes of our future, and of the largest that it may be.
    pub(crate) fn size(&self) -> Option<(f64, f64)> {
        let of = |name| self.sizes.iter().find(|(variant, _)| *variant == name);
        let (ours, plain) = (of("ours")?.1, of("plain")?.1);
        Some((
            float(ours as u64),
            (float(plain as u64) * 1.1 + 200.0).floor(),
        ))
    }

    fn lines_over_plain(&self, text: &mut String) -> Result<(), Error> {
        for mode in [Mode::Disabled, Mode::None] {
            for case in CASES {
                for metric in ["instructions", "allocations"] {
                    if let Some(over) = self.over_plain(mode, case, metric) {
                        writeln!(text, "over plain {} {case} {metric} {over:.0}", mode.name())?;
                    }
                }
            }
        }
        Ok(())
    }

    fn others(&self, text: &mut String) -> Result<(), Error> {
        if let Some(ratio) = self.of_metrics() {
            writeln!(
                text,
                "ratio metrics model ours-without-metrics instructions {ratio:.3}"
            )?;
        }
        for case in CASES {
            let ours = self.peaks.get(&("ours", case));
            // Plain holds nothing.
            for reference in REFERENCES.into_iter().filter(|name| *name != "plain") {
                let theirs = self.peaks.get(&(reference, case));
                if let Some((ours, theirs)) = ours.zip(theirs) {
                    let ratio = divided(float(*ours), float(*theirs));
                    writeln!(text, "ratio sampled {case} {reference} peak {ratio:.3}")?;
                }
            }
        }
        let plain = self.sizes.iter().find(|(name, _)| *name == "plain");
        for (name, size) in &self.sizes {
            if let Some((_, plain)) = plain.filter(|_| *name != "plain") {
                let ratio = divided(float(*size as u64), float(*plain as u64));
                writeln!(text, "ratio size depth5 {name}-by-plain bytes {ratio:.3}")?;
            }
        }
        Ok(())
    }
}

/// Whether a variant has a set-up that is not the usual one.
fn is_other(variant: &str) -> bool {
    matches!(variant, "ours-global" | "tracing-quiet")
}

/// Nothing by nothing is the same.
fn divided(ours: f64, theirs: f64) -> f64 {
    let (ours, theirs) = (rounded(ours), rounded(theirs));
    if theirs == 0.0 {
        return if ours == 0.0 { 1.0 } else { f64::INFINITY };
    }
    ours / theirs
}

/// A difference of two counts is 0 where nothing but their noise is left.
fn rounded(value: f64) -> f64 {
    if value.abs() < 0.05 { 0.0 } else { value }
}

/// What a background thread does now and then is no whole allocation of a call.
fn whole(allocations: f64) -> f64 {
    let whole = allocations.round();
    if (allocations - whole).abs() < 0.05 {
        whole
    } else {
        allocations
    }
}

pub(crate) fn number(value: f64) -> String {
    if value >= 1_000.0 || (value - value.round()).abs() < 0.05 {
        format!("{:.0}", rounded(value))
    } else {
        format!("{value:.1}")
    }
}

#[expect(clippy::cast_precision_loss, reason = "bytes, below 2^53")]
fn float(bytes: u64) -> f64 {
    bytes as f64
}
