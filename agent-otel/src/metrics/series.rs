//! Sets of dimensions, each with its instruments bound: to record is then to add to a number.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Deref;
use std::sync::OnceLock;

use foldhash::fast::RandomState;
use opentelemetry::metrics::{BoundCounter, BoundHistogram, Counter, Histogram};
use opentelemetry::{KeyValue, Value};

use super::instruments::Instruments;
use super::layout::{Layout, Numbers, Written, is_same_value};
use super::table::Table;
use super::usage::{COUNTS, Count, MODALITIES, Tokens, UNKNOWN, token_type};
use crate::kind::Role;
use crate::rollup::OwnCalls;
use crate::semconv::{self, Version};

/// Sets of dimensions that are told apart at the start, more than the SDK does by default. What comes on top of them is
/// recorded together.
const LIMIT: usize = 4096;

/// Ends of one series that are kept bound.
const ENDS: usize = 256;

static SERIES: Table<Key, Series> = Table::new(LIMIT);

/// The series that operations of one name had first, by where the name lies: most have no other, and to compare costs less
/// than to search.
static USUAL: [OnceLock<(Role, Layout, &Series)>; 256] = [const { OnceLock::new() }; 256];

/// By role, for what comes on top. In boxes, since a series is large and hardly a program has this one.
static OVERFLOW: [OnceLock<Box<Series>>; Role::COUNT] = [const { OnceLock::new() }; Role::COUNT];

/// The attribute by which the SDK marks its own overflow (OpenTelemetry specification, "Metrics SDK", "Overflow attribute").
const OVERFLOW_KEY: &str = "otel.metric.overflow";

#[derive(Debug)]
struct Key {
    role: Role,
    start: Values,
}

/// What is known of the dimensions when an operation begins.
#[derive(Debug)]
pub(super) struct Series {
    role: Role,
    start: Vec<KeyValue>,
    ends: Table<Values, Bound>,
    /// The end that came first: most are like it.
    usual: OnceLock<(Layout, &'static Bound)>,
}

/// The values of dimensions, each in the place of its key.
type Values = Vec<Option<Value>>;

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

/// The most dimensions that an operation has at one end.
const MOST: usize = 11;

/// The attributes that are dimensions.
struct Chosen<'a> {
    keys: &'static [&'static str],
    /// Each in the place of its key.
    values: [Option<&'a Value>; MOST],
}

impl<'a> Chosen<'a> {
    fn new(attributes: Written<'a>, keys: &'static [&'static str]) -> Self {
        let mut values = [None; MOST];
        for KeyValue { key, value, .. } in attributes.into_iter().flatten() {
            let place = keys.iter().position(|known| *known == key.as_str());
            if let Some(chosen) = place.and_then(|place| values.get_mut(place)) {
                *chosen = Some(value);
            }
        }
        Self { keys, values }
    }

    fn values(&self) -> &[Option<&'a Value>] {
        self.values.get(..self.keys.len()).unwrap_or_default()
    }

    fn hash(&self, seed: u8) -> u64 {
        static STATE: OnceLock<RandomState> = OnceLock::new();

        let mut hasher = STATE.get_or_init(RandomState::default).build_hasher();
        hasher.write_u8(seed);
        for (place, value) in self.values().iter().enumerate() {
            let Some(value) = value else {
                continue;
            };
            hasher.write_usize(place);
            match value {
                Value::String(text) => hasher.write(text.as_str().as_bytes()),
                Value::I64(number) => hasher.write_i64(*number),
                other => other.as_str().hash(&mut hasher),
            }
        }
        hasher.finish()
    }

    fn is(&self, known: &Values) -> bool {
        known
            .iter()
            .zip(self.values())
            .all(|(known, value)| match (known, value) {
                (None, None) => true,
                (Some(known), Some(value)) => is_same_value(known, value),
                _ => false,
            })
    }

    fn to_values(&self) -> Values {
        self.values().iter().map(|value| value.cloned()).collect()
    }

    fn to_attributes(&self) -> impl Iterator<Item = KeyValue> {
        let keys = self.keys.iter().zip(&self.values);
        keys.filter_map(|(key, value)| Some(KeyValue::new(*key, (*value)?.clone())))
    }
}

/// Whether an operation of this role is measured at all.
pub(super) fn is_measured(role: Role) -> bool {
    !matches!(role, Role::Plan | Role::FetchResponse)
}

/// The series of an operation of this name that begins with these attributes.
#[expect(clippy::ptr_arg, reason = "whether the name is a constant matters")]
pub(super) fn of(
    role: Role,
    name: &Cow<'static, str>,
    attributes: &[KeyValue],
) -> Option<&'static Series> {
    let usual = match name {
        Cow::Borrowed(name) => USUAL.get(name.as_ptr().addr() / 8 % USUAL.len()),
        Cow::Owned(_) => None,
    };
    if let Some((known, layout, series)) = usual.and_then(OnceLock::get) {
        if *known == role && layout.is_of(attributes) {
            return Some(series);
        }
    }
    let (keys, _) = dimensions(role);
    let chosen = Chosen::new([attributes, &[]], keys);
    let found = SERIES.get(
        chosen.hash(role as u8),
        |known| known.role == role && chosen.is(&known.start),
        || {
            let start = chosen.to_values();
            let series = Series::new(role, chosen.to_attributes().collect());
            (Key { role, start }, series)
        },
    );
    if let (Some(usual), Some((_, series))) = (usual, found) {
        usual.get_or_init(|| (role, Layout::of([attributes, &[]], keys), series));
    }
    found.map(|(_, series)| series).or_else(|| {
        let overflow = OVERFLOW.get(role as usize)?;
        let start = || vec![KeyValue::new(OVERFLOW_KEY, true)];
        Some(&**overflow.get_or_init(|| Box::new(Series::new(role, start()))))
    })
}

