//! Errors of the standard library, and of crates that are here anyway.

use std::io::{self, ErrorKind};

use serde_json::error::Category;

use super::{Known, Told};

/// The kind; an error that was only put into this type is looked through.
impl Known for io::Error {
    fn tell(&self) -> Told<'_> {
        match (self.kind(), self.get_ref()) {
            (ErrorKind::TimedOut, _) => Told::word("timeout"),
            (ErrorKind::Other, Some(inner)) => Told::Wrapper {
                inner,
                kind: Some("Other"),
            },
            (kind, _) => Told::Kind(format!("{kind:?}").into()),
        }
    }
}

impl Known for serde_json::Error {
    fn tell(&self) -> Told<'_> {
        Told::Kind(
            match self.classify() {
                Category::Io => "Io",
                Category::Syntax => "Syntax",
                Category::Data => "Data",
                Category::Eof => "Eof",
            }
            .into(),
        )
    }
}
