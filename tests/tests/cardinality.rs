//! Dimensions without end. Each test in a process of its own, since what overflows is shared.

use agent_otel::testing::{self, Point};
use agent_otel::{agent, llm_call};
use agent_otel_tests::with;

#[llm_call(provider = "openai", model = model, usage = manual)]
fn complete(model: &str) {
    let _ = model;
}

#[agent(name = name)]
fn answer(name: &str) {
    let _ = name;
}

/// How many points a metric has, and how often it was recorded.
fn size(metric: &str) -> (usize, u64) {
    let points: Vec<Point> = points(metric);
    (points.len(), points.iter().map(|point| point.count).sum())
}

fn points(metric: &str) -> Vec<Point> {
    let metrics = testing::metrics();
    let points = metrics.points().iter().filter(|point| point.name == metric);
    points.cloned().collect()
}

/// Names of models may come from a caller: their number is bounded, and the rest is recorded together.
#[test]
fn dimensions_without_end_cost_bounded_memory() {
    with(&[], || {
        testing::capture(|| {
            for number in 0..6000 {
                complete(&format!("flood-{number}"));
            }
        });
        let (points, count) = size("gen_ai.client.inference.duration");
        assert!(points < 2500, "{points} sets of attributes");
        assert!(count >= 6000, "{count} calls were measured");
    });
}

/// What is recorded together says so, in each of an agent's metrics.
#[test]
fn agents_without_end_are_known_as_such() {
    with(&[], || {
        testing::capture(|| {
            for number in 0..6000 {
                answer(&format!("flood-{number}"));
            }
        });
        for metric in [
            "gen_ai.invoke_agent.duration",
            "gen_ai.invoke_agent.inference_calls",
            "gen_ai.invoke_agent.tool_calls",
        ] {
            assert_eq!(size(metric).1, 6000, "{metric}");
            let is_known = |point: &Point| {
                let name = point.attribute("gen_ai.agent.name");
                name.or(point.attribute("otel.metric.overflow")).is_some()
            };
            let unknown = points(metric).into_iter().find(|point| !is_known(point));
            assert_eq!(unknown, None);
        }
    });
}
