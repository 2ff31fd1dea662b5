//! What spans, points and events tell of one operation is the same.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::exported::{Attribute, Exported, Span, value};
use super::table::{EXCEPTION_EVENT, Row, Table, is_added};

/// The metric of the duration of each span type. An earlier response that is fetched, and a plan, have none.
const DURATIONS: [(&str, &str); 11] = [
    (INFERENCE, "gen_ai.client.inference.duration"),
    (
        "gen_ai.embeddings.client",
        "gen_ai.client.operation.duration",
    ),
    (
        "gen_ai.retrieval.client",
        "gen_ai.client.operation.duration",
    ),
    ("gen_ai.memory.client", "gen_ai.client.operation.duration"),
    (
        "gen_ai.create_agent.client",
        "gen_ai.client.operation.duration",
    ),
    (
        "gen_ai.invoke_agent.client",
        "gen_ai.client.operation.duration",
    ),
    (AGENT, "gen_ai.invoke_agent.duration"),
    (
        "gen_ai.invoke_workflow.internal",
        "gen_ai.invoke_workflow.duration",
    ),
    (
        "gen_ai.execute_tool.internal",
        "gen_ai.execute_tool.duration",
    ),
    ("mcp.client", "mcp.client.operation.duration"),
    ("mcp.server", "mcp.server.operation.duration"),
];

const INFERENCE: &str = "gen_ai.client.inference";
const AGENT: &str = "gen_ai.invoke_agent.internal";

/// What an agent calls, and the metrics that count it.
const CALLS: [(&str, &str); 2] = [
    (INFERENCE, "gen_ai.invoke_agent.inference_calls"),
    (
        "gen_ai.execute_tool.internal",
        "gen_ai.invoke_agent.tool_calls",
    ),
];

/// Counts of tokens on spans, and the metrics that tell their distribution and their sum.
const TOKENS: [(&str, Option<&str>, &str); 5] = [
    (
        "gen_ai.usage.input_tokens",
        Some("gen_ai.client.inference.operation.input_tokens"),
        "gen_ai.client.inference.usage.input_tokens",
    ),
    (
        "gen_ai.usage.output_tokens",
        Some("gen_ai.client.inference.operation.output_tokens"),
        "gen_ai.client.inference.usage.output_tokens",
    ),
    (
        "gen_ai.usage.cache_read.input_tokens",
        None,
        "gen_ai.client.inference.usage.cache_read.input_tokens",
    ),
    (
        "gen_ai.usage.cache_write.input_tokens",
        None,
        "gen_ai.client.inference.usage.cache_write.input_tokens",
    ),
    (
        "gen_ai.usage.reasoning.output_tokens",
        None,
        "gen_ai.client.inference.usage.reasoning.output_tokens",
    ),
];

/// What was recorded with one metric and one set of dimensions.
#[derive(Clone, Debug, Default)]
struct Recorded {
    /// How often a histogram is recorded, or what a counter counts.
    count: u64,
    /// The sum of a histogram, as far as the spans tell it.
    sum: Option<f64>,
}

impl Recorded {
    fn add(&mut self, count: u64, sum: Option<f64>) {
        let so_far = if self.count == 0 { Some(0.0) } else { self.sum };
        self.sum = so_far.zip(sum).map(|(so_far, sum)| so_far + sum);
        self.count += count;
    }

    fn is(&self, told: &Self) -> bool {
        // Times are added up in some order.
        let mut sums = self.sum.into_iter().zip(told.sum);
        self.count == told.count && sums.all(|(a, b)| (a - b).abs() < 1e-9)
    }
}

/// By metric and dimensions.
type Counts = BTreeMap<(String, Vec<Attribute>), Recorded>;

/// Every operation is measured once with the attributes of its span, and nothing else is.
pub fn metrics(table: &mut Table, exported: &Exported) {
    let mut expected = Counts::new();
    for span in &exported.spans {
        let mut record = |metric: &str, count, sum| {
            let (row, _) = table.refined("metrics", metric, &span.attributes);
            let key = (metric.to_owned(), dimensions(&row, span));
            expected.entry(key).or_default().add(count, sum);
        };
        let id = table.type_of(span).unwrap_or_default();
        if let Some((_, metric)) = DURATIONS.iter().find(|(known, _)| *known == id) {
            record(metric, 1, Some(span.seconds));
        }
        if id == AGENT {
            for (called, metric) in CALLS {
                let own = exported
                    .spans
                    .iter()
                    .filter(|child| child.parent == span.id);
                let own = own.filter(|child| table.type_of(child).as_deref() == Some(called));
                record(metric, 1, Some(own.map(|_| 1.0).sum()));
            }
        }
        if id == INFERENCE {
            for (key, distribution, sum) in TOKENS {
                let told: Option<f64> = number(span, key);
                if let (Some(distribution), true) = (distribution, told.is_some()) {
                    record(distribution, 1, told);
                }
                record(sum, number(span, key).unwrap_or_default(), None);
            }
            let first = number(span, "gen_ai.response.time_to_first_chunk");
            if first.is_some() {
                record("gen_ai.client.inference.time_to_first_chunk", 1, first);
            }
            let chunks: u64 = number(span, "agent_otel.stream.chunks").unwrap_or_default();
            let between = "gen_ai.client.inference.time_per_output_chunk";
            record(between, chunks.saturating_sub(1), None);
        }
    }
    let mut measured = Counts::new();
    for point in &exported.points {
        // A session is no operation, and has no span.
        if point.metric.ends_with(".session.duration") {
            continue;
        }
        let mut dimensions = point.attributes.clone();
        // The parts of a sum.
        dimensions.retain(|attribute| attribute.key != "gen_ai.token.modality");
        dimensions.sort();
        let measured = measured
            .entry((point.metric.clone(), dimensions))
            .or_default();
        measured.add(point.count, Some(point.sum));
    }
    for ((metric, dimensions), expected) in expected {
        let measured = measured.remove(&(metric.clone(), dimensions.clone()));
        let measured = measured.unwrap_or_default();
        if !expected.is(&measured) {
            let what = format!("is {measured:?} and by the spans {expected:?}: {dimensions:?}");
            table.violated(&metric, "", &what);
        }
    }
    for (metric, dimensions) in measured.into_keys() {
        let what = format!("is measured for no span: {dimensions:?}");
        table.violated(&metric, "", &what);
    }
}

