//! Errors of [`sqlx`]: the code of the database.

use sqlx::Error;

use super::{Known, Told};

impl Known for Error {
    fn tell(&self) -> Told<'_> {
        match self {
            Self::Database(error) => error.code().map_or(Told::Type, Told::code),
            Self::Io(error) => Told::wrapper(error),
            Self::PoolTimedOut => Told::word("timeout"),
            _ => Told::Type,
        }
    }
}
