//! What was captured, as text that reads like a story.

use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::ops::Deref;

use opentelemetry::trace::{SpanId, SpanKind, Status};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

use crate::semconv;

/// Spans in the order in which they ended.
///
/// Displayed, they are a tree with kinds, attributes, events, log records, links and status; [`tree`](Self::tree) gives the
/// names alone, and [`attribute`](Self::attribute) one value.
#[derive(Clone, Debug)]
pub struct Spans {
    spans: Vec<SpanData>,
    logs: Vec<Log>,
}

/// A log record that was emitted inside a span.
#[derive(Clone, Debug)]
pub struct Log {
    /// The span it belongs to.
    pub span: SpanId,
    /// Its event name, where it has one.
    pub event_name: Option<&'static str>,
    /// Where in the program it was logged, `shop::orders` for example.
    pub target: Option<String>,
    /// Its message as text, in quotes.
    pub body: Option<String>,
    /// `WARN` and the like.
    pub severity: Option<&'static str>,
    /// Attributes, their values as text.
    pub attributes: Vec<(String, String)>,
}

impl Deref for Spans {
    type Target = [SpanData];

    fn deref(&self) -> &[SpanData] {
        &self.spans
    }
}

impl Spans {
    pub(super) fn new(spans: Vec<SpanData>, logs: Vec<Log>) -> Self {
        Self { spans, logs }
    }

    /// Log records that were emitted inside the spans.
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The names of the spans, one a line, children below their parent in the order of their start.
    pub fn tree(&self) -> String {
        let mut text = String::new();
        for root in self.roots() {
            self.branch(root, &mut text, "", "");
        }
        text
    }

    /// The span with this name, the first of them where there are several.
    pub fn named(&self, name: &str) -> Option<&SpanData> {
        self.iter().find(|span| span.name == name)
    }

    /// The value of an attribute as text, of the span with this name; the first of them where there are several.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_otel::{Usage, llm_call, testing};
    ///
    /// #[llm_call(provider = "openai", model = "gpt-4o-mini")]
    /// fn complete() -> Usage {
    ///     Usage::new(412, 38)
    /// }
    ///
    /// let spans = testing::capture(complete);
    /// let tokens = spans.attribute("chat gpt-4o-mini", "gen_ai.usage.input_tokens");
    /// assert_eq!(tokens.as_deref(), Some("412"));
    /// ```
    pub fn attribute(&self, span: &str, key: &str) -> Option<String> {
        let mut attributes = self.named(span)?.attributes.iter();
        let attribute = attributes.find(|attribute| attribute.key.as_str() == key)?;
        Some(attribute.value.to_string())
    }

    fn branch(&self, span: &SpanData, text: &mut String, branch: &str, below: &str) {
        let _ = writeln!(text, "{branch}{}", span.name);
        let children = self.children(span);
        for (index, child) in children.iter().enumerate() {
            let last = index + 1 == children.len();
            let (own, rest) = if last {
                ("└ ", "  ")
            } else {
                ("├ ", "│ ")
            };
            self.branch(
                child,
                text,
                &format!("{below}{own}"),
                &format!("{below}{rest}"),
            );
        }
    }

    /// Spans whose parent was not captured.
    fn roots(&self) -> Vec<&SpanData> {
        let known: HashSet<_> = self
            .iter()
            .map(|span| span.span_context.span_id())
            .collect();
        self.sorted(|span| !known.contains(&span.parent_span_id))
    }

    fn children(&self, parent: &SpanData) -> Vec<&SpanData> {
        self.sorted(|span| span.parent_span_id == parent.span_context.span_id())
    }

    fn sorted(&self, which: impl Fn(&SpanData) -> bool) -> Vec<&SpanData> {
        let mut spans: Vec<_> = self.iter().filter(|span| which(span)).collect();
        spans.sort_by_key(|span| span.start_time);
        spans
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, span: &SpanData, depth: usize) -> fmt::Result {
        let indent = "    ".repeat(depth);
        let kind = match span.span_kind {
            SpanKind::Client => "client",
            SpanKind::Server => "server",
            SpanKind::Producer => "producer",
            SpanKind::Consumer => "consumer",
            SpanKind::Internal => "internal",
        };
        let remote = if span.parent_span_is_remote {
            ", remote parent"
        } else {
            ""
        };
        writeln!(f, "{indent}{} [{kind}{remote}]", span.name)?;
        write_attributes(f, &span.attributes, &format!("{indent}    "))?;
        for event in span.events.iter() {
            writeln!(f, "{indent}    event {}", event.name)?;
            write_attributes(f, &event.attributes, &format!("{indent}        "))?;
        }
        for log in self
            .logs
            .iter()
            .filter(|log| log.span == span.span_context.span_id())
        {
            let severity = log.severity.unwrap_or("unspecified");
            writeln!(
                f,
                "{indent}    log {} [{severity}]",
                log.event_name.unwrap_or("record")
            )?;
            if let Some(body) = &log.body {
                writeln!(f, "{indent}        {body}")?;
            }
            for (key, value) in &log.attributes {
                writeln!(f, "{indent}        {key}: {value}")?;
            }
        }
        for link in span.links.iter() {
            let id = link.span_context.span_id();
            let known = self.iter().find(|span| span.span_context.span_id() == id);
            writeln!(
                f,
                "{indent}    link to {}",
                known.map_or("elsewhere", |span| &span.name)
            )?;
        }
        if let Status::Error { description } = &span.status {
            writeln!(f, "{indent}    status: error {description:?}")?;
        }
        if span.status == Status::Ok {
            writeln!(f, "{indent}    status: ok")?;
        }
        for child in self.children(span) {
            self.write(f, child, depth + 1)?;
        }
        Ok(())
    }
}

impl fmt::Display for Spans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        for root in self.roots() {
            self.write(f, root, 0)?;
        }
        Ok(())
    }
}

/// Attributes in the order of their keys; a key that is there twice is shown twice.
fn write_attributes(
    f: &mut fmt::Formatter<'_>,
    attributes: &[KeyValue],
    indent: &str,
) -> fmt::Result {
    let mut attributes: Vec<_> = attributes.iter().collect();
    attributes.sort_by(|a, b| a.key.as_str().cmp(b.key.as_str()));
    for attribute in attributes {
        let key = attribute.key.as_str();
        let value = match &attribute.value {
            _ if key == semconv::GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK => "some time".to_owned(),
            _ if key == semconv::STREAM_TIME_PER_OUTPUT_CHUNK => "some time".to_owned(),
            Value::String(text) => format!("{:?}", text.as_str()),
            other => other.to_string(),
        };
        writeln!(f, "{indent}{}: {value}", attribute.key)?;
    }
    Ok(())
}
