//! The check finds what it is there to find: each fault by itself, in something that has no other.

use opentelemetry::logs::Severity;
use opentelemetry::trace::SpanId;

use super::exported::{Attribute, Event, Point, Span};
use super::table::Table;

fn attribute(key: &str, ty: &'static str, text: &str) -> Attribute {
    Attribute {
        key: key.to_owned(),
        ty,
        text: text.to_owned(),
    }
}

fn texts(told: &[(&str, &str)]) -> Vec<Attribute> {
    let told = told
        .iter()
        .map(|(key, text)| attribute(key, "string", text));
    told.collect()
}

fn tool() -> Span {
    Span {
        id: SpanId::from(1),
        parent: SpanId::INVALID,
        name: "execute_tool lookup".to_owned(),
        kind: "internal".to_owned(),
        seconds: 0.1,
        failed: false,
        attributes: texts(&[
            ("gen_ai.operation.name", "execute_tool"),
            ("gen_ai.tool.name", "lookup"),
            ("gen_ai.agent.name", "support"),
            ("gen_ai.conversation.id", "c-1"),
            ("gen_ai.tool.call.result", r#"{"result":12}"#),
            ("agent_otel.outcome", "cancelled"),
        ]),
        begun_with: [
            "gen_ai.operation.name",
            "gen_ai.tool.name",
            "gen_ai.agent.name",
        ]
        .map(str::to_owned)
        .to_vec(),
        events: Vec::new(),
    }
}

fn point() -> Point {
    let boundaries = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
    Point {
        metric: "gen_ai.invoke_agent.tool_calls".to_owned(),
        unit: "{tool_call}".to_owned(),
        instrument: "histogram",
        boundaries: boundaries.to_vec(),
        count: 1,
        sum: 2.0,
        attributes: texts(&[("gen_ai.agent.name", "support")]),
    }
}

fn event() -> Event {
    Event {
        name: "gen_ai.execute_tool.exception".to_owned(),
        span: SpanId::from(1),
        severity: Some(Severity::Warn),
        attributes: texts(&[("exception.type", "Error"), ("exception.message", "no")]),
    }
}

fn without(attributes: &mut Vec<Attribute>, key: &str) {
    attributes.retain(|attribute| attribute.key != key);
}

/// What spoils a thing, and what is found then.
type Fault<T> = (fn(&mut T), &'static str);

/// Asserts that each fault is found, and that without one nothing is.
fn assert_found<T>(good: fn() -> T, check: impl Fn(&mut Table, &T), faults: &[Fault<T>]) {
    let violations = |told: &T| {
        let mut table = Table::new();
        check(&mut table, told);
        Vec::from_iter(table.violations)
    };
    assert_eq!(violations(&good()), Vec::<String>::new());
    for (spoil, expected) in faults {
        let mut bad = good();
        spoil(&mut bad);
        assert_eq!(violations(&bad), [*expected]);
    }
}

#[test]
fn in_spans() {
    let faults: &[Fault<Span>] = &[
        (
            |span| span.name = "lookup".to_owned(),
            r#"gen_ai.execute_tool.internal: lookup is not named "execute_tool lookup""#,
        ),
        (
            |span| span.kind = "client".to_owned(),
            "execute_tool lookup:  is of no type that the table has",
        ),
        (
            |span| without(&mut span.attributes, "gen_ai.agent.name"),
            "gen_ai.execute_tool.internal: gen_ai.agent.name is conditionally_required and not there",
        ),
        (
            |span| span.failed = true,
            "gen_ai.execute_tool.internal: error.type is conditionally_required and not there",
        ),
        (
            |span| {
                span.attributes
                    .push(attribute("error.type", "string", "timeout"))
            },
            "gen_ai.execute_tool.internal: error.type is there and does not apply",
        ),
        (
            |span| {
                span.attributes
                    .push(attribute("gen_ai.tool.kind", "string", "function"))
            },
            "gen_ai.execute_tool.internal: gen_ai.tool.kind is unknown",
        ),
        (
            |span| {
                span.attributes
                    .push(attribute("gen_ai.tool.call.id", "int", "7"))
            },
            "gen_ai.execute_tool.internal: gen_ai.tool.call.id is int and not string: 7",
        ),
        (
            |span| {
                span.attributes
                    .push(attribute("gen_ai.tool.call.arguments", "string", "7"))
            },
            "gen_ai.execute_tool.internal: gen_ai.tool.call.arguments is string and not any: 7",
        ),
        (
            |span| {
                span.attributes
                    .push(attribute("gen_ai.agent.name", "string", "another"))
            },
            "gen_ai.execute_tool.internal: gen_ai.agent.name is told twice",
        ),
        (
            |span| span.begun_with.truncate(2),
            "gen_ai.execute_tool.internal: gen_ai.agent.name is not there when the span begins",
        ),
        (
            |span| span.events.push(("panic".to_owned(), Vec::new())),
            "gen_ai.execute_tool.internal: panic is no event of the conventions",
        ),
    ];
    assert_found(tool, Table::span, faults);
}

#[test]
fn in_points() {
    let faults: &[Fault<Point>] = &[
        (
            |point| point.unit = "{call}".to_owned(),
            "gen_ai.invoke_agent.tool_calls: unit is not that of the table",
        ),
        (
            |point| point.instrument = "counter",
            "gen_ai.invoke_agent.tool_calls: instrument is not that of the table",
        ),
        (
            |point| point.boundaries[0] = 0.5,
            "gen_ai.invoke_agent.tool_calls: boundaries is not that of the table",
        ),
        (
            |point| {
                point
                    .attributes
                    .push(attribute("gen_ai.conversation.id", "string", "c-1"))
            },
            "gen_ai.invoke_agent.tool_calls: gen_ai.conversation.id is unknown",
        ),
        (
            |point| point.metric = "gen_ai.tool_calls".to_owned(),
            "gen_ai.tool_calls:  is no metric of the table",
        ),
    ];
    assert_found(point, Table::point, faults);
}

#[test]
fn in_events() {
    let faults: &[Fault<Event>] = &[
        (
            |event| event.severity = Some(Severity::Error),
            "gen_ai.client.operation.exception: severity is not that of the table",
        ),
        (
            |event| event.name = "gen_ai.client.operation.exception".to_owned() + "s",
            "gen_ai.client.operation.exceptions:  is no event of the table",
        ),
        (
            |event| without(&mut event.attributes, "exception.type"),
            "gen_ai.client.operation.exception: exception.type is conditionally_required and not there",
        ),
        (
            |event| {
                event
                    .attributes
                    .push(attribute("exception.escaped", "boolean", "true"))
            },
            "gen_ai.client.operation.exception: exception.escaped is unknown",
        ),
    ];
    let span = tool();
    assert_found(
        event,
        |table, event| table.event(event, Some(&span)),
        faults,
    );
    let mut table = Table::new();
    table.event(&event(), None);
    assert_eq!(table.violations.len(), 1);
}
