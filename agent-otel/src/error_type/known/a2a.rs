//! Errors of [`a2a`]: the code of JSON-RPC.

use a2a::A2AError;

use super::{Known, Told};

impl Known for A2AError {
    fn tell(&self) -> Option<Told<'_>> {
        Some(Told::Code(self.code.to_string().into()))
    }
}
