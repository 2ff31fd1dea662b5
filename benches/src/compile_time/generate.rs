//! The crates that are built: the same functions in each, under another attribute.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;

/// The crates, by name.
pub(crate) const VARIANTS: [&str; 4] = ["plain", "ours", "tracing", "fastrace"];

/// The crate of all functions.
pub(crate) fn many(variant: &str) -> String {
    format!("many-{variant}")
}

/// The crate of one function, for what the first one brings along.
pub(crate) fn one(variant: &str) -> String {
    format!("one-{variant}")
}

/// What stands above each function.
fn attribute(variant: &str) -> &'static str {
    match variant {
        "ours" => "#[agent_otel::tool]\n",
        "tracing" => "#[tracing::instrument]\n",
        "fastrace" => "#[fastrace::trace]\n",
        _ => "",
    }
}

/// As a library depends on each: the attribute, and nothing that exports.
fn dependency(variant: &str, root: &Path) -> String {
    match variant {
        "ours" => {
            let path = root.join("agent-otel");
            format!(
                "agent-otel = {{ path = \"{}\", default-features = false }}",
                path.display()
            )
        }
        "tracing" => "tracing = \"0.1.44\"".to_owned(),
        "fastrace" => "fastrace = { version = \"0.7.19\", features = [\"enable\"] }".to_owned(),
        _ => String::new(),
    }
}

/// A workspace in a temporary directory.
pub(crate) struct Workspace {
    pub(crate) directory: PathBuf,
}

impl Workspace {
    pub(crate) fn create(functions: usize) -> Result<Self, Error> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .canonicalize()?;
        let name = format!("agent-otel-compile-time-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory)?;
        let mut members = Vec::new();
        for variant in VARIANTS {
            for (package, functions) in [(many(variant), functions), (one(variant), 1)] {
                let member = directory.join(&package);
                fs::create_dir_all(member.join("src"))?;
                let dependency = dependency(variant, &root);
                fs::write(
                    member.join("Cargo.toml"),
                    format!(
                        "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                         [dependencies]\n{dependency}\n"
                    ),
                )?;
                fs::write(
                    member.join("src/main.rs"),
                    source(attribute(variant), functions)?,
                )?;
                members.push(package);
            }
        }
        fs::write(
            directory.join("Cargo.toml"),
            format!(
                "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n[profile.release]\nstrip = true\n"
            ),
        )?;
        // The versions that this workspace was tested with.
        fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock"))?;
        Ok(Self { directory })
    }

    /// Has cargo build the crate anew.
    pub(crate) fn touch(&self, package: &str) -> Result<(), Error> {
        let file = self.directory.join(package).join("src/main.rs");
        let text = fs::read_to_string(&file)?;
        Ok(fs::write(file, text)?)
    }

    pub(crate) fn remove(self) -> Result<(), Error> {
        Ok(fs::remove_dir_all(self.directory)?)
    }
}

/// A program of `functions` functions, of three shapes that take turns, all called from `main`.
fn source(attribute: &str, functions: usize) -> Result<String, Error> {
    let mut text = String::from(HEAD);
    for n in 0..functions {
        let function = match n % 3 {
            0 => format!(
                "async fn f{n}(order: u64) -> Result<u64, Failure> {{\n    \
                 let found = load(order).await?;\n    Ok(found.rotate_left({n} % 7) ^ {n})\n}}\n"
            ),
            1 => format!(
                "async fn f{n}(name: &str, count: usize) -> Result<String, Failure> {{\n    \
                 let found = load(count as u64).await?;\n    \
                 if found == {n} {{\n        return Err(Failure::Refused);\n    }}\n    \
                 Ok(format!(\"{{name}} {n} {{found}}\"))\n}}\n"
            ),
            _ => format!(
                "async fn f{n}(names: Vec<String>) -> usize {{\n    \
                 let mut sum = {n};\n    for name in &names {{\n        \
                 sum += name.len() + load(sum as u64).await.unwrap_or_default() as usize;\n    }}\n    sum\n}}\n"
            ),
        };
        writeln!(text, "{attribute}{function}")?;
    }
    text.push_str("async fn all() -> Result<u64, Failure> {\n    let mut sum = 0u64;\n");
    for n in 0..functions {
        match n % 3 {
            0 => writeln!(text, "    sum ^= f{n}(sum).await?;")?,
            1 => writeln!(text, "    sum ^= f{n}(\"name\", {n}).await?.len() as u64;")?,
            _ => writeln!(
                text,
                "    sum ^= f{n}(vec![String::from(\"name\")]).await as u64;"
            )?,
        }
    }
    text.push_str("    Ok(sum)\n}\n");
    Ok(text)
}

const HEAD: &str = r#"//! Generated.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[derive(Debug)]
pub enum Failure {
    Refused,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Failure {}

#[inline(never)]
async fn load(order: u64) -> Result<u64, Failure> {
    std::future::ready(()).await;
    if order == u64::MAX { Err(Failure::Refused) } else { Ok(std::hint::black_box(order)) }
}

fn main() {
    let mut all = pin!(all());
    let mut cx = Context::from_waker(Waker::noop());
    if let Poll::Ready(sum) = all.as_mut().poll(&mut cx) {
        println!("{sum:?}");
    }
}

"#;
