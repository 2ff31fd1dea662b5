//! Where and when the numbers were taken.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Error;

/// `rustc 1.95.0 (59807616e 2026-04-14)`
pub(crate) fn compiler() -> Result<String, Error> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// One line: the day, the processor, the compiler.
pub(crate) fn line() -> Result<String, Error> {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("an unknown processor", |line| {
            line.trim_start_matches([' ', '\t', ':'])
        });
    let cores = thread::available_parallelism()?;
    let day = day(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400);
    Ok(format!(
        "{day} · {cores} cores of {processor} · {}",
        compiler()?
    ))
}

/// The date of a day since 1970-01-01, in the Gregorian calendar.
fn day(mut days: u64) -> String {
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}
