//! From rows to text: columns, bars and colors.

use std::fmt::Write as _;

use super::Style;
use super::layout::{Mark, Row, rows, short_type};
use super::text::{columns, count, cut, duration, escape, fit, fit_right, thousands};
use super::trace::{Outcome, Span, Trace};
use super::widths::{DURATION, GAP, Widths};

pub(crate) const RESET: &str = "\u{1b}[0m";
const BOLD: &str = "\u{1b}[1m";
pub(crate) const DIM: &str = "\u{1b}[2m";
pub(crate) const RED: &str = "\u{1b}[31m";
pub(crate) const GREEN: &str = "\u{1b}[32m";
pub(crate) const YELLOW: &str = "\u{1b}[33m";
pub(crate) const BLUE: &str = "\u{1b}[34m";
const CYAN: &str = "\u{1b}[36m";

impl Trace {
    /// Draws the trace as a waterfall, with a line break at the end of each line.
    ///
    /// No line is wider than [`Style::width`], but for that of the first failure, which stands in full; what comes from spans
    /// is escaped.
    ///
    /// ```
    /// use agent_otel::console::{Style, Trace};
    /// # fn example(trace: &Trace) {
    /// print!("{}", trace.render(&Style::plain(100)));
    /// # }
    /// ```
    pub fn render(&self, style: &Style) -> String {
        let rows = rows(self);
        let widths = Widths::of(&rows, self, style);
        let mut canvas = Canvas {
            text: String::new(),
            color: style.color,
        };
        canvas.line(style.width, &[(BOLD, header(self, style))]);
        canvas.text.push('\n');
        let extent = self.extent();
        for row in &rows {
            canvas.row(row, extent, &widths);
        }
        if let Some(span) = self.first_failure() {
            canvas.text.push('\n');
            // In full, however long: it is what people came for.
            canvas.line(usize::MAX, &failure(span));
        }
        canvas.text.push('\n');
        canvas.text
    }
}

fn header(trace: &Trace, style: &Style) -> String {
    let totals = trace.totals();
    let id = trace.id.to_string();
    let services = match totals.services {
        1 => trace.spans.first().map(|span| escape(&span.service)),
        services => Some(count(services, "service")),
    };
    // With each part, how soon it is left out where the line is too long.
    let parts = [
        (0, Some(format!("trace {id}"))),
        (0, trace.continued.then(|| "continued".to_owned())),
        // The name of the only service stands nowhere else.
        (if totals.services == 1 { 1 } else { 4 }, services),
        (3, Some(count(totals.spans, "span"))),
        (
            6,
            some(totals.model_calls, |calls| count(calls, "model call")),
        ),
        (
            5,
            (totals.tokens > 0).then(|| format!("{} tokens", thousands(totals.tokens))),
        ),
        (2, Some(duration(totals.duration))),
        (0, some(totals.errors, |errors| count(errors, "error"))),
        (
            1,
            some(totals.unfinished, |open| format!("{open} unfinished")),
        ),
    ];
    let joined = |least: usize| {
        let kept = parts.iter().filter(|(order, _)| *order < least);
        let texts: Vec<&str> = kept.filter_map(|(_, text)| text.as_deref()).collect();
        texts.join(" · ")
    };
    let fits = |line: &String| columns(line) <= style.width;
    (1..=7)
        .rev()
        .map(joined)
        .find(fits)
        .unwrap_or_else(|| joined(1))
}

fn some(number: usize, text: impl FnOnce(usize) -> String) -> Option<String> {
    (number > 0).then(|| text(number))
}

