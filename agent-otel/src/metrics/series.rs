//! Sets of dimensions, each with its instruments bound: to record is then to add to a number.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use opentelemetry::metrics::{BoundCounter, BoundHistogram, Counter, Histogram};
use opentelemetry::{KeyValue, Value};

use super::instruments::Instruments;
use super::table::Table;
use super::usage::{COUNTS, MODALITIES, Tokens, token_type};
use crate::kind::Role;
use crate::rollup::OwnCalls;
use crate::semconv::{self, Version};

/// Sets of dimensions that are told apart at the start, more than the SDK does by default. What comes on top of them is
/// recorded together.
const LIMIT: usize = 4096;

/// Ends of one series that are kept bound.
const ENDS: usize = 256;

static SERIES: Table<Key, Series> = Table::new(LIMIT);

/// By role, for what comes on top.
static OVERFLOW: [OnceLock<Series>; Role::COUNT] = [const { OnceLock::new() }; Role::COUNT];

/// The attribute by which the SDK marks its own overflow (OpenTelemetry specification, "Metrics SDK", "Overflow attribute").
const OVERFLOW_KEY: &str = "otel.metric.overflow";

#[derive(Debug)]
struct Key {
    role: Role,
    start: Vec<KeyValue>,
}

/// What is known of the dimensions when an operation begins.
#[derive(Debug)]
pub(super) struct Series {
    role: Role,
    start: Vec<KeyValue>,
    ends: Table<Vec<KeyValue>, Bound>,
}

/// The dimensions of an operation that `role` takes from its attributes at the start, and at the end.
fn dimensions(role: Role) -> (&'static [&'static str], &'static [&'static str]) {
    const MODEL: &[&str] = &[
        semconv::GEN_AI_OPERATION_NAME,
        semconv::GEN_AI_PROVIDER_NAME,
        semconv::GEN_AI_REQUEST_MODEL,
        semconv::SERVER_ADDRESS,
        semconv::SERVER_PORT,
    ];
    const MODEL_END: &[&str] = &[
        semconv::GEN_AI_RESPONSE_MODEL,
        semconv::ERROR_TYPE,
        semconv::OPENAI_RESPONSE_SERVICE_TIER,
        semconv::OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
    ];
    const FAILED: &[&str] = &[semconv::ERROR_TYPE];
    const MCP: &[&str] = &[
        semconv::MCP_METHOD_NAME,
        semconv::GEN_AI_OPERATION_NAME,
        semconv::GEN_AI_TOOL_NAME,
        semconv::GEN_AI_PROMPT_NAME,
        semconv::JSONRPC_PROTOCOL_VERSION,
        semconv::MCP_PROTOCOL_VERSION,
        semconv::NETWORK_PROTOCOL_NAME,
        semconv::NETWORK_PROTOCOL_VERSION,
        semconv::NETWORK_TRANSPORT,
        semconv::SERVER_ADDRESS,
        semconv::SERVER_PORT,
    ];
    const MCP_END: &[&str] = &[semconv::ERROR_TYPE, semconv::RPC_RESPONSE_STATUS_CODE];
    match role {
        Role::Inference
        | Role::Embeddings
        | Role::Retrieval
        | Role::Memory
        | Role::CreateAgent
        | Role::RemoteAgent => (MODEL, MODEL_END),
        Role::Agent => (
            &[semconv::GEN_AI_AGENT_NAME, semconv::GEN_AI_REQUEST_MODEL],
            FAILED,
        ),
        Role::Tool => (
            &[
                semconv::GEN_AI_TOOL_NAME,
                semconv::GEN_AI_AGENT_NAME,
                semconv::GEN_AI_TOOL_TYPE,
            ],
            FAILED,
        ),
        Role::Workflow => (&[semconv::GEN_AI_WORKFLOW_NAME], FAILED),
        Role::McpClient | Role::McpServer => (MCP, MCP_END),
        Role::Plan | Role::FetchResponse => (&[], &[]),
    }
}

/// The attributes that are dimensions, in the order in which they come.
fn chosen<'a>(
    attributes: &'a [KeyValue],
    keys: &'static [&'static str],
) -> impl Iterator<Item = &'a KeyValue> {
    attributes
        .iter()
        .filter(|attribute| keys.contains(&attribute.key.as_str()))
}

fn hash<'a>(seed: u8, dimensions: impl Iterator<Item = &'a KeyValue>) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u8(seed);
    for KeyValue { key, value, .. } in dimensions {
        hasher.write(key.as_str().as_bytes());
        match value {
            Value::String(text) => hasher.write(text.as_str().as_bytes()),
            Value::I64(number) => hasher.write_i64(*number),
            other => other.as_str().hash(&mut hasher),
        }
    }
    hasher.finish()
}

/// Whether an operation of this role is measured at all.
pub(super) fn is_measured(role: Role) -> bool {
    !matches!(role, Role::Plan | Role::FetchResponse)
}

/// The series of an operation that begins with these attributes.
pub(super) fn of(role: Role, attributes: &[KeyValue]) -> Option<&'static Series> {
    let (keys, _) = dimensions(role);
    let found = SERIES.get(
        hash(role as u8, chosen(attributes, keys)),
        |known| known.role == role && chosen(attributes, keys).eq(known.start.iter()),
        || {
            let series = Series::new(role, chosen(attributes, keys).cloned().collect());
            let start = series.start.clone();
            (Key { role, start }, series)
        },
    );
    found.or_else(|| {
        let overflow = OVERFLOW.get(role as usize)?;
        Some(overflow.get_or_init(|| Series::new(role, vec![KeyValue::new(OVERFLOW_KEY, true)])))
    })
}

