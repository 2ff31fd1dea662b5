//! A destination as the SDK takes it, to compare its spans with those that are recorded here.

use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::direct::Destination;

#[derive(Debug)]
pub(super) struct AsProcessor<D>(pub(super) D);

impl<D: Destination> SpanProcessor for AsProcessor<D> {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.ended(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
