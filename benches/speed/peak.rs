//! Bytes that one call holds at its peak, seen by the heap profiler of valgrind.

use std::env;
use std::hint::black_box;
use std::process::Command;

use crate::Error;
use crate::setup::{self, Group, Mode};
use crate::variants::{CASES, Variant};

/// More than anything takes before the measurement, so that the peak lies within it.
const BALLAST: usize = 64 << 20;

const CALLS: u64 = 20;

/// Bytes at the peak of a call.
pub(crate) fn peak(mode: Mode, variant: &str, case: &str) -> Result<u64, Error> {
    let with = at_peak(mode, variant, case, CALLS)?;
    let without = at_peak(mode, variant, case, 0)?;
    Ok(with.saturating_sub(without))
}

fn at_peak(mode: Mode, variant: &str, case: &str, calls: u64) -> Result<u64, Error> {
    let output = Command::new("valgrind")
        .args(["--tool=dhat", "--dhat-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args(["--peak", mode.name(), variant, case, &calls.to_string()])
        .output()
        .map_err(|error| format!("valgrind does not start: {error}; install it to see the heap"))?;
    let report = String::from_utf8_lossy(&output.stderr);
    // "==1234== At t-gmax: 16,789,012 bytes in 34 blocks"
    let bytes = report
        .lines()
        .find_map(|line| line.split_once("At t-gmax: "))
        .and_then(|(_, rest)| rest.split(' ').next())
        .ok_or_else(|| format!("valgrind tells no peak: {report}"))?;
    Ok(bytes.replace(',', "").parse()?)
}

/// What runs under valgrind.
pub(crate) fn child(mode: Mode, variant: &str, case: &str, calls: &str) -> Result<(), Error> {
    let installed = setup::install(mode, Group::Usual, false)?;
    let variants = Group::Usual.variants();
    let variant: &Variant = variants
        .iter()
        .find(|one| one.name == variant)
        .ok_or("there is no such variant")?;
    let case = CASES.iter().position(|one| *one == case);
    let call = variant.calls[case.ok_or("there is no such case")?];
    for n in 0..100 {
        black_box(call(black_box(n)));
    }
    installed.settle(variant);
    let ballast = black_box(vec![1u8; BALLAST]);
    for n in 0..calls.parse()? {
        black_box(call(black_box(n)));
        installed.settle(variant);
    }
    drop(black_box(ballast));
    Ok(())
}
