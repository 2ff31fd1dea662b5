//! Errors of [`rig_core`]: the code of the provider, else the status.

use rig_core::{ErrorKind, ProviderError, http_client};

use super::{Known, Told};
use crate::error_type::is_label;

impl Known for ProviderError {
    fn tell(&self) -> Told<'_> {
        if let Self::Http(error) = self {
            return Told::wrapper(&**error);
        }
        let report = self.report();
        let code = report.code.filter(|code| is_label(code));
        match (code, report.http_status, report.kind) {
            (Some(code), ..) => Told::code(code),
            (None, Some(status), _) => Told::code(status),
            (None, None, ErrorKind::Timeout) => Told::word("timeout"),
            _ => Told::Type,
        }
    }
}

impl Known for http_client::Error {
    fn tell(&self) -> Told<'_> {
        match self {
            Self::InvalidStatusCodeWithDetails { status, .. } => Told::code(status.as_str()),
            Self::Instance(error) => Told::wrapper(&**error),
            _ => Told::Type,
        }
    }
}
