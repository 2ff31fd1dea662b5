//! Errors of [`sqlx`]: the code of the database.

use sqlx::Error;

use super::{Known, Told};

impl Known for Error {
    fn tell(&self) -> Option<Told<'_>> {
        match self {
            Self::Database(error) => Some(Told::Code(error.code()?.into_owned().into())),
            Self::Io(error) => Some(Told::Wrapper(error)),
            Self::PoolTimedOut => Some(Told::Code("timeout".into())),
            _ => None,
        }
    }
}