/// What a metric takes of the attributes of a span.
fn dimensions(row: &Row, span: &Span) -> Vec<Attribute> {
    let mut dimensions = span.attributes.clone();
    dimensions.retain(|attribute| {
        row.get(&attribute.key)
            .is_some_and(|level| level != "opt_in")
    });
    dimensions.sort();
    dimensions
}

fn number<T: FromStr>(span: &Span, key: &str) -> Option<T> {
    value(&span.attributes, key)?.parse().ok()
}

/// Every model call has one event with its details, which tells what the span does.
pub fn details(table: &mut Table, exported: &Exported) {
    const DETAILS: &str = "gen_ai.client.inference.operation.details";

    for span in &exported.spans {
        let mut events = exported
            .events
            .iter()
            .filter(|event| event.span == span.id && event.name == DETAILS);
        let is_inference = table.type_of(span).as_deref() == Some(INFERENCE);
        let (Some(event), None, true) = (events.next(), events.next(), is_inference) else {
            if is_inference {
                table.violated(DETAILS, &span.name, "is there once for each model call");
            }
            continue;
        };
        for attribute in span
            .attributes
            .iter()
            .filter(|attribute| !is_added(&attribute.key))
        {
            let mut told = event
                .attributes
                .iter()
                .filter(|told| told.key == attribute.key);
            // What is structured in an event is text on a span.
            if !told.any(|told| told == attribute || told.ty == "any") {
                let what = format!("is {attribute:?} on the span and not so in the event");
                table.violated(DETAILS, &attribute.key, &what);
            }
        }
    }
}

/// Every failure is an exception where it began, as an event of the span and as a record, and nowhere else.
pub fn exceptions(table: &mut Table, exported: &Exported) {
    for span in &exported.spans {
        let mut children = exported
            .spans
            .iter()
            .filter(|child| child.parent == span.id);
        let begins_here = span.failed && !children.any(|child| child.failed);
        let events = span
            .events
            .iter()
            .filter(|(name, _)| name == EXCEPTION_EVENT);
        let records = exported
            .events
            .iter()
            .filter(|event| event.span == span.id && event.name.ends_with(".exception"));
        let told = [events.count(), records.count()];
        if told != [usize::from(begins_here); 2] {
            table.violated(
                &span.name,
                "exceptions",
                &format!("are told {told:?} times"),
            );
        }
    }
}

/// Every operation and every method of MCP went well once, on either side, and failed once.
pub fn completeness(table: &mut Table, exported: &Exported) {
    for failed in [false, true] {
        let spans: Vec<_> = exported
            .spans
            .iter()
            .filter(|span| span.failed == failed)
            .collect();
        for id in table.ids("spans") {
            let of_type = spans
                .iter()
                .filter(|span| table.type_of(span).as_ref() == Some(&id));
            let of_type: Vec<_> = of_type.copied().collect();
            let key = if id.starts_with("mcp.") {
                "mcp.method.name"
            } else {
                "gen_ai.operation.name"
            };
            for operation in table.operations(&id) {
                let mut told = of_type
                    .iter()
                    .filter_map(|span| value(&span.attributes, key));
                if !told.any(|told| told == operation) {
                    table.violated(
                        &id,
                        &operation,
                        &format!("was not seen with failed = {failed}"),
                    );
                }
            }
        }
        let told: Vec<_> = spans
            .iter()
            .filter_map(|span| value(&span.attributes, "gen_ai.operation.name"))
            .collect();
        let members: Vec<_> = table
            .members("gen_ai.operation.name")
            .into_iter()
            .map(str::to_owned)
            .collect();
        for operation in members
            .iter()
            .filter(|operation| !told.contains(&operation.as_str()))
        {
            table.violated("gen_ai.operation.name", operation, "was not seen");
        }
    }
}
