//! Errors of [`reqwest`].

use super::{Known, Told};

impl Known for reqwest::Error {
    fn tell(&self) -> Told<'_> {
        http_client!(self)
    }
}
