//! What agent-otel costs, side by side with everything else that does the same.
//!
//! ```text
//! cargo bench -p agent-otel-benches                    # everything; some minutes
//! cargo bench -p agent-otel-benches -- --counts        # instructions and allocations only
//! cargo bench -p agent-otel-benches -- --readme        # the table, as Markdown
//! cargo bench -p agent-otel-benches -- --check         # those of ours against baseline.txt
//! cargo bench -p agent-otel-benches -- --bless         # writes baseline.txt anew
//! cargo bench -p agent-otel-benches -- --profile sampled stream ours   # where the instructions of a call are
//! cargo bench -p agent-otel-benches -- --threads ours  # one variant on one thread and on eight, for a profiler
//! ```
//!
//! Every measurement is a process of its own, since a process has one set-up: this program starts itself, under valgrind
//! where it counts. What the variants export is compared first; where it differs by more than they say, nothing is
//! measured.

mod baseline;
mod count;
mod key;
mod machine;
mod peak;
mod profile;
mod readme;
mod report;
mod setup;
mod sizes;
mod targets;
mod threads;
mod time;
mod variants;
mod verify;
mod work;

use std::io::Write as _;
use std::process::{Command, ExitCode};

use report::Measured;
use setup::{Group, Mode};
use variants::CASES;

type Error = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // cargo adds `--bench`.
    let args = args
        .iter()
        .map(String::as_str)
        .filter(|arg| *arg != "--bench");
    match run(&args.collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result<(), Error> {
    match args {
        [] => everything(),
        ["--counts"] => counts(),
        ["--readme"] => say(&readme::table(&measure(true)?)?),
        ["--check"] => baseline::check(),
        ["--bless"] => baseline::bless(),
        ["--verify", group] => verify::child(Group::named(group)?),
        ["--count", mode, group, only] => {
            count::child(Mode::named(mode)?, Group::named(group)?, only)
        }
        ["--time", mode, group] => time::child(Mode::named(mode)?, Group::named(group)?),
        ["--peak", mode, variant, case, calls] => {
            peak::child(Mode::named(mode)?, variant, case, calls)
        }
        ["--profile", mode, case, variant] => {
            say(&profile::profile(Mode::named(mode)?, case, variant)?)
        }
        ["--threads"] => threads::child(None),
        ["--threads", only] => threads::child(Some(only)),
        _ => Err(format!("not understood: {}; see speed/main.rs", args.join(" ")).into()),
    }
}

fn everything() -> Result<(), Error> {
    let mut measured = measure(true)?;
    for variant in Group::Usual.variants() {
        progress(&format!("heap: {}", variant.name))?;
        for case in CASES {
            let bytes = peak::peak(Mode::Sampled, variant.name, case)?;
            measured.peak(variant.name, case, bytes);
        }
    }
    progress("threads")?;
    let threads = threads::threads()?;
    let table = measured.print()?;
    let targets = targets::print(&measured)?;
    say(&format!("\n{table}{threads}{targets}"))
}

fn counts() -> Result<(), Error> {
    let measured = measure(false)?;
    let table = measured.print()?;
    let targets = targets::print(&measured)?;
    say(&format!("\n{table}{targets}"))
}

/// Compares what is exported, and measures every mode; wall time only where it is asked for.
fn measure(with_time: bool) -> Result<Measured, Error> {
    say(&format!("{}\n", machine::line()?))?;
    for group in Group::ALL {
        let status = Command::new(std::env::current_exe()?)
            .args(["--verify", group.name()])
            .status()?;
        if !status.success() {
            return Err("nothing was measured".into());
        }
    }
    let mut measured = Measured::default();
    for mode in Mode::ALL {
        for group in Group::ALL.into_iter().filter(|group| group.differs(mode)) {
            progress(&format!("counting: {} {}", mode.name(), group.name()))?;
            measured.counts(mode, group, count::count(mode, group, "")?);
            if with_time {
                progress(&format!("timing: {} {}", mode.name(), group.name()))?;
                measured.times(mode, group, time::time(mode, group)?);
            }
        }
    }
    progress("counting: metrics")?;
    let with_metrics = count::count(Mode::Metrics, Group::Usual, "ours")?;
    measured.with_metrics(with_metrics.get(&("ours", "model")).copied());
    measured.sizes(&sizes::sizes());
    Ok(measured)
}

/// Tells on standard error what takes so long.
fn progress(what: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stderr(), "{what}")?)
}

/// Prints to standard output.
fn say(text: &str) -> Result<(), Error> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
