//! Nothing is fast by doing less: what every variant exports is compared with what the expert exports, in this program.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use opentelemetry::Value;
use opentelemetry::trace::{SpanId, SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;

use crate::Error;
use crate::setup::{self, Group, Mode};
use crate::variants::{CASES, SPANS, Variant};

/// A difference that a peer cannot avoid, and why.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cannot {
    SetKind(&'static str),
    LeaveStatusUnset(&'static str),
    WriteKeys(&'static str),
    KeepTypes(&'static str),
    LeaveOut(&'static str, &'static [&'static str]),
}

impl Cannot {
    fn reason(self) -> &'static str {
        match self {
            Cannot::SetKind(reason)
            | Cannot::LeaveStatusUnset(reason)
            | Cannot::WriteKeys(reason)
            | Cannot::KeepTypes(reason)
            | Cannot::LeaveOut(reason, _) => reason,
        }
    }
}

/// A span, as far as it is the same in every run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    name: String,
    parent: String,
    kind: SpanKindText,
    status: String,
    attributes: BTreeMap<String, String>,
    events: usize,
}

type SpanKindText = String;

/// Runs in a process of its own and prints what differs; an error where that is more than a peer says itself.
pub(crate) fn child(group: Group) -> Result<(), Error> {
    let installed = setup::install(Mode::Sampled, group, true)?;
    let mut expected = Vec::new();
    let mut report = String::new();
    let all = group.variants();
    let expert = Group::Usual.variants().iter();
    let expert = expert.clone().find(|variant| variant.name == "expert");
    let expert = expert.ok_or("there is no expert")?;
    for case in 0..CASES.len() {
        expected.push(call(&installed, expert, case));
        if expected[case].len() != SPANS[case] {
            return Err(format!("{} of {} spans", expected[case].len(), SPANS[case]).into());
        }
    }
    let mut failed = false;
    for variant in all.iter().filter(|variant| variant.name != "plain") {
        let seen: Vec<_> = (0..CASES.len())
            .map(|case| call(&installed, variant, case))
            .collect();
        let differs = |case: usize, cannot: &[Cannot]| {
            level(&seen[case], cannot) != level(&expected[case], cannot)
        };
        for (case, name) in CASES.iter().enumerate() {
            if differs(case, variant.cannot) {
                failed = true;
                writeln!(
                    report,
                    "{} {name} exports\n{:#?}\ninstead of\n{:#?}",
                    variant.name,
                    level(&seen[case], variant.cannot),
                    level(&expected[case], variant.cannot)
                )?;
            }
        }
        for (index, cannot) in variant.cannot.iter().enumerate() {
            let mut others = variant.cannot.to_vec();
            others.remove(index);
            if !(0..CASES.len()).any(|case| differs(case, &others)) {
                failed = true;
                writeln!(
                    report,
                    "{} does not differ by: {}",
                    variant.name,
                    cannot.reason()
                )?;
            }
        }
        let reasons: Vec<_> = variant
            .cannot
            .iter()
            .map(|cannot| cannot.reason())
            .collect();
        let same = if reasons.is_empty() {
            "the same".to_owned()
        } else {
            format!("the same but for: {}", reasons.join("; "))
        };
        writeln!(report, "telemetry {} {same}", variant.name)?;
    }
    crate::say(&report)?;
    if failed {
        return Err("the telemetry of the variants differs by more than they say".into());
    }
    Ok(())
}

fn call(installed: &setup::Installed, variant: &Variant, case: usize) -> Vec<Seen> {
    setup::ended();
    std::hint::black_box(variant.calls[case](64));
    installed.settle(variant);
    seen(&setup::ended())
}

fn seen(spans: &[SpanData]) -> Vec<Seen> {
    let names: BTreeMap<_, _> = spans
        .iter()
        .map(|span| (span.span_context.span_id().to_bytes(), span.name.as_ref()))
        .collect();
    let traces: BTreeSet<_> = spans
        .iter()
        .map(|span| span.span_context.trace_id().to_bytes())
        .collect();
    let parent = |id: SpanId| {
        if traces.len() > 1 {
            "in several traces"
        } else if id == SpanId::INVALID {
            "none"
        } else {
            names.get(&id.to_bytes()).copied().unwrap_or("elsewhere")
        }
    };
    let mut seen: Vec<_> = spans
        .iter()
        .map(|span| Seen {
            name: span.name.to_string(),
            parent: parent(span.parent_span_id).to_owned(),
            kind: kind(&span.span_kind).to_owned(),
            status: match &span.status {
                Status::Unset => "unset".to_owned(),
                Status::Ok => "ok".to_owned(),
                Status::Error { description } => format!("error: {description}"),
            },
            attributes: span
                .attributes
                .iter()
                .map(|one| (one.key.to_string(), value(one.key.as_str(), &one.value)))
                .collect(),
            events: span.events.len(),
        })
        .collect();
    seen.sort();
    seen
}

fn kind(kind: &SpanKind) -> &'static str {
    match kind {
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
        SpanKind::Internal => "internal",
    }
}

/// A value with its type; times are left out, since no two runs have the same.
fn value(key: &str, value: &Value) -> String {
    let is_time = key == crate::key::FIRST_CHUNK || key == crate::key::BETWEEN_CHUNKS;
    match value {
        Value::F64(_) if is_time => "double …".to_owned(),
        Value::String(text) if is_time && text.as_str().parse::<f64>().is_ok() => {
            "string …".to_owned()
        }
        Value::Bool(value) => format!("bool {value}"),
        Value::I64(value) => format!("int {value}"),
        Value::F64(value) => format!("double {value}"),
        Value::String(value) => format!("string {value}"),
        other => format!("other {other}"),
    }
}

/// What is left to compare where a peer cannot do better.
fn level(seen: &[Seen], cannot: &[Cannot]) -> Vec<Seen> {
    let mut seen = seen.to_vec();
    for one in &mut seen {
        for cannot in cannot {
            match cannot {
                Cannot::SetKind(_) => one.kind.clear(),
                Cannot::LeaveStatusUnset(_) => one.status.clear(),
                Cannot::WriteKeys(_) => {
                    let attributes = std::mem::take(&mut one.attributes).into_iter();
                    one.attributes = attributes
                        .map(|(key, value)| (key.replace('.', "_"), value))
                        .collect();
                }
                Cannot::KeepTypes(_) => {
                    for value in one.attributes.values_mut() {
                        let (_, text) = value.split_once(' ').unwrap_or_default();
                        *value = text.trim_matches('"').to_owned();
                    }
                }
                Cannot::LeaveOut(_, keys) => {
                    one.attributes
                        .retain(|key, _| !keys.contains(&key.as_str()));
                }
            }
        }
    }
    seen.sort();
    seen
}
