//! One table, and what ours adds by what the others add.

use std::fmt::Write as _;

use crate::Error;
use crate::cargo::Took;
use crate::generate::VARIANTS;

/// What is built.
#[derive(Clone, Copy)]
pub(crate) enum Row {
    Check,
    Release,
}

impl Row {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Row::Check => "check",
            Row::Release => "release",
        }
    }
}

/// All that was measured, in the order of the crates.
pub(crate) struct Measured {
    functions: usize,
    pub(crate) tokens: Vec<usize>,
    pub(crate) took: Vec<(Row, Vec<Took>)>,
    pub(crate) bytes: Vec<u64>,
    /// Of the crates of one function.
    pub(crate) bytes_of_one: Vec<u64>,
}

impl Measured {
    pub(crate) fn new(functions: usize) -> Self {
        Self {
            functions,
            tokens: Vec::new(),
            took: Vec::new(),
            bytes: Vec::new(),
            bytes_of_one: Vec::new(),
        }
    }
}

pub(crate) fn print(measured: &Measured) -> Result<String, Error> {
    let functions = measured.functions;
    let mut rows: Vec<(String, &str, Vec<f64>)> = Vec::new();
    for (row, took) in &measured.took {
        let name = row.name();
        let seconds = |part: fn(&Took) -> f64| took.iter().map(part).collect();
        rows.push((format!("{name} time"), "s", seconds(|took| took.wall)));
        rows.push((
            format!("{name} processor"),
            "s",
            seconds(|took| took.processor),
        ));
    }
    rows.push(("release size".to_owned(), "bytes", floats(&measured.bytes)));
    let of_one = floats(&measured.bytes_of_one);
    rows.push(("release size-of-one".to_owned(), "bytes", of_one));
    #[expect(clippy::cast_precision_loss, reason = "tokens of a source, below 2^53")]
    let tokens = measured
        .tokens
        .iter()
        .map(|tokens| *tokens as f64 / functions as f64)
        .collect();
    rows.push(("expansion tokens".to_owned(), "a function", tokens));

    let mut text = String::new();
    write!(text, "{:<30}", format!("{functions} functions"))?;
    for variant in VARIANTS {
        write!(text, " {variant:>12}")?;
    }
    writeln!(text)?;
    for (name, unit, values) in &rows {
        write!(text, "{:<30}", format!("{name}, {unit}"))?;
        for value in values {
            if *unit == "bytes" {
                write!(text, " {value:>12.0}")?;
            } else {
                write!(text, " {value:>12.2}")?;
            }
        }
        writeln!(text)?;
    }
    writeln!(text)?;
    for (name, _, values) in &rows {
        let [plain, ours, others @ ..] = &values[..] else {
            continue;
        };
        let (what, metric) = name.split_once(' ').unwrap_or_default();
        let references = VARIANTS.iter().skip(2).zip(others);
        for (reference, theirs) in references {
            let (ours, theirs) = (ours - plain, theirs - plain);
            writeln!(
                text,
                "ratio compile {what} {reference} {metric} {:.3}   (adds {ours:.2}, adds {theirs:.2})",
                ours / theirs
            )?;
        }
    }
    Ok(text)
}

#[expect(clippy::cast_precision_loss, reason = "bytes of a program, below 2^53")]
fn floats(bytes: &[u64]) -> Vec<f64> {
    bytes.iter().map(|bytes| *bytes as f64).collect()
}
