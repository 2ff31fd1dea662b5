//! The metrics of the conventions. Every operation is measured where metrics are on, sampled or not.
//!
//! GenAI conventions, "Metrics"; MCP conventions, "Metrics".

mod instruments;
mod series;
mod table;
mod usage;

use std::sync::OnceLock;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};

use crate::kind::Role;
use crate::mcp_session::Side;
use crate::provider;
use crate::rollup::OwnCalls;
use crate::semconv::Version;
use crate::stream::Timing;
use instruments::Instruments;
use series::Series;
use usage::Tokens;

static INSTRUMENTS: OnceLock<Instruments> = OnceLock::new();

/// Records metrics by this meter from now on. Only the first call has an effect, and tells so.
pub(crate) fn install(meter: &Meter) -> bool {
    let instruments = Instruments::new(meter, Version::chosen());
    let is_first = INSTRUMENTS.set(instruments).is_ok();
    provider::measure();
    is_first
}

/// The measurement of one operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    series: &'static Series,
}

impl Measure {
    /// Begins to measure, where that is asked for.
    pub(crate) fn begin(role: Role, attributes: &[KeyValue]) -> Option<Self> {
        if !provider::state().measures() || !series::is_measured(role) {
            return None;
        }
        let series = series::of(role, attributes)?;
        Some(Self { series })
    }

    /// Records what a finished operation tells, once: how long it `lasted`, and what its attributes say.
    pub(crate) fn end(self, lasted: Duration, finished: &Finished<'_>) {
        let Some(instruments) = INSTRUMENTS.get() else {
            return;
        };
        let role = self.series.role();
        self.series.at_end(finished.attributes, |bound| {
            bound.duration(instruments.duration(role), lasted.as_secs_f64());
            if role == Role::Inference {
                let mut tokens = Tokens::default();
                for attribute in finished.attributes {
                    tokens.take(attribute);
                }
                bound.tokens(instruments, &tokens);
                if let Some(seconds) = finished.timing.and_then(|timing| timing.to_first_chunk) {
                    bound.first_chunk(instruments, seconds);
                }
            }
            if let Some(calls) = finished.calls {
                bound.calls(instruments, calls);
            }
        });
    }

    /// Records the time from one chunk of a model's stream to the next.
    pub(crate) fn chunk(self, seconds: f64, response_model: &[KeyValue]) {
        if let (Role::Inference, Some(instruments)) = (self.series.role(), INSTRUMENTS.get()) {
            let record = |bound: &series::Bound| bound.per_chunk(instruments, seconds);
            self.series.at_end(response_model, record);
        }
    }
}

/// Records the duration of a session of MCP.
pub(crate) fn session(side: Side, duration: Duration, attributes: &[KeyValue]) {
    let Some(instruments) = INSTRUMENTS.get() else {
        return;
    };
    let histogram = match side {
        Side::Client => &instruments.mcp_client_session,
        Side::Server => &instruments.mcp_server_session,
    };
    if let (Some(histogram), true) = (histogram, provider::state().is_enabled()) {
        histogram.record(duration.as_secs_f64(), attributes);
    }
}

/// What is known when an operation has ended.
pub(crate) struct Finished<'a> {
    pub(crate) attributes: &'a [KeyValue],
    pub(crate) timing: Option<&'a Timing>,
    /// Of an agent.
    pub(crate) calls: Option<OwnCalls>,
}

impl Instruments {
    /// The histogram of the durations of operations of this role.
    fn duration(&self, role: Role) -> Option<&Histogram<f64>> {
        match role {
            Role::Inference => self.inference_duration.as_ref(),
            Role::Agent => self.agent_duration.as_ref(),
            Role::Tool => self.tool_duration.as_ref(),
            Role::Workflow => self.workflow_duration.as_ref(),
            Role::McpClient => self.mcp_client_duration.as_ref(),
            Role::McpServer => self.mcp_server_duration.as_ref(),
            Role::Embeddings
            | Role::Retrieval
            | Role::Memory
            | Role::CreateAgent
            | Role::RemoteAgent => self.operation_duration.as_ref(),
            Role::Plan | Role::FetchResponse => None,
        }
    }
}
