//! Cargo, and what it takes.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Instant;

use crate::Error;
use crate::generate::Workspace;

/// What is asked of cargo.
#[derive(Clone, Copy)]
pub(crate) enum Build {
    Check,
    Release,
}

/// What one build took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Took {
    /// Seconds on the clock.
    pub(crate) wall: f64,
    /// Seconds of processors, which other programs disturb less.
    pub(crate) processor: f64,
}

impl Took {
    pub(crate) fn median(took: &[Took]) -> Took {
        let median = |part: fn(&Took) -> f64| {
            let mut values: Vec<_> = took.iter().map(part).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or_default()
        };
        Took {
            wall: median(|took| took.wall),
            processor: median(|took| took.processor),
        }
    }
}

pub(crate) struct Cargo<'a> {
    workspace: &'a Workspace,
}

impl<'a> Cargo<'a> {
    pub(crate) fn new(workspace: &'a Workspace) -> Self {
        Self { workspace }
    }

    fn target(&self) -> PathBuf {
        self.workspace.directory.join("target")
    }

    fn command(&self) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .current_dir(&self.workspace.directory)
            .env("CARGO_TARGET_DIR", self.target())
            .env("CARGO_INCREMENTAL", "0");
        command
    }

    /// Builds one crate.
    pub(crate) fn build(&self, package: &str, build: Build) -> Result<Took, Error> {
        let mut command = self.command();
        match build {
            Build::Check => command.arg("check"),
            Build::Release => command.args(["build", "--release"]),
        };
        command.args(["--package", package]);
        let (before, begun) = (processor_seconds()?, Instant::now());
        succeeded(&command.output()?)?;
        Ok(Took {
            wall: begun.elapsed().as_secs_f64(),
            processor: processor_seconds()? - before,
        })
    }

    /// The source after all attributes are expanded.
    pub(crate) fn expand(&self, package: &str) -> Result<String, Error> {
        let output = self
            .command()
            // Not where anything else is built: some crates are others with this.
            .env("CARGO_TARGET_DIR", self.workspace.directory.join("expand"))
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["rustc", "--profile", "check"])
            .args(["--package", package])
            .args(["--", "-Zunpretty=expanded"])
            .output()?;
        succeeded(&output)?;
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Bytes of the stripped program.
    pub(crate) fn binary_size(&self, package: &str) -> Result<u64, Error> {
        let program = self.target().join("release").join(package);
        Ok(fs::metadata(program)?.len())
    }
}

fn succeeded(output: &Output) -> Result<(), Error> {
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}

/// Seconds that processors have spent on programs that this one has started and seen end.
fn processor_seconds() -> Result<f64, Error> {
    /// The unit of `/proc/self/stat` on Linux.
    const TICKS_PER_SECOND: f64 = 100.0;

    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name of the program, which may hold anything, ends with the last parenthesis.
    let (_, rest) = stat.rsplit_once(')').ok_or("not what proc(5) describes")?;
    let ticks = rest.split_ascii_whitespace().skip(13).take(2);
    let ticks: Vec<f64> = ticks.map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS_PER_SECOND)
}
