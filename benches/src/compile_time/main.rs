//! What the attributes cost at compile time: crates of the same 500 functions, one plain and one with each attribute.
//!
//! ```text
//! cargo run --release -p agent-otel-benches --bin compile-time                   # some minutes
//! cargo run --release -p agent-otel-benches --bin compile-time -- 50 1           # 50 functions, one turn
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
use generate::{VARIANTS, Workspace, many, one};
use report::{Measured, Row};

type Error = Box<dyn std::error::Error + Send + Sync>;

const FUNCTIONS: usize = 500;

/// How often each crate is built for release; it is checked three times as often.
const TURNS: usize = 3;

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
    let (functions, turns) = match args {
        [] => (FUNCTIONS, TURNS),
        [functions] => (functions.parse()?, TURNS),
        [functions, turns] => (functions.parse()?, turns.parse()?),
        _ => return Err("usage: compile-time [FUNCTIONS [TURNS]]".into()),
    };
    let workspace = Workspace::create(functions)?;
    let measured = measure(&workspace, functions, turns);
    workspace.remove()?;
    let text = report::print(&measured?)?;
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

fn measure(workspace: &Workspace, functions: usize, turns: usize) -> Result<Measured, Error> {
    let cargo = Cargo::new(workspace);
    let mut measured = Measured::new(functions);
    for variant in VARIANTS {
        progress(&format!("expanding: {variant}"))?;
        measured
            .tokens
            .push(tokens::count(&cargo.expand(&many(variant))?));
    }
    for (row, build, turns) in [
        (Row::Check, Build::Check, 3 * turns),
        (Row::Release, Build::Release, turns),
    ] {
        // Builds what the crates depend on, too.
        for variant in VARIANTS {
            progress(&format!("{}: {variant}, before the first turn", row.name()))?;
            cargo.build(&many(variant), build)?;
        }
        let mut took: Vec<Vec<Took>> = vec![Vec::new(); VARIANTS.len()];
        for turn in 1..=turns {
            progress(&format!("{}: turn {turn} of {turns}", row.name()))?;
            for (variant, took) in VARIANTS.iter().zip(&mut took) {
                workspace.touch(&many(variant))?;
                took.push(cargo.build(&many(variant), build)?);
            }
        }
        measured
            .took
            .push((row, took.iter().map(|took| Took::median(took)).collect()));
    }
    for variant in VARIANTS {
        cargo.build(&one(variant), Build::Release)?;
        measured.bytes.push(cargo.binary_size(&many(variant))?);
        measured
            .bytes_of_one
            .push(cargo.binary_size(&one(variant))?);
    }
    Ok(measured)
}

/// Tells on standard error what takes so long.
fn progress(what: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stderr(), "{what}")?)
}
