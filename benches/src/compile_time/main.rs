//! What the attributes cost at compile time: crates of the same 500 functions, one plain and one with each attribute.
//!
//! ```text
//! cargo run --release -p agent-otel-benches --bin compile-time                   # some minutes
//! cargo run --release -p agent-otel-benches --bin compile-time -- --functions 50
//! ```
//!
//! The crates are made in a temporary directory, with this workspace as their dependency, and are built in turns, again
//! and again, with everything but themselves built before. What an attribute adds is what its crate takes above the plain
//! one.

mod cargo;
mod generate;
mod report;
mod tokens;

use std::io::Write as _;
use std::process::ExitCode;

use cargo::{Build, Cargo, Took};
use generate::{VARIANTS, Workspace};
use report::{Measured, Row};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// How often each crate is checked, and built for release.
const CHECKS: usize = 9;
const BUILDS: usize = 3;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result<(), Error> {
    let functions = match args {
        [] => 500,
        ["--functions", number] => number.parse()?,
        _ => return Err("usage: compile-time [--functions NUMBER]".into()),
    };
    let workspace = Workspace::create(functions)?;
    let measured = measure(&workspace, functions);
    workspace.remove()?;
    let text = report::print(&measured?)?;
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

fn measure(workspace: &Workspace, functions: usize) -> Result<Measured, Error> {
    let cargo = Cargo::new(workspace);
    let mut measured = Measured::new(functions);
    for variant in VARIANTS {
        progress(&format!("expanding: {variant}"))?;
        measured.tokens.push(tokens::count(&cargo.expand(variant)?));
    }
    for (row, build, turns) in [
        (Row::Check, Build::Check, CHECKS),
        (Row::Release, Build::Release, BUILDS),
    ] {
        // Builds what the crates depend on, too.
        for variant in VARIANTS {
            progress(&format!("{}: {variant}, before the first turn", row.name()))?;
            cargo.build(variant, build)?;
        }
        let mut took: Vec<Vec<Took>> = vec![Vec::new(); VARIANTS.len()];
        for turn in 1..=turns {
            progress(&format!("{}: turn {turn} of {turns}", row.name()))?;
            for (variant, took) in VARIANTS.iter().zip(&mut took) {
                workspace.touch(variant)?;
                took.push(cargo.build(variant, build)?);
            }
        }
        measured
            .took
            .push((row, took.iter().map(|took| Took::median(took)).collect()));
    }
    for variant in VARIANTS {
        measured.bytes.push(cargo.binary_size(variant)?);
    }
    Ok(measured)
}

/// Tells on standard error what takes so long.
fn progress(what: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stderr(), "{what}")?)
}
