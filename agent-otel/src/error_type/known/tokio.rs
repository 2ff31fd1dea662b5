//! Errors of [`tokio`]: what became of the time, or of the task.

use tokio::task::JoinError;
use tokio::time::error::Elapsed;

use super::{Known, Told};

impl Known for Elapsed {
    fn tell(&self) -> Option<Told<'_>> {
        Some(Told::Code("timeout".into()))
    }
}

impl Known for JoinError {
    fn tell(&self) -> Option<Told<'_>> {
        let end = if self.is_panic() {
            "panic"
        } else {
            "cancelled"
        };
        Some(Told::Code(end.into()))
    }
}
