//! The instruments of the conventions, made once from the meter that was handed over.

use opentelemetry::metrics::{Counter, Histogram, Meter};

use crate::semconv::Version;
use crate::semconv::metric::{self, Instrument, Metric};

/// Every metric that is recorded here. `None` where the chosen version counts it by another one.
#[derive(Debug)]
pub(super) struct Instruments {
    pub(super) version: Version,
    pub(super) inference_duration: Seconds,
    pub(super) first_chunk: Seconds,
    pub(super) per_chunk: Seconds,
    pub(super) input_tokens: Counts,
    pub(super) output_tokens: Counts,
    /// In the order of [`super::usage::Count`].
    pub(super) usage: [Option<Counter<u64>>; 5],
    pub(super) operation_duration: Seconds,
    pub(super) tool_duration: Seconds,
    pub(super) agent_duration: Seconds,
    pub(super) inference_calls: Counts,
    pub(super) tool_calls: Counts,
    pub(super) workflow_duration: Seconds,
    pub(super) mcp_client_duration: Seconds,
    pub(super) mcp_server_duration: Seconds,
    pub(super) mcp_client_session: Seconds,
    pub(super) mcp_server_session: Seconds,
}

type Seconds = Option<Histogram<f64>>;
type Counts = Option<Histogram<u64>>;

impl Instruments {
    pub(super) fn new(meter: &Meter, version: Version) -> Self {
        let mut maker = Maker {
            meter,
            version,
            seconds: Vec::new(),
            counts: Vec::new(),
        };
        Self {
            version,
            inference_duration: maker.seconds(&metric::GEN_AI_CLIENT_INFERENCE_DURATION),
            first_chunk: maker.seconds(&metric::GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK),
            per_chunk: maker.seconds(&metric::GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK),
            input_tokens: maker.counts(&metric::GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS),
            output_tokens: maker.counts(&metric::GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS),
            usage: [
                &metric::GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS,
                &metric::GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS,
                &metric::GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS,
                &metric::GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS,
                &metric::GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS,
            ]
            .map(|metric| maker.counter(metric)),
            operation_duration: maker.seconds(&metric::GEN_AI_CLIENT_OPERATION_DURATION),
            tool_duration: maker.seconds(&metric::GEN_AI_EXECUTE_TOOL_DURATION),
            agent_duration: maker.seconds(&metric::GEN_AI_INVOKE_AGENT_DURATION),
            inference_calls: maker.counts(&metric::GEN_AI_INVOKE_AGENT_INFERENCE_CALLS),
            tool_calls: maker.counts(&metric::GEN_AI_INVOKE_AGENT_TOOL_CALLS),
            workflow_duration: maker.seconds(&metric::GEN_AI_INVOKE_WORKFLOW_DURATION),
            mcp_client_duration: maker.seconds(&metric::MCP_CLIENT_OPERATION_DURATION),
            mcp_server_duration: maker.seconds(&metric::MCP_SERVER_OPERATION_DURATION),
            mcp_client_session: maker.seconds(&metric::MCP_CLIENT_SESSION_DURATION),
            mcp_server_session: maker.seconds(&metric::MCP_SERVER_SESSION_DURATION),
        }
    }
}

/// Makes instruments; two metrics that have one name in the chosen version share one.
struct Maker<'a> {
    meter: &'a Meter,
    version: Version,
    seconds: Vec<(&'static str, Histogram<f64>)>,
    counts: Vec<(&'static str, Histogram<u64>)>,
}

/// A method that makes histograms of one type.
macro_rules! histograms {
    ($made:ident: $ty:ty, $variant:ident, $builder:ident) => {
        fn $made(&mut self, metric: &Metric) -> Option<Histogram<$ty>> {
            let name = metric.name_in(self.version)?;
            let Instrument::$variant(boundaries) = metric.instrument else {
                return None;
            };
            if let Some((_, made)) = self.$made.iter().find(|(known, _)| *known == name) {
                return Some(made.clone());
            }
            let made = self
                .meter
                .$builder(name)
                .with_unit(metric.unit)
                .with_description(metric.description)
                .with_boundaries(boundaries.to_vec())
                .build();
            self.$made.push((name, made.clone()));
            Some(made)
        }
    };
}

impl Maker<'_> {
    histograms!(seconds: f64, Seconds, f64_histogram);
    histograms!(counts: u64, Counts, u64_histogram);

    fn counter(&self, metric: &Metric) -> Option<Counter<u64>> {
        let builder = self.meter.u64_counter(metric.name_in(self.version)?);
        let builder = builder
            .with_unit(metric.unit)
            .with_description(metric.description);
        Some(builder.build())
    }
}
