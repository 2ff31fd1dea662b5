//! The counts of ours that were accepted, in a file beside this package, and what is above them now.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use crate::count::{self, Counts};
use crate::setup::{Group, Mode};
use crate::variants::CASES;
use crate::{Error, machine};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/baseline.txt");

/// A count may be above the accepted one by so much: a part of it, and a few instructions.
const PART: f64 = 0.05;
/// Where another thread has its share, whose turns differ.
const PART_OF_BATCH: f64 = 0.1;
const FEW: f64 = 20.0;
/// Less than one allocation, and more than what a background thread does now and then.
const ALLOCATION: f64 = 0.5;

type Counted = BTreeMap<String, Counts>;

/// Counts ours in every mode.
fn counted() -> Result<Counted, Error> {
    let mut counted = Counted::new();
    for mode in Mode::ALL.into_iter().chain([Mode::Metrics]) {
        for (group, variant) in [(Group::Usual, "ours"), (Group::Others, "ours-global")] {
            if !group.differs(mode) || (mode == Mode::Metrics && group == Group::Others) {
                continue;
            }
            let table = count::count(mode, group, variant)?;
            for case in CASES {
                if let Some(counts) = table.get(&(variant, case)) {
                    counted.insert(format!("{} {case} {variant}", mode.name()), *counts);
                }
            }
        }
    }
    Ok(counted)
}

/// Writes the file anew.
pub(crate) fn bless() -> Result<(), Error> {
    let mut text = format!(
        "# Instructions and allocations of one call, by mode, case and variant, as accepted last.\n\
         # {}\n",
        machine::compiler()?
    );
    for (cell, counts) in counted()? {
        writeln!(
            text,
            "{cell} {:.0} {:.2}",
            counts.instructions, counts.allocations
        )?;
    }
    fs::write(FILE, text)?;
    crate::say(&format!("written: {FILE}\n"))
}

/// Compares what is counted now with the file; an error where it is above it.
pub(crate) fn check() -> Result<(), Error> {
    let text = fs::read_to_string(FILE)?;
    let compiler = machine::compiler()?;
    if !text
        .lines()
        .any(|line| line.strip_prefix("# ") == Some(&compiler))
    {
        return crate::say(&format!(
            "NOT COMPARED: {FILE} was written with another compiler than this one, {compiler}, and counts differ \
             from one to the next.\nWrite it anew on the commit before your change, and compare then:\n\
             cargo bench -p agent-otel-benches -- --bless\n"
        ));
    }
    let accepted = parse(&text)?;
    let counted = counted()?;
    let mut report = String::new();
    let mut above = 0;
    writeln!(
        report,
        "{:<28} {:>12} {:>12} {:>8}   {:>6} {:>6}",
        "cell", "accepted", "now", "change", "alloc", "now"
    )?;
    for (cell, now) in &counted {
        let Some(accepted) = accepted.get(cell) else {
            above += 1;
            writeln!(report, "{cell:<28} is not in the file")?;
            continue;
        };
        let part = if cell.starts_with(Mode::Batch.name()) {
            PART_OF_BATCH
        } else {
            PART
        };
        let is_above = now.instructions > accepted.instructions * (1.0 + part) + FEW
            || now.allocations > accepted.allocations + ALLOCATION;
        let is_below = now.instructions < accepted.instructions * (1.0 - part) - FEW
            || now.allocations < accepted.allocations - ALLOCATION;
        let change = (now.instructions / accepted.instructions - 1.0) * 100.0;
        writeln!(
            report,
            "{cell:<28} {:>12.0} {:>12.0} {change:>+7.1}%   {:>6.2} {:>6.2}{}",
            accepted.instructions,
            now.instructions,
            accepted.allocations,
            now.allocations,
            match (is_above, is_below) {
                (true, _) => "   ABOVE",
                (_, true) => "   below: take it over with --bless",
                _ => "",
            }
        )?;
        above += usize::from(is_above);
    }
    crate::say(&report)?;
    if above > 0 {
        return Err(format!(
            "{above} counts are above what was accepted; if that is meant, `cargo bench -p agent-otel-benches -- --bless`"
        )
        .into());
    }
    Ok(())
}

fn parse(text: &str) -> Result<Counted, Error> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let [mode, case, variant, instructions, allocations] =
                line.split(' ').collect::<Vec<_>>()[..]
            else {
                return Err(format!("{FILE}: not a count: {line}").into());
            };
            let counts = Counts {
                instructions: instructions.parse()?,
                allocations: allocations.parse()?,
            };
            Ok((format!("{mode} {case} {variant}"), counts))
        })
        .collect()
}
