//! Arguments of an attribute are evaluated only when something records them. In a process that records no metrics.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};

use agent_otel::{Providers, agent};
use opentelemetry_sdk::trace::SdkTracerProvider;

static EVALUATED: AtomicU8 = AtomicU8::new(0);

fn evaluated() -> u8 {
    EVALUATED.fetch_add(1, Ordering::Relaxed)
}

#[agent(extract = incoming, attributes(app.costly = evaluated()))]
async fn costly(incoming: &HashMap<String, String>) -> usize {
    incoming.len()
}

#[tokio::test]
async fn nothing_is_evaluated_for_a_span_that_is_not_recorded() {
    let provider = SdkTracerProvider::builder().build();
    assert!(Providers::new().tracer(&provider).parent_based().install());
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    let sampled_out = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    costly(&sampled_out).await;
    assert_eq!(EVALUATED.load(Ordering::Relaxed), 0);
    costly(&HashMap::new()).await;
    assert_eq!(EVALUATED.load(Ordering::Relaxed), 1);
}
