//! Wall time of one call. Variants take turns within one process, so that what disturbs one disturbs all, and what
//! counts is the median of the ratios of neighbors.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Error;
use crate::setup::{self, Group, Mode};
use crate::variants::{CASES, Variant};

/// What one call takes on the thread that makes it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Time {
    pub(crate) nanoseconds: f64,
    /// Ours by this one.
    pub(crate) ratio: f64,
}

/// Times by variant and case.
pub(crate) type Table = BTreeMap<(String, String), Time>;

/// How often each variant has its turn.
const TURNS: usize = 101;

/// How long a turn lasts, about.
const TURN: Duration = Duration::from_micros(300);

/// The most calls of a turn, so that no queue overflows.
const MOST: u32 = 2000;

/// Times all variants of `group` in a process of its own.
pub(crate) fn time(mode: Mode, group: Group) -> Result<Table, Error> {
    let output = Command::new(env::current_exe()?)
        .args(["--time", mode.name(), group.name()])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("timing in mode {} has failed", mode.name()).into());
    }
    let mut table = Table::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let [case, variant, nanoseconds, ratio] = line.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("not a time: {line}").into());
        };
        let time = Time {
            nanoseconds: nanoseconds.parse()?,
            ratio: ratio.parse()?,
        };
        table.insert((variant.to_owned(), case.to_owned()), time);
    }
    Ok(table)
}

/// What runs in the process.
pub(crate) fn child(mode: Mode, group: Group) -> Result<(), Error> {
    let installed = setup::install(mode, group, false)?;
    let variants = group.variants();
    let ours = variants.iter().position(|one| one.name.starts_with("ours"));
    let ours = ours.ok_or("there is nothing of ours")?;
    let mut report = String::new();
    for (case, name) in CASES.iter().enumerate() {
        let calls: Vec<_> = variants
            .iter()
            .map(|variant| calls_of_a_turn(variant, case, &installed))
            .collect();
        let mut turns = vec![Vec::with_capacity(TURNS); variants.len()];
        for _ in 0..TURNS {
            for (index, variant) in variants.iter().enumerate() {
                let took = turn(variant, case, calls[index]);
                installed.settle(variant);
                turns[index].push(took);
            }
        }
        for (index, variant) in variants.iter().enumerate() {
            let ratios = turns[ours].iter().zip(&turns[index]);
            let ratio = median(ratios.map(|(ours, other)| ours / other).collect());
            let nanoseconds = median(turns[index].clone());
            writeln!(report, "{name} {} {nanoseconds} {ratio}", variant.name)?;
        }
    }
    crate::say(&report)
}

/// Nanoseconds a call.
fn turn(variant: &Variant, case: usize, calls: u32) -> f64 {
    let call = variant.calls[case];
    let begun = Instant::now();
    for n in 0..calls {
        black_box(call(black_box(u64::from(n))));
    }
    begun.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

/// As many calls as fill a turn.
fn calls_of_a_turn(variant: &Variant, case: usize, installed: &setup::Installed) -> u32 {
    let mut calls = 8;
    loop {
        let nanoseconds = turn(variant, case, calls);
        installed.settle(variant);
        if nanoseconds * f64::from(calls) > TURN.as_secs_f64() * 1e9 || calls >= MOST {
            return calls;
        }
        calls = (calls * 2).min(MOST);
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
