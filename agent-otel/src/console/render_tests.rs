//! The drawing, as plain strings.

use super::super::samples::{shop, span, trace_id};
use super::super::text::columns;
use super::super::trace::Tokens;
use super::*;

fn render(trace: &Trace, width: usize) -> String {
    let text = trace.render(&Style::plain(width));
    text.lines().flat_map(|line| ["|", line, "\n"]).collect()
}

/// The detail of the row whose name ends in `name`.
fn detail(trace: &Trace, name: &str) -> String {
    let text = trace.render(&Style::plain(200));
    let row = text
        .lines()
        .find(|line| line.contains(name))
        .unwrap_or_default();
    let (_, detail) = row.rsplit_once(" ms").unwrap_or_default();
    detail.trim().to_owned()
}

#[test]
fn three_services_at_140_columns() {
    assert_eq!(render(&shop(), 140), "\
|trace 4bf92f3577b34da6a3ce929d0e0e4736 · 3 services · 9 spans · 3 model calls · 1,942 tokens · 1.24 s · 1 error
|
|  shop.orchestrator       invoke_agent orchestrator           ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━     1.24 s  3 calls · 1 tool · 1,942 tok
|  shop.orchestrator       ├ chat gpt-4o-mini                  ━━━━━━                                    210 ms  412 → 38 tok  tool_calls
|  shop.orchestrator       ├ invoke_agent order-management           ━━━━━━━━━━━━━━━━━━━━━━━━━━          870 ms
|  shop.order-management   │ └ invoke_agent order-management         ━━━━━━━━━━━━━━━━━━━━━━━━━╸          852 ms  2 calls · 1 tool · 1,492 tok
|  shop.order-management   │   ├ chat gpt-4o-mini                    ━━━━━━━━━━━━                        402 ms  698 → 41 tok  tool_calls
|  shop.order-management   │   ├ execute_tool order_status                       ╺                         3 ms  ✗ OrderNotFound
|  shop.order-management   │   └ chat gpt-4o-mini                                ╺━━━━━━━━━━━━           431 ms  731 → 22 tok  stop
|  shop.orchestrator       └ invoke_agent product-discovery                                    ━━━━╸     150 ms
|  shop.product-discovery    └ invoke_agent product-discovery                                  ━━━━╸     147 ms
|
|first failure: shop.order-management › execute_tool order_status › OrderNotFound: no order 9999
|
");
}

#[test]
fn in_a_narrow_terminal_everything_is_shorter_and_nothing_wraps() {
    assert_eq!(
        render(&shop(), 80),
        "\
|trace 4bf92f3577b34da6a3ce929d0e0e4736 · 3 services · 9 spans · 1.24 s · 1 error
|
|  orchestrator  invoke_agent orchestrator  ━━━━━━━━     1.24 s  3 calls · 1 too…
|  orchestrator  ├ chat gpt-4o-mini         ━            210 ms  412 → 38 tok  t…
|  orchestrator  ├ invoke_agent order-man…   ━━━━━╸      870 ms
|  order-manag…  │ └ invoke_agent order-m…   ━━━━━╸      852 ms  2 calls · 1 too…
|  order-manag…  │   ├ chat gpt-4o-mini      ━━╸         402 ms  698 → 41 tok  t…
|  order-manag…  │   ├ execute_tool order…      ╸          3 ms  ✗ OrderNotFound
|  order-manag…  │   └ chat gpt-4o-mini         ━━╸      431 ms  731 → 22 tok  s…
|  orchestrator  └ invoke_agent product-d…        ╺╸     150 ms
|  product-dis…    └ invoke_agent product…        ╺╸     147 ms
|
|first failure: shop.order-management › execute_tool order_status › OrderNotFound: no order 9999
|
"
    );
    for width in 60..=200 {
        let text = shop().render(&Style::plain(width));
        let drawn = text
            .lines()
            .filter(|line| !line.starts_with("first failure"));
        let widest = drawn.map(columns).max();
        assert!(widest <= Some(width), "{width}: {widest:?}\n{text}");
    }
}

#[test]
fn one_service_is_named_once() {
    let trace = Trace::new(trace_id(), vec![span(1, None, "invoke_agent a", 0, 10)]);
    assert_eq!(
        render(&trace, 60),
        "\
|trace 4bf92f3577b34da6a3ce929d0e0e4736 · shop · 10 ms
|
|  invoke_agent a  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━      10 ms
|
"
    );
}

#[test]
fn details_of_a_model_call() {
    let mut call = span(1, None, "chat m", 0, 10).used(1_412, 38, "stop");
    call.tokens = Tokens {
        cached: Some(1_024),
        reasoning: Some(16),
        ..call.tokens
    };
    call.request_model = Some("m".to_owned());
    call.response_model = Some("other".to_owned());
    call.links = 1;
    let trace = Trace::new(trace_id(), vec![call.clone()]);
    assert_eq!(
        detail(&trace, "chat m"),
        "1,412 → 38 tok (1,024 cached, 16 reasoning)  stop  by other  1 link"
    );
    // A dated version of the model that was asked for says nothing new.
    call.response_model = Some("m-2026".to_owned());
    let trace = Trace::new(trace_id(), vec![call]);
    assert_eq!(
        detail(&trace, "chat m"),
        "1,412 → 38 tok (1,024 cached, 16 reasoning)  stop  1 link"
    );
}

#[test]
fn dropped_unfinished_retried_and_orphaned_spans_are_marked() {
    let mut cancelled = span(2, Some(1), "execute_tool slow", 1, 2);
    cancelled.outcome = Outcome::Cancelled;
    let mut abandoned = span(7, Some(1), "chat long", 1, 2);
    abandoned.outcome = Outcome::Abandoned;
    let mut open = span(3, Some(1), "execute_tool open", 2, 9);
    open.outcome = Outcome::Unfinished;
    let mut trace = Trace::new(
        trace_id(),
        vec![
            span(1, None, "invoke_agent a", 0, 10),
            cancelled,
            abandoned,
            open,
            span(4, Some(1), "chat m", 3, 4).failed("timeout", ""),
            span(5, Some(1), "chat m", 5, 6).used(1, 1, "stop"),
            span(6, Some(99), "lost", 6, 7),
            span(8, Some(1), "execute_tool find", 1, 2).failed("not_found", ""),
            span(9, Some(1), "execute_tool find", 2, 3),
        ],
    );
    assert_eq!(detail(&trace, "execute_tool slow"), "cancelled");
    assert_eq!(detail(&trace, "chat long"), "abandoned");
    assert_eq!(detail(&trace, "execute_tool open"), "… unfinished");
    assert_eq!(detail(&trace, "├ chat m"), "✗ timeout");
    assert_eq!(detail(&trace, "└ chat m"), "attempt 2  1 → 1 tok  stop");
    assert_eq!(detail(&trace, "lost"), "parent not seen");
    // A tool is called for one thing after the other.
    assert_eq!(render(&trace, 100).matches("attempt").count(), 1);
    assert!(render(&trace, 100).contains("╌"));
    trace.continued = true;
    assert_eq!(detail(&trace, "lost"), "parent not in this part");
}

#[test]
fn the_first_failure_is_where_it_began() {
    let trace = Trace::new(
        trace_id(),
        vec![
            span(1, None, "invoke_agent a", 0, 100).failed("Outer", "outer"),
            span(2, Some(1), "invoke_agent b", 10, 50).failed("Middle", "middle"),
            span(3, Some(2), "execute_tool c", 20, 30).failed("app::Inner<x::Y>", "inner\n!"),
            span(4, Some(1), "execute_tool d", 60, 70).failed("Later", "later"),
        ],
    );
    let last = r"first failure: shop › execute_tool c › Inner<x::Y>: inner\n!";
    assert_eq!(
        trace.render(&Style::plain(120)).trim_end().lines().last(),
        Some(last)
    );
}

#[test]
fn a_trace_with_thousands_of_spans_is_folded() {
    let mut spans = vec![span(1, None, "invoke_agent a", 0, 10_000)];
    for id in 2..3_000 {
        let child = span(id, Some(1), "execute_tool t", id, id + 1);
        spans.push(if id == 1_500 {
            child.failed("Broken", "")
        } else {
            child
        });
    }
    let text = Trace::new(trace_id(), spans).render(&Style::plain(100));
    assert!(text.lines().count() < 30, "{text}");
    assert!(text.contains("✗ Broken"), "{text}");
    assert!(text.contains("… 1,486 spans not shown"), "{text}");
    assert!(text.contains("… 1,496 spans not shown"), "{text}");
}

#[test]
fn a_trace_of_any_shape_is_drawn() {
    // Too deep for recursion, and a circle of spans that are each other's parents.
    let mut spans: Vec<Span> = (1..20_000)
        .map(|id| span(id, (id > 1).then(|| id - 1), "deep", id, 20_000))
        .collect();
    let text = Trace::new(trace_id(), spans.clone()).render(&Style::plain(100));
    assert!(text.contains("spans not shown"), "{text}");
    spans.truncate(3);
    spans[0].parent = Some(spans[2].id);
    let text = Trace::new(trace_id(), spans).render(&Style::plain(100));
    assert_eq!(text.matches("deep").count(), 3, "{text}");
    assert!(
        Trace::new(trace_id(), Vec::new())
            .render(&Style::plain(100))
            .contains("0 spans")
    );
}

#[test]
fn what_a_span_says_cannot_touch_the_terminal() {
    let evil = "\u{1b}[2J\r\nfake line\u{202e}";
    let mut evil_span = span(1, None, evil, 0, 10)
        .at(evil)
        .failed(evil, evil)
        .used(1, 1, evil);
    evil_span.response_model = Some(evil.to_owned());
    let trace = Trace::new(trace_id(), vec![evil_span, span(2, Some(1), "b", 1, 2)]);
    let text = trace.render(&Style::plain(200));
    assert!(!text.contains(['\u{1b}', '\r', '\u{202e}']), "{text}");
    assert_eq!(text.lines().count(), 7, "{text}");
}

#[test]
fn colors_are_the_only_difference_of_a_terminal() {
    let style = Style {
        color: true,
        ..Style::plain(120)
    };
    let mut colored = shop().render(&style);
    assert!(
        colored.contains("\u{1b}[31m✗ OrderNotFound\u{1b}[0m"),
        "{colored}"
    );
    for color in [RESET, BOLD, DIM, RED, GREEN, YELLOW, BLUE, CYAN] {
        colored = colored.replace(color, "");
    }
    let trimmed: String = colored
        .lines()
        .flat_map(|line| {
            [
                line.trim_end(),
                "
",
            ]
        })
        .collect();
    assert_eq!(trimmed, shop().render(&Style::plain(120)));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let parts = [
        "agent ",
        "検索",
        "☀\u{fe0f}",
        "a.b",
        "\u{1b}[2J",
        "x",
        "🇩🇪",
        "e\u{301}",
    ];
    let mut state = 7_u64;
    let mut text = |most: usize| -> String {
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(state >> 33).unwrap_or(0) % below
        };
        (0..next(most)).map(|_| parts[next(parts.len())]).collect()
    };
    for round in 0..60 {
        let mut spans: Vec<Span> = (1..40)
            .map(|id| {
                let parent = (id > 1).then(|| id / 2 + id % 3 / 2);
                let mut span = span(id, parent, &text(20), id, 10_000 * id);
                span = span.at(&text(12)).used(id * 1_000_000, 7, &text(9));
                "chat".clone_into(&mut span.operation);
                span.response_model = Some(text(9));
                span.links = 3;
                span.retries = 2;
                if id % 5 == 0 {
                    span.failed(&text(9), &text(9))
                } else {
                    span
                }
            })
            .collect();
        spans[0].end = u64::MAX;
        let trace = Trace::new(trace_id(), spans);
        for width in [60, 61, 80, 100, 140, 200] {
            let drawn = trace.render(&Style::plain(width));
            for line in drawn
                .lines()
                .filter(|line| !line.starts_with("first failure"))
            {
                assert!(
                    columns(line) <= width,
                    "{round} in {width}: {} {line}",
                    columns(line)
                );
            }
        }
    }
}