impl Series {
    fn new(role: Role, start: Vec<KeyValue>) -> Self {
        Self {
            role,
            start,
            ends: Table::new(ENDS),
            usual: OnceLock::new(),
        }
    }

    pub(super) fn role(&self) -> Role {
        self.role
    }

    /// What the attributes of the end tell: the instruments that are bound to these dimensions and those of the end, and
    /// numbers to record.
    pub(super) fn read(&'static self, written: Written<'_>) -> (End, Numbers) {
        if let Some((layout, bound)) = self.usual.get() {
            let mut numbers = Numbers::default();
            if layout.read(written, &mut numbers) {
                return (End::Kept(bound), numbers);
            }
        }
        let end = self.at_end(written);
        if let End::Kept(bound) = end {
            let (_, keys) = dimensions(self.role);
            self.usual
                .get_or_init(|| (Layout::of(written, keys), bound));
        }
        (end, Numbers::of(written))
    }

    /// The instruments that are bound to these dimensions and those of the end; others where there is no room to keep
    /// them.
    pub(super) fn at_end(&'static self, written: Written<'_>) -> End {
        let (_, keys) = dimensions(self.role);
        let chosen = Chosen::new(written, keys);
        let found = self.ends.get(
            chosen.hash(0),
            |known| chosen.is(known),
            || (chosen.to_values(), self.bound(&chosen)),
        );
        match found {
            Some((_, bound)) => End::Kept(bound),
            None => End::Passing(Box::new(self.bound(&chosen))),
        }
    }

    fn bound(&self, end: &Chosen<'_>) -> Bound {
        let mut all = self.start.clone();
        all.extend(end.to_attributes());
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

/// The instruments of one end of a series.
#[derive(Debug)]
pub(super) enum End {
    Kept(&'static Bound),
    Passing(Box<Bound>),
}

impl Deref for End {
    type Target = Bound;

    fn deref(&self) -> &Bound {
        match self {
            Self::Kept(bound) => bound,
            Self::Passing(bound) => bound,
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
    // First, so that nothing is made ready for a closure that hardly ever runs.
    if let Some(bound) = slot.get() {
        bound.record(value);
    } else if let Some(instrument) = instrument {
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
        record(&self.first_chunk, instrument, || self.of_chunks(), seconds);
    }

    pub(super) fn per_chunk(&self, instruments: &Instruments, seconds: f64) {
        let instrument = instruments.per_chunk.as_ref();
        record(&self.per_chunk, instrument, || self.of_chunks(), seconds);
    }

    /// What the metrics of chunks are told apart by: the conventions give them none of what a provider adds to the others.
    fn of_chunks(&self) -> Vec<KeyValue> {
        let added = [
            semconv::OPENAI_RESPONSE_SERVICE_TIER,
            semconv::OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
        ];
        let mut dimensions = self.successful.clone();
        dimensions.retain(|attribute| !added.contains(&attribute.key.as_str()));
        dimensions
    }

    /// Distribution and sums of what a model call used, as far as it is known.
    pub(super) fn tokens(&self, instruments: &Instruments, tokens: &Tokens) {
        let totals = [
            (&instruments.input_tokens, Count::Input, "input"),
            (&instruments.output_tokens, Count::Output, "output"),
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
        for count in COUNTS {
            let place = count as usize;
            let (Some(total), Some(slots), Some(Some(instrument))) = (
                tokens.total(count),
                self.usage.get(place),
                instruments.usage.get(place),
            ) else {
                continue;
            };
            let add = |modality: usize, tokens| {
                if let (Some(slot), true) = (slots.get(modality), tokens > 0) {
                    slot.get_or_init(|| self.counter(instrument, modality))
                        .add(tokens);
                }
            };
            match tokens.by_modality(count) {
                Some(added) => (0..)
                    .zip(added)
                    .for_each(|(place, tokens)| add(place, tokens)),
                None => add(UNKNOWN, total),
            }
        }
    }

    #[cold]
    fn counter(&self, instrument: &Counter<u64>, modality: usize) -> BoundCounter<u64> {
        let mut dimensions = self.successful.clone();
        if let Some(modality) = MODALITIES.get(modality) {
            dimensions.push(KeyValue::new(semconv::GEN_AI_TOKEN_MODALITY, *modality));
        }
        instrument.bind(&dimensions)
    }

    /// Calls that an agent issued itself; dimensions are its name alone, or that there are too many.
    pub(super) fn calls(&self, instruments: &Instruments, calls: OwnCalls) {
        let name = || {
            let keys = [semconv::GEN_AI_AGENT_NAME, OVERFLOW_KEY];
            let name = |attribute: &&KeyValue| keys.contains(&attribute.key.as_str());
            self.all.iter().filter(name).cloned().collect()
        };
        let [inference, tool] = &self.calls;
        let instrument = instruments.inference_calls.as_ref();
        record(inference, instrument, name, calls.inference);
        record(tool, instruments.tool_calls.as_ref(), name, calls.tool);
    }
}
