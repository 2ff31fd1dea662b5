//! A record as one line of the terminal.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use opentelemetry::logs::AnyValue;
use tracing_core::Level;

use super::export::Place;
use super::record::Record;
use crate::console::Style;
use crate::console::render::{BLUE, DIM, GREEN, RED, RESET, YELLOW};
use crate::console::text::escape;
use crate::lines;

/// Whether traces are drawn in the same terminal, so that the beginning of an id is enough to find it.
static WATERFALL: AtomicBool = AtomicBool::new(false);

/// A waterfall is printed on standard error from now on.
pub(super) fn beside_waterfall() {
    WATERFALL.store(true, Ordering::Relaxed);
}

/// Prints the record on standard error.
pub(super) fn print(record: &Record, place: Option<Place>) {
    static STDERR: OnceLock<Stderr> = OnceLock::new();

    let stderr = STDERR.get_or_init(|| Stderr {
        is_terminal: std::io::stderr().is_terminal(),
        color: Style::of_stderr().color,
    });
    let ids = if stderr.is_terminal && WATERFALL.load(Ordering::Relaxed) {
        Ids::Short
    } else {
        Ids::Full
    };
    lines::write(line(record, place, ids, stderr.color));
}

struct Stderr {
    is_terminal: bool,
    color: bool,
}

/// How much of an id is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ids {
    Short,
    Full,
}

impl Ids {
    fn cut(self, id: &str) -> &str {
        match self {
            Self::Short => id.get(..8).unwrap_or(id),
            Self::Full => id,
        }
    }
}

/// The line, with its end. Everything of the program's is escaped: what is logged comes from models, too.
fn line(record: &Record, place: Option<Place>, ids: Ids, color: bool) -> String {
    let mut line = Line {
        text: String::with_capacity(128),
        color,
    };
    line.part(DIM, &time(record.time));
    line.text.push(' ');
    line.part(color_of(record.level), &format!("{:>5}", record.level));
    line.text.push(' ');
    line.part(DIM, &escape(&record.target));
    if let Some(body) = &record.body {
        line.text.push_str("  ");
        line.text.push_str(&escape(body));
    }
    for (key, value) in &record.attributes {
        line.text.push_str("  ");
        line.part(DIM, &format!("{}=", escape(key.as_str())));
        line.text.push_str(&quoted(&text(value)));
    }
    if let Some(place) = place {
        let (trace, span) = (place.trace.to_string(), place.span.to_string());
        line.text.push_str("  ");
        line.part(
            DIM,
            &format!("trace={} span={}", ids.cut(&trace), ids.cut(&span)),
        );
    }
    line.text.push('\n');
    line.text
}

struct Line {
    text: String,
    color: bool,
}

impl Line {
    fn part(&mut self, color: &str, text: &str) {
        if self.color {
            let _ = write!(self.text, "{color}{text}{RESET}");
        } else {
            self.text.push_str(text);
        }
    }
}

fn color_of(level: Level) -> &'static str {
    match level {
        Level::ERROR => RED,
        Level::WARN => YELLOW,
        Level::INFO => GREEN,
        Level::DEBUG => BLUE,
        Level::TRACE => DIM,
    }
}

/// The time of the day in UTC.
fn time(time: SystemTime) -> String {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    let second = since.as_secs() % 86_400;
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    let (second, milli) = (second % 60, since.subsec_millis());
    format!("{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

fn text(value: &AnyValue) -> String {
    match value {
        AnyValue::String(text) => text.as_str().to_owned(),
        AnyValue::Int(number) => number.to_string(),
        AnyValue::Double(number) => number.to_string(),
        AnyValue::Boolean(value) => value.to_string(),
        AnyValue::Bytes(bytes) => format!("{} bytes", bytes.len()),
        other => format!("{other:?}"),
    }
}

/// `text` escaped, and in quotes where it would be taken for more than one word.
fn quoted(text: &str) -> String {
    let escaped = escape(text);
    if escaped.is_empty() || escaped.contains([' ', '"', '=']) {
        format!("\"{}\"", escaped.replace('"', "\\\""))
    } else {
        escaped
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::Key;
    use opentelemetry::trace::{SpanId, TraceFlags, TraceId};

    use super::*;

    fn record() -> Record {
        Record {
            time: SystemTime::UNIX_EPOCH + Duration::from_millis(1_764_331_384_123),
            level: Level::WARN,
            target: "shop::orders".into(),
            event_name: None,
            body: Some("no such order\u{1b}[2J\nspoofed".to_owned()),
            attributes: vec![
                (Key::new("order"), AnyValue::Int(9999)),
                (Key::new("customer"), AnyValue::from("Ada \"L\"")),
            ],
        }
    }

    fn place() -> Place {
        Place {
            trace: TraceId::from(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736),
            span: SpanId::from(0x00f0_67aa_0ba9_02b7),
            flags: TraceFlags::SAMPLED,
        }
    }

    #[test]
    fn a_line_tells_where_it_belongs() {
        assert_eq!(
            line(&record(), Some(place()), Ids::Short, false),
            "12:03:04.123Z  WARN shop::orders  no such order\\u{1b}[2J\\nspoofed  order=9999  \
             customer=\"Ada \\\"L\\\"\"  trace=4bf92f35 span=00f067aa\n"
        );
        let full = line(&record(), Some(place()), Ids::Full, false);
        assert!(
            full.ends_with("trace=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7\n"),
            "{full}"
        );
        let outside = line(&record(), None, Ids::Full, false);
        assert!(!outside.contains("trace="), "{outside}");
    }

    #[test]
    fn colors_are_those_of_the_waterfall() {
        let line = line(&record(), None, Ids::Short, true);
        assert!(line.contains("\u{1b}[33m WARN\u{1b}[0m"), "{line:?}");
        assert_eq!(line.matches('\n').count(), 1);
    }
}
