//! Content: where it goes, in which shape, how much of it, and who sees it before. Each test runs in a process of its
//! own, since the policy is that of the process.

mod bounds;
mod destinations;
mod redactors;
mod schema;
mod secrets;
mod shapes;
mod uploads;

use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use agent_otel::testing::Spans;
use agent_otel::{llm_call, tool};
use opentelemetry_sdk::trace::SpanData;
use serde_json::{Value, json};

/// For hooks that come back, however slow the machine is.
const LONG: Duration = Duration::from_secs(600);
/// For those that do not.
const SHORT: Duration = Duration::from_millis(20);
/// Tells the cases of one test apart that have the same variables.
const CASE: &str = "TEST_CASE";
const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
const EVENT: &str = "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT";
const DETAILS: &str = "gen_ai.client.inference.operation.details";
const INPUT: &str = "gen_ai.input.messages";
const OUTPUT: &str = "gen_ai.output.messages";
const ARGUMENTS: &str = "gen_ai.tool.call.arguments";
const RESULT: &str = "gen_ai.tool.call.result";
const TRUNCATED: &str = "agent_otel.content.truncated";
const LOST: &str = "agent_otel.content.lost";

fn attribute<'a>(span: &'a SpanData, key: &str) -> Option<&'a opentelemetry::Value> {
    let found: Vec<_> = span
        .attributes
        .iter()
        .filter(|attribute| attribute.key.as_str() == key)
        .collect();
    assert!(found.len() < 2, "{key} is there twice");
    found.first().map(|attribute| &attribute.value)
}

/// Content of the first span, which is valid JSON.
fn content(spans: &Spans, key: &str) -> Option<Value> {
    let text = attribute(&spans[0], key)?.as_str();
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

fn text(spans: &Spans, key: &str) -> Option<String> {
    attribute(&spans[0], key).map(|value| value.as_str().into_owned())
}

/// What the details of the model call say, as text; `None` where no event was emitted.
fn event(spans: &Spans, key: &str) -> Option<String> {
    let log = spans
        .logs()
        .iter()
        .find(|log| log.event_name == Some(DETAILS))?;
    let found = log.attributes.iter().find(|(known, _)| known == key);
    Some(found.map(|(_, value)| value.clone()).unwrap_or_default())
}

/// Blocks until the test lets go.
fn hanging() -> (Sender<()>, Mutex<Receiver<()>>) {
    let (release, hang) = mpsc::channel();
    (release, Mutex::new(hang))
}

#[tool(arguments, result)]
fn lookup(order: &Value) -> Result<Value, String> {
    match order {
        Value::String(error) => Err(error.clone()),
        order => Ok(json!({"order": order, "status": "shipped"})),
    }
}

#[llm_call(provider = "openai", model = "gpt-4o", input = messages, system = system, tools = tools, output)]
fn complete(messages: &Value, system: &Value, tools: &Value, answer: Value) -> Value {
    let _ = (messages, system, tools);
    answer
}

fn question(messages: &Value) {
    complete(messages, &Value::Null, &Value::Null, json!("answered"));
}
