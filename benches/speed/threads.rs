//! Spans a second on one thread and on eight: whether calls on different threads are in each other's way.

use std::env;
use std::fmt::Write as _;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use crate::Error;
use crate::setup::{self, Group, Mode};
use crate::variants::Variant;

const THREADS: usize = 8;
const CALLS: u64 = 100_000;
/// The best of so many runs.
const RUNS: usize = 5;

/// Measures in a process of its own.
pub(crate) fn threads() -> Result<String, Error> {
    let output = Command::new(env::current_exe()?)
        .arg("--threads")
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the measurement on threads has failed".into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// What runs in the process: all that is compared, or one of them alone, for profilers.
pub(crate) fn child(only: Option<&str>) -> Result<(), Error> {
    let _installed = setup::install(Mode::Sampled, Group::Usual, false)?;
    let mut report = String::new();
    let cores = thread::available_parallelism()?;
    for variant in Group::Usual.variants() {
        let is_compared = matches!(variant.name, "ours" | "expert" | "taught" | "tracing");
        if !is_compared || only.is_some_and(|only| only != variant.name) {
            continue;
        }
        let one = fastest(variant, 1);
        let many = fastest(variant, THREADS);
        writeln!(
            report,
            "threads {} model {one:.0} spans/s on 1, {many:.0} spans/s on {THREADS} of {cores} cores, ratio {:.2}",
            variant.name,
            many / one
        )?;
    }
    crate::say(&report)
}

fn fastest(variant: &Variant, threads: usize) -> f64 {
    let runs = (0..RUNS).map(|_| spans_per_second(variant, threads));
    runs.fold(0.0, f64::max)
}

fn spans_per_second(variant: &Variant, threads: usize) -> f64 {
    let call = variant.calls[0];
    let each = CALLS / threads as u64;
    let barrier = Barrier::new(threads);
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let before = setup::counted();
                    barrier.wait();
                    let begun = Instant::now();
                    for n in 0..each {
                        black_box(call(black_box(n)));
                    }
                    (setup::counted() - before, begun, Instant::now())
                })
            })
            .collect();
        let done: Vec<_> = running
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect();
        let begun = done.iter().map(|(_, begun, _)| *begun).min();
        let ended = done.iter().map(|(_, _, ended)| *ended).max();
        let took = begun
            .zip(ended)
            .map_or(1.0, |(begun, ended)| (ended - begun).as_secs_f64());
        #[expect(clippy::cast_precision_loss, reason = "a hundred thousand spans")]
        let spans = done.iter().map(|(spans, ..)| spans).sum::<u64>() as f64;
        spans / took
    })
}
