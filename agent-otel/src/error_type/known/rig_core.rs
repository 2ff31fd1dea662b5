//! Errors of [`rig_core`]: the code of the provider, else the status.

use rig_core::{ErrorKind, ProviderError, http_client};

use super::{Known, Told};
use crate::error_type::is_label;

impl Known for ProviderError {
    fn tell(&self) -> Option<Told<'_>> {
        if let Self::Http(error) = self {
            return Some(Told::Wrapper(&**error));
        }
        let report = self.report();
        let code = report.code.filter(|code| is_label(code));
        match (code, report.http_status, report.kind) {
            (Some(code), ..) => Some(Told::Code(code.into())),
            (None, Some(status), _) => Some(Told::Code(status.to_string().into())),
            (None, None, ErrorKind::Timeout) => Some(Told::Code("timeout".into())),
            _ => None,
        }
    }
}

impl Known for http_client::Error {
    fn tell(&self) -> Option<Told<'_>> {
        match self {
            Self::InvalidStatusCodeWithDetails { status, .. } => {
                Some(Told::Code(status.as_str().to_owned().into()))
            }
            Self::Instance(error) => Some(Told::Wrapper(&**error)),
            _ => None,
        }
    }
}
