//! Dimensions without end. Alone in its process, since what overflows is shared.

use agent_otel::{llm_call, testing};

#[llm_call(provider = "openai", model = model, usage = manual)]
fn complete(model: &str) {
    let _ = model;
}

/// Names of models may come from a caller: their number is bounded, and the rest is recorded together.
#[test]
fn dimensions_without_end_cost_bounded_memory() {
    testing::capture(|| {
        for number in 0..6000 {
            complete(&format!("flood-{number}"));
        }
    });
    let metrics = testing::metrics();
    let durations = metrics
        .points()
        .iter()
        .filter(|point| point.name == "gen_ai.client.inference.duration");
    let (points, count) = durations.fold((0, 0), |(points, count), point| {
        (points + 1, count + point.count)
    });
    assert!(points < 2500, "{points} sets of attributes");
    assert!(count >= 6000, "{count} calls were measured");
}
