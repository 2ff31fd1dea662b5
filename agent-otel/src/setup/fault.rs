//! What is wrong in a set-up, in one line: the variable, its value, what happens now, and the remedy.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use crate::{content, lines};

/// How much of a value a message repeats, in characters.
const SHOWN: usize = 60;

/// One thing that is wrong in the set-up: which variable, with which value, and what to write instead.
///
/// [`init`](crate::init) tells each on one line of standard error and goes on without what was asked for;
/// [`try_init`](crate::try_init) returns them. No header value and no credential of an address is ever part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    variable: Cow<'static, str>,
    value: Option<String>,
    problem: String,
}

impl Fault {
    /// A fault of `variable`; `problem` says what is wrong, what is done now, and the remedy.
    pub(super) fn new(variable: impl Into<Cow<'static, str>>, problem: impl Into<String>) -> Self {
        Self {
            variable: variable.into(),
            value: None,
            problem: problem.into(),
        }
    }

    /// Adds the value, for variables that hold no secret.
    pub(super) fn with_value(mut self, value: &str) -> Self {
        // Whatever somebody has put there by mistake.
        let value = content::clean(value);
        let mut shown: String = value
            .chars()
            .take(SHOWN)
            .flat_map(char::escape_debug)
            .collect();
        if value.chars().nth(SHOWN).is_some() {
            shown.push('…');
        }
        self.value = Some(shown);
        self
    }

    /// The environment variable, or the method of [`Builder`](crate::Builder), to change.
    pub fn variable(&self) -> &str {
        &self.variable
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variable = self.variable.escape_debug();
        match &self.value {
            Some(value) => write!(f, "{variable}=\"{value}\": {}", self.problem),
            None => write!(f, "{variable}: {}", self.problem),
        }
    }
}

/// Why [`try_init`](crate::try_init) set nothing up: everything that is wrong, not only the first of it.
///
/// `Display` puts all faults on one line, with `; ` between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupError {
    faults: Vec<Fault>,
}

impl SetupError {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        Self { faults }
    }

    /// Every fault, in the order in which they were found. Never empty.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl Error for SetupError {}

/// Says `line` on standard error: one write, silence where standard error is closed, and no long wait where nobody
/// reads it.
///
/// `eprintln!` panics where nobody reads any more, and a telemetry library must not.
pub(super) fn tell(line: &dyn fmt::Display) {
    let text = format!("agent-otel: {line}\n");
    lines::write(content::clean(&text).into_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_one_line_whatever_the_value() {
        let fault = Fault::new("OTEL_X", "must be a number").with_value("a\nb\u{1b}[31m");
        assert_eq!(
            fault.to_string(),
            r#"OTEL_X="a\nb\u{1b}[31m": must be a number"#
        );
        let name = Fault::new("OTEL_X\nforged", "is none").to_string();
        assert_eq!(name, r"OTEL_X\nforged: is none");
    }

    #[test]
    fn a_long_value_is_cut() {
        let fault = Fault::new("OTEL_X", "wrong").with_value(&"x".repeat(1_000));
        assert!(fault.to_string().chars().count() < 90, "{fault}");
    }
}
