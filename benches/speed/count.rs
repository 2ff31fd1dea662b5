//! Instructions and allocations of one call, counted by callgrind, which also sees what other threads do for it.
//!
//! A process under callgrind runs every case of every variant for two numbers of rounds; callgrind writes a file at the
//! end of each. The difference of the two, by the difference of the rounds, is one call: what is done once, such as
//! flushing, is in both. Allocations are the calls of the allocator that callgrind has seen, so that no allocator of
//! ours stands between the variants and the system's.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use crate::Error;
use crate::setup::{self, Group, Mode};
use crate::variants::{CASES, SPANS};

/// What one call takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) instructions: f64,
    pub(crate) allocations: f64,
}

/// Counts by variant and case.
pub(crate) type Table = BTreeMap<(&'static str, &'static str), Counts>;

/// The name by which callgrind knows what is measured.
const MEASURED: &str = "speed::count::speed_measured";

/// Rounds before anything is measured, and of the two measurements.
fn rounds(case: usize) -> [u64; 3] {
    match CASES[case] {
        "nest" | "stream" => [20, 40, 140],
        _ => [100, 200, 1200],
    }
}

/// Counts the variants in a process of its own. `only` names those that are of interest, all where it is empty.
pub(crate) fn count(mode: Mode, group: Group, only: &str) -> Result<Table, Error> {
    let mut table = Table::new();
    for measured in measured(mode, group, only)? {
        let (of_few, of_many) = (totals(&measured.few)?, totals(&measured.many)?);
        let counts = Counts {
            instructions: measured.each(of_few.0, of_many.0),
            allocations: measured.each(of_few.1, of_many.1),
        };
        table.insert((measured.variant, CASES[measured.case]), counts);
    }
    Ok(table)
}

/// What callgrind wrote of one case of one variant, for the two numbers of rounds.
pub(crate) struct Measured {
    pub(crate) variant: &'static str,
    pub(crate) case: usize,
    pub(crate) few: String,
    pub(crate) many: String,
}

impl Measured {
    /// What one call takes, by what all calls of each measurement took.
    #[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
    pub(crate) fn each(&self, few: u64, many: u64) -> f64 {
        let [_, few_rounds, many_rounds] = rounds(self.case);
        (many as f64 - few as f64) / (many_rounds - few_rounds) as f64
    }
}

/// Runs the variants under callgrind, and gives what it wrote.
pub(crate) fn measured(mode: Mode, group: Group, only: &str) -> Result<Vec<Measured>, Error> {
    let directory = env::temp_dir().join(format!("agent-otel-speed-{}", std::process::id()));
    // What fastrace has not taken from its queue in time is lost, which `check` finds: then it counts for nothing.
    let mut attempts = 3;
    loop {
        attempts -= 1;
        fs::create_dir_all(&directory)?;
        let counted = run(mode, group, only, &directory);
        fs::remove_dir_all(&directory)?;
        if counted.is_ok() || attempts == 0 {
            return counted;
        }
    }
}

fn run(mode: Mode, group: Group, only: &str, directory: &Path) -> Result<Vec<Measured>, Error> {
    let prefix = directory.join("counts");
    let mut out = std::ffi::OsString::from("--callgrind-out-file=");
    out.push(&prefix);
    let status = Command::new("valgrind")
        .args([
            "-q",
            "--tool=callgrind",
            "--compress-strings=no",
            "--compress-pos=no",
            // Exporters on threads of their own have their turns.
            "--fair-sched=try",
        ])
        .arg(format!("--zero-before={MEASURED}"))
        .arg(format!("--dump-after={MEASURED}"))
        .arg(out)
        .arg(env::current_exe()?)
        .args(["--count", mode.name(), group.name(), only])
        .status()
        .map_err(|error| {
            format!("valgrind does not start: {error}; install it to count instructions")
        })?;
    if !status.success() {
        return Err(format!("counting in mode {} has failed: {status}", mode.name()).into());
    }
    let mut all = Vec::new();
    let mut part = 0;
    let mut next = || {
        part += 1;
        let mut file = prefix.clone().into_os_string();
        file.push(format!(".{part}"));
        fs::read_to_string(&file).map_err(|error| {
            format!("callgrind has not measured `{MEASURED}` {part} times: {error}")
        })
    };
    for case in 0..CASES.len() {
        for variant in group
            .variants()
            .iter()
            .filter(|variant| is_one(only, variant.name))
        {
            all.push(Measured {
                variant: variant.name,
                case,
                few: next()?,
                many: next()?,
            });
        }
    }
    Ok(all)
}

fn is_one(only: &str, name: &str) -> bool {
    only.is_empty() || only.split(',').any(|one| one == name)
}

/// Instructions, and calls of the allocator, in what callgrind wrote.
fn totals(text: &str) -> Result<(u64, u64), Error> {
    let mut allocations = 0;
    let mut is_allocator = false;
    let mut instructions = None;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("cfn=") {
            is_allocator = matches!(
                name,
                "malloc" | "calloc" | "realloc" | "posix_memalign" | "aligned_alloc"
            );
        } else if let Some(calls) = line.strip_prefix("calls=") {
            if is_allocator {
                let count = calls.split(' ').next().unwrap_or_default();
                allocations += count.parse::<u64>()?;
            }
        } else if let Some(total) = line.strip_prefix("totals: ") {
            instructions = Some(total.trim().parse()?);
        }
    }
    let instructions = instructions.ok_or("callgrind has written a file without totals")?;
    Ok((instructions, allocations))
}

/// What runs under callgrind.
pub(crate) fn child(mode: Mode, group: Group, only: &str) -> Result<(), Error> {
    let installed = setup::install(mode, group, false)?;
    for case in 0..CASES.len() {
        for variant in group
            .variants()
            .iter()
            .filter(|variant| is_one(only, variant.name))
        {
            let call = variant.calls[case];
            let [warm_up, few, many] = rounds(case);
            for n in 0..warm_up {
                black_box(call(black_box(n)));
            }
            installed.settle(variant);
            for rounds in [few, many] {
                let before = setup::counted();
                speed_measured(call, rounds, || installed.settle(variant));
                check(mode, variant.name, case, setup::counted() - before, rounds)?;
            }
        }
    }
    Ok(())
}

/// Nothing is counted that did not happen.
fn check(mode: Mode, variant: &str, case: usize, spans: u64, rounds: u64) -> Result<(), Error> {
    let expected = match (mode, variant) {
        (_, "plain") | (Mode::Unsampled | Mode::Disabled | Mode::None, _) => 0,
        (Mode::Sampled | Mode::Batch | Mode::Metrics, _) => SPANS[case] as u64 * rounds,
    };
    if spans != expected {
        return Err(format!("{variant} made {spans} spans instead of {expected}").into());
    }
    Ok(())
}

/// What callgrind measures; it is found by its name.
#[inline(never)]
fn speed_measured(call: fn(u64) -> u64, rounds: u64, settle: impl FnOnce()) {
    for n in 0..rounds {
        black_box(call(black_box(n)));
    }
    settle();
}
