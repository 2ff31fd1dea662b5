//! Spans to test with. Times in milliseconds.

use opentelemetry::trace::{SpanId, TraceId};

use super::trace::{Outcome, Span, Tokens, Trace};
use crate::semconv::value::operation;

pub(super) fn trace_id() -> TraceId {
    TraceId::from(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736)
}

pub(super) fn span(id: u64, parent: Option<u64>, name: &str, start: u64, end: u64) -> Span {
    let operation = name.split(' ').next().unwrap_or_default().to_owned();
    Span {
        id: SpanId::from(id),
        parent: parent.map(SpanId::from),
        parent_is_remote: false,
        service: "shop".to_owned(),
        name: name.to_owned(),
        start: start * 1_000_000,
        end: end * 1_000_000,
        outcome: Outcome::Completed,
        operation,
        request_model: None,
        response_model: None,
        tokens: Tokens::default(),
        finish_reasons: Vec::new(),
        retries: 0,
        links: 0,
    }
}

impl Span {
    pub(super) fn at(mut self, service: &str) -> Self {
        self.service = service.to_owned();
        self
    }

    pub(super) fn used(mut self, input: u64, output: u64, reason: &str) -> Self {
        self.tokens.input = Some(input);
        self.tokens.output = Some(output);
        self.finish_reasons = vec![reason.to_owned()];
        self
    }

    pub(super) fn failed(mut self, error_type: &str, message: &str) -> Self {
        self.outcome = Outcome::Failed {
            error_type: error_type.to_owned(),
            message: message.to_owned(),
        };
        self
    }
}

/// The trace of the documentation: a question about an order that does not exist, over three services.
pub(super) fn shop() -> Trace {
    let (front, orders, products) = (
        "shop.orchestrator",
        "shop.order-management",
        "shop.product-discovery",
    );
    assert_eq!(operation::CHAT, "chat");
    Trace::new(
        trace_id(),
        vec![
            span(1, None, "invoke_agent orchestrator", 0, 1_240).at(front),
            span(2, Some(1), "chat gpt-4o-mini", 0, 210)
                .at(front)
                .used(412, 38, "tool_calls"),
            span(3, Some(1), "invoke_agent order-management", 210, 1_080).at(front),
            span(4, Some(3), "invoke_agent order-management", 215, 1_067).at(orders),
            span(5, Some(4), "chat gpt-4o-mini", 216, 618)
                .at(orders)
                .used(698, 41, "tool_calls"),
            span(6, Some(4), "execute_tool order_status", 620, 623)
                .at(orders)
                .failed("shop::OrderNotFound", "no order 9999"),
            span(7, Some(4), "chat gpt-4o-mini", 624, 1_055)
                .at(orders)
                .used(731, 22, "stop"),
            span(8, Some(1), "invoke_agent product-discovery", 1_080, 1_230).at(front),
            span(9, Some(8), "invoke_agent product-discovery", 1_082, 1_229).at(products),
        ],
    )
}
