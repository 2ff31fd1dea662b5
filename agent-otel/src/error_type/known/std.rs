//! Errors of the standard library, and of crates that are here anyway.

use std::borrow::Cow;
use std::io::{self, ErrorKind};

use serde_json::error::Category;

use super::{Known, Told};

/// The kind; an error that was only put into this type is looked through.
impl Known for io::Error {
    fn tell(&self) -> Option<Told<'_>> {
        match self.kind() {
            ErrorKind::TimedOut => Some(Told::Code("timeout".into())),
            ErrorKind::Other => Some(Told::Wrapper(self.get_ref()?)),
            _ => None,
        }
    }

    fn kind(&self) -> Option<Cow<'static, str>> {
        Some(format!("{:?}", self.kind()).into())
    }
}

impl Known for serde_json::Error {
    fn tell(&self) -> Option<Told<'_>> {
        None
    }

    fn kind(&self) -> Option<Cow<'static, str>> {
        let kind = match self.classify() {
            Category::Io => "Io",
            Category::Syntax => "Syntax",
            Category::Data => "Data",
            Category::Eof => "Eof",
        };
        Some(kind.into())
    }
}