fn failure(span: &Span) -> [(&'static str, String); 2] {
    let Outcome::Failed {
        error_type,
        message,
    } = &span.outcome
    else {
        return [(RED, String::new()), (RED, String::new())];
    };
    let mut text = format!(
        "{} › {} › {}",
        escape(&span.service),
        escape(&span.name),
        short_type(error_type)
    );
    if !message.is_empty() {
        let _ = write!(text, ": {}", escape(message));
    }
    [(RED, "first failure: ".to_owned()), ("", text)]
}

struct Canvas {
    text: String,
    color: bool,
}

impl Canvas {
    fn paint(&mut self, color: &str, text: &str) {
        if self.color && !color.is_empty() && !text.trim().is_empty() {
            let _ = write!(self.text, "{color}{text}{RESET}");
        } else {
            self.text.push_str(text);
        }
    }

    /// One line of parts in colors, cut at `width`.
    fn line(&mut self, width: usize, parts: &[(&str, String)]) {
        let mut left = width;
        for (color, text) in parts {
            let text = cut(text, left);
            left -= columns(&text).min(left);
            self.paint(color, &text);
        }
        self.end_line();
    }

    fn end_line(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
    }

    /// The bar is drawn on the time line from the first start to the last end.
    fn row(&mut self, row: &Row<'_>, (start, end): (u64, u64), widths: &Widths) {
        self.text.push_str("  ");
        if widths.service > 0 {
            let service = row
                .span
                .map(|span| escape(&span.service[widths.prefix..]))
                .unwrap_or_default();
            self.paint(DIM, &fit(&service, widths.service));
            self.text.push_str("  ");
        }
        let tree = cut(&row.tree, widths.name);
        let name = fit(&row.name, widths.name.saturating_sub(columns(&tree)));
        self.paint(DIM, &tree);
        let Some(span) = row.span else {
            self.paint(DIM, &name);
            self.end_line();
            return;
        };
        self.paint(name_color(span), &name);
        self.text.push_str("  ");
        self.paint(bar_color(span), &bar(span, start, end, widths.bar));
        self.text.push_str("  ");
        let took = cut(&duration(span.duration()), DURATION);
        self.text.push_str(&fit_right(&took, DURATION));
        let mut left = widths.detail;
        for (mark, text) in &row.detail {
            self.text.push_str("  ");
            let text = cut(text, left);
            left = left.saturating_sub(columns(&text) + GAP);
            self.paint(mark_color(*mark), &text);
            if left == 0 {
                break;
            }
        }
        self.end_line();
    }
}

fn name_color(span: &Span) -> &'static str {
    if span.is_failed() {
        RED
    } else if span.is_agent() {
        BOLD
    } else {
        ""
    }
}

fn bar_color(span: &Span) -> &'static str {
    if span.is_failed() {
        RED
    } else if matches!(
        span.outcome,
        Outcome::Cancelled | Outcome::Abandoned | Outcome::Unfinished
    ) {
        YELLOW
    } else if span.is_model_call() {
        CYAN
    } else if span.is_tool_call() {
        GREEN
    } else if span.is_agent() {
        BLUE
    } else {
        DIM
    }
}

fn mark_color(mark: Mark) -> &'static str {
    match mark {
        Mark::Plain => "",
        Mark::Dim => DIM,
        Mark::Error => RED,
        Mark::Warning => YELLOW,
    }
}

/// The span on the common time line, exact to half a column; open spans end in dashes.
fn bar(span: &Span, start: u64, end: u64, width: usize) -> String {
    let halves = width as u128 * 2;
    let total = u128::from(end.saturating_sub(start)).max(1);
    let at = |time: u64| {
        let offset = u128::from(time.saturating_sub(start));
        usize::try_from(offset * halves / total).unwrap_or(usize::MAX)
    };
    let last = width * 2;
    let from = at(span.start).min(last.saturating_sub(1));
    let to = at(span.end).clamp((from + 1).min(last), last);
    let mut bar: String = (0..width)
        .map(|column| {
            let (left, right) = (column * 2, column * 2 + 1);
            match ((from..to).contains(&left), (from..to).contains(&right)) {
                (true, true) => '━',
                (true, false) => '╸',
                (false, true) => '╺',
                (false, false) => ' ',
            }
        })
        .collect();
    if !span.is_finished() {
        bar = bar.replace(['━', '╸', '╺'], "╌");
    }
    bar
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