impl Series {
    fn new(role: Role, start: Vec<KeyValue>) -> Self {
        Self {
            role,
            start,
            ends: Table::new(ENDS),
        }
    }

    pub(super) fn role(&self) -> Role {
        self.role
    }

    /// Runs `record` on the instruments that are bound to these dimensions and those of the end.
    pub(super) fn at_end(&self, attributes: &[KeyValue], record: impl FnOnce(&Bound))
    where
        Self: 'static,
    {
        let (_, keys) = dimensions(self.role);
        let make = || self.bound(chosen(attributes, keys));
        let found = self.ends.get(
            hash(0, chosen(attributes, keys)),
            |known| chosen(attributes, keys).eq(known.iter()),
            || (chosen(attributes, keys).cloned().collect(), make()),
        );
        match found {
            Some(bound) => record(bound),
            None => record(&make()),
        }
    }

    fn bound<'a>(&self, end: impl Iterator<Item = &'a KeyValue>) -> Bound {
        let mut all = self.start.clone();
        all.extend(end.cloned());
        let is_error = |attribute: &&KeyValue| attribute.key.as_str() != semconv::ERROR_TYPE;
        Bound {
            successful: all.iter().filter(is_error).cloned().collect(),
            all,
            duration: OnceLock::new(),
            first_chunk: OnceLock::new(),
            per_chunk: OnceLock::new(),
            tokens: [const { OnceLock::new() }; 2],
            usage: [const { [const { OnceLock::new() }; MODALITIES.len()] }; COUNTS.len()],
            calls: [const { OnceLock::new() }; 2],
        }
    }
}

/// Instruments bound to one set of dimensions, each when it is needed first.
#[derive(Debug)]
pub(super) struct Bound {
    all: Vec<KeyValue>,
    /// Without `error.type`, which only durations have.
    successful: Vec<KeyValue>,
    duration: OnceLock<BoundHistogram<f64>>,
    first_chunk: OnceLock<BoundHistogram<f64>>,
    per_chunk: OnceLock<BoundHistogram<f64>>,
    tokens: [OnceLock<BoundHistogram<u64>>; 2],
    usage: [[OnceLock<BoundCounter<u64>>; MODALITIES.len()]; COUNTS.len()],
    calls: [OnceLock<BoundHistogram<u64>>; 2],
}

/// Records one value by way of a slot that binds the instrument when it is used first.
fn record<T>(
    slot: &OnceLock<BoundHistogram<T>>,
    instrument: Option<&Histogram<T>>,
    dimensions: impl FnOnce() -> Vec<KeyValue>,
    value: T,
) {
    if let Some(instrument) = instrument {
        slot.get_or_init(|| instrument.bind(&dimensions()))
            .record(value);
    }
}

impl Bound {
    /// Seconds from start to end.
    pub(super) fn duration(&self, duration: Option<&Histogram<f64>>, seconds: f64) {
        record(&self.duration, duration, || self.all.clone(), seconds);
    }

    pub(super) fn first_chunk(&self, instruments: &Instruments, seconds: f64) {
        let instrument = instruments.first_chunk.as_ref();
        record(
            &self.first_chunk,
            instrument,
            || self.successful.clone(),
            seconds,
        );
    }

    pub(super) fn per_chunk(&self, instruments: &Instruments, seconds: f64) {
        let instrument = instruments.per_chunk.as_ref();
        record(
            &self.per_chunk,
            instrument,
            || self.successful.clone(),
            seconds,
        );
    }

    /// Distribution and sums of what a model call used, as far as it is known.
    pub(super) fn tokens(&self, instruments: &Instruments, tokens: &Tokens) {
        let totals = [
            (&instruments.input_tokens, COUNTS[0], "input"),
            (&instruments.output_tokens, COUNTS[1], "output"),
        ];
        for (slot, (instrument, count, word)) in self.tokens.iter().zip(totals) {
            if let Some(total) = tokens.total(count) {
                let dimensions = || {
                    let mut dimensions = self.successful.clone();
                    // One metric in the older version, whose name does not tell which tokens they are.
                    if instruments.version == Version::V1_41 {
                        dimensions.push(token_type(word));
                    }
                    dimensions
                };
                record(slot, instrument.as_ref(), dimensions, total);
            }
        }
        for ((slots, instrument), count) in self.usage.iter().zip(&instruments.usage).zip(COUNTS) {
            let Some(instrument) = instrument else {
                continue;
            };
            let added = tokens.by_modality(count);
            for ((slot, modality), tokens) in slots.iter().zip(MODALITIES).zip(added) {
                if tokens > 0 {
                    slot.get_or_init(|| self.counter(instrument, modality))
                        .add(tokens);
                }
            }
        }
    }

    fn counter(&self, instrument: &Counter<u64>, modality: &'static str) -> BoundCounter<u64> {
        let mut dimensions = self.successful.clone();
        dimensions.push(KeyValue::new(semconv::GEN_AI_TOKEN_MODALITY, modality));
        instrument.bind(&dimensions)
    }

    /// Calls that an agent issued itself; dimensions are its name alone.
    pub(super) fn calls(&self, instruments: &Instruments, calls: OwnCalls) {
        let name = || {
            let name = |attribute: &&KeyValue| attribute.key.as_str() == semconv::GEN_AI_AGENT_NAME;
            self.all.iter().filter(name).cloned().collect()
        };
        let [inference, tool] = &self.calls;
        let instrument = instruments.inference_calls.as_ref();
        record(inference, instrument, name, calls.inference);
        record(tool, instruments.tool_calls.as_ref(), name, calls.tool);
    }
}
