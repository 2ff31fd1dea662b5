//! Chunks in texts: JSON, bare or as server-sent events.

use agent_otel::llm_call;
use agent_otel::testing::capture;
use futures::executor::block_on;
use futures::{Stream, StreamExt, stream};

#[llm_call(provider = "p")]
fn lines_of(items: Vec<&'static str>) -> impl Stream<Item = &'static str> + use<> {
    stream::iter(items)
}

/// What a stream of these texts tells of tokens and ends.
fn told(items: &[&'static str]) -> String {
    let spans = capture(|| {
        block_on(lines_of(items.to_vec()).count());
    });
    let told = spans.to_string();
    let lines = told
        .lines()
        .filter(|line| line.contains("usage") || line.contains("reasons"));
    lines.map(str::trim).collect::<Vec<_>>().join("\n")
}

const BOTH: &str = "gen_ai.response.finish_reasons: [\"stop\"]\n\
                    gen_ai.usage.input_tokens: 9\n\
                    gen_ai.usage.output_tokens: 2";

#[test]
fn events_of_one_line() {
    let events = "\u{feff}: keep-alive\r\n\r\nevent: chunk\r\nid: 7\r\n\
        data:{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\r\n\r\n\
        data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}}\r\n\r\n\
        data: [DONE]\r\n\r\n";
    assert_eq!(told(&[events]), BOTH);
    let first = "\u{feff}data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    assert_eq!(told(&[first]), "gen_ai.response.finish_reasons: [\"stop\"]");
}

#[test]
fn an_event_of_several_lines() {
    let events = "event: chunk\n\
        data: {\"choices\": [\n\
        data:   {\"delta\": {}, \"finish_reason\": \"stop\"}\n\
        id: 7\n\
        data: ],\n\
        data: \"usage\": {\"prompt_tokens\": 9, \"completion_tokens\": 2}}\n\n\
        data: [DONE]\n\n";
    assert_eq!(told(&[events]), BOTH);
}

#[test]
fn json_of_several_lines() {
    let first = "{\n  \"choices\": [\n    {\"delta\": {}, \"finish_reason\": \"stop\"}\n  ]\n}\n";
    let last = "{\n  \"choices\": [],\n  \"usage\": {\n    \"prompt_tokens\": 9,\n    \"completion_tokens\": 2\n  }\n}";
    assert_eq!(told(&[first, last]), BOTH);
}

/// What is broken takes nothing else with it.
#[test]
fn lines_beside_one_that_is_broken() {
    let lines = "{\"choices\":[{\"del\n\
        {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\
        {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}}\n";
    assert_eq!(told(&[lines]), BOTH);
    assert_eq!(told(&["data: {\"choices\":", lines]), BOTH);
}
