//! Where the instructions of one call are: those of each function itself, as callgrind saw them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::Error;
use crate::count::{self, Measured};
use crate::setup::{Group, Mode};
use crate::variants::CASES;

/// Functions below this part of a call are left to the last line.
const LEAST: f64 = 0.01;

/// One line a function, the most expensive first: instructions of one call, and the name.
pub(crate) fn profile(mode: Mode, case: &str, variant: &str) -> Result<String, Error> {
    let group = Group::ALL.into_iter().find(|group| {
        let mut variants = group.variants().iter();
        variants.any(|known| known.name == variant)
    });
    let group = group.ok_or_else(|| format!("there is no variant `{variant}`"))?;
    let all = count::measured(mode, group, variant)?;
    let measured = all
        .iter()
        .find(|measured| CASES[measured.case] == case)
        .ok_or_else(|| format!("there is no case `{case}`"))?;
    print(measured)
}

fn print(measured: &Measured) -> Result<String, Error> {
    let few = of_functions(&measured.few)?;
    let many = of_functions(&measured.many)?;
    let mut functions: Vec<(f64, &str)> = many
        .iter()
        .map(|(name, total)| {
            let before = few.get(name).copied().unwrap_or_default();
            (measured.each(before, *total), *name)
        })
        .collect();
    functions.sort_by(|one, other| other.0.total_cmp(&one.0));
    let total: f64 = functions.iter().map(|(instructions, _)| instructions).sum();
    let mut text = String::new();
    let mut rest = 0.0;
    for (instructions, name) in functions {
        if instructions < total * LEAST {
            rest += instructions;
        } else {
            writeln!(text, "{instructions:9.1}  {name}")?;
        }
    }
    writeln!(text, "{rest:9.1}  all others\n{total:9.1}  one call")?;
    Ok(text)
}

/// The instructions of each function itself, without those that it calls.
fn of_functions(text: &str) -> Result<BTreeMap<&str, u64>, Error> {
    let mut functions = BTreeMap::new();
    let mut function = None;
    let mut is_call = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            function = Some(name);
        } else if line.starts_with("calls=") {
            // The next line has what the called function took.
            is_call = true;
        } else if is_cost(line) && !std::mem::take(&mut is_call) {
            let cost = line.split(' ').nth(1).unwrap_or_default().parse::<u64>()?;
            let name = function.ok_or("callgrind has written costs of no function")?;
            *functions.entry(name).or_default() += cost;
        }
    }
    Ok(functions)
}

/// Whether a line begins with a position, in any of the ways in which callgrind writes one.
fn is_cost(line: &str) -> bool {
    line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first))
}
