//! The metrics of the conventions. Every operation is measured where metrics are on, sampled or not.
//!
//! GenAI conventions, "Metrics"; MCP conventions, "Metrics".

mod instruments;
mod layout;
mod series;
mod table;
mod usage;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};

use crate::kind::Role;
use crate::mcp_session::Side;
use crate::provider;
use crate::rollup::OwnCalls;
use crate::semconv::Version;
use instruments::Instruments;
use layout::Numbers;
use series::{Bound, End, Series};

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
    /// Begins to measure, where an operation of this role is.
    #[expect(clippy::ptr_arg, reason = "whether the name is a constant matters")]
    #[inline(never)]
    pub(crate) fn begin(
        role: Role,
        name: &Cow<'static, str>,
        attributes: &[KeyValue],
    ) -> Option<Self> {
        if !series::is_measured(role) {
            return None;
        }
        let series = series::of(role, name, attributes)?;
        Some(Self { series })
    }

    /// What is to be recorded of an operation that has `lasted` so long and has written these attributes since its start.
    pub(crate) fn read(self, written: [&[KeyValue]; 2], lasted: Duration) -> Measured {
        let (end, numbers) = self.series.read(written);
        Measured {
            end,
            role: self.series.role(),
            lasted,
            numbers,
        }
    }

    /// Measures the time from one chunk of a model's stream to the next; `None` for other operations.
    pub(crate) fn chunks(self) -> Option<Chunks> {
        (self.series.role() == Role::Inference).then_some(Chunks {
            series: self.series,
            bound: None,
        })
    }
}

/// The measurement of the chunks of one stream.
#[derive(Debug)]
pub(crate) struct Chunks {
    series: &'static Series,
    /// Kept from one chunk to the next.
    bound: Option<&'static Bound>,
}

impl Chunks {
    /// Forgets for which model the instruments were bound.
    pub(crate) fn rebind(&mut self) {
        self.bound = None;
    }

    /// Records the seconds from one chunk to the next.
    pub(crate) fn record(&mut self, seconds: f64, response_model: Option<&KeyValue>) {
        let Some(instruments) = INSTRUMENTS.get() else {
            return;
        };
        if let Some(bound) = self.bound {
            return bound.per_chunk(instruments, seconds);
        }
        let end = response_model.map_or(&[][..], std::slice::from_ref);
        let end = self.series.at_end([end, &[]]);
        if let End::Kept(bound) = end {
            self.bound = Some(bound);
        }
        end.per_chunk(instruments, seconds);
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
    if let (Some(histogram), true) = (histogram, provider::is_enabled()) {
        // Instruments are code of others.
        let record = || histogram.record(duration.as_secs_f64(), attributes);
        let _ = catch_unwind(AssertUnwindSafe(record));
    }
}

/// What is to be recorded of an operation that has ended.
#[derive(Debug)]
pub(crate) struct Measured {
    end: End,
    role: Role,
    lasted: Duration,
    numbers: Numbers,
}

impl Measured {
    /// Records it, once, with the `calls` that an agent has issued itself.
    pub(crate) fn record(&self, calls: Option<OwnCalls>) {
        let Some(instruments) = INSTRUMENTS.get() else {
            return;
        };
        let end = &self.end;
        end.duration(instruments.duration(self.role), self.lasted.as_secs_f64());
        if self.role == Role::Inference {
            end.tokens(instruments, &self.numbers.tokens);
            if let Some(seconds) = self.numbers.first_chunk {
                end.first_chunk(instruments, seconds);
            }
        }
        if let Some(calls) = calls {
            end.calls(instruments, calls);
        }
    }
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
