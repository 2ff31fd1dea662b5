//! `POST /v1/responses`, and `GET` of an earlier one.

use agent_otel::llm_call;
use agent_otel::testing::capture;
use agent_otel_tests::captured::{input, output, system, tools, with_content};
use expect_test::expect;
use serde_json::{Value, json};

use crate::{answered, called, streamed};

fn request() -> Value {
    json!({
        "model": "gpt-5-mini", "instructions": "Be brief.",
        "input": [
            {"role": "user", "content": [
                {"type": "input_text", "text": "What is in this image, and how is the weather there?"},
                {"type": "input_image", "image_url": "https://example.com/boston.jpg"},
                {"type": "input_file", "file_id": "file-6F2ksmvXxt4VdoqmHRw6kL"},
            ]},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "It is Boston."}]},
            {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "get_weather",
                "arguments": "{\"location\":\"Boston\"}"},
            {"type": "function_call_output", "call_id": "call_1", "output": "{\"celsius\":22}"},
        ],
        "reasoning": {"effort": "low", "summary": "auto"}, "text": {"format": {"type": "json_object"}},
        "max_output_tokens": 500, "temperature": 1, "top_p": 0.9, "stream": false, "service_tier": "priority",
        "previous_response_id": "resp_0123456789", "conversation": {"id": "conv_689667905b048191b4740501625afd94"},
        "prompt": {"id": "pmpt_abc123", "version": "2", "variables": {"city": "Boston"}},
        "tools": [
            {"type": "function", "name": "get_weather", "description": "Weather of a place", "strict": true,
                "parameters": {"type": "object", "properties": {"location": {"type": "string"}}}},
            {"type": "web_search"},
        ],
    })
}

fn answer() -> Value {
    json!({
        "id": "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b", "object": "response",
        "created_at": 1_741_476_542, "status": "completed", "error": null, "incomplete_details": null,
        "instructions": null, "max_output_tokens": null, "model": "gpt-4.1-2025-04-14",
        "output": [{
            "type": "message", "id": "msg_67ccd2bf17f0819081ff3bb2cf6508e60bb6a6b452d3795b", "status": "completed",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "In a peaceful grove, a unicorn rested.", "annotations": []}],
        }],
        "parallel_tool_calls": true, "previous_response_id": null, "reasoning": {"effort": null, "summary": null},
        "service_tier": "default", "store": true, "temperature": 1.0, "text": {"format": {"type": "text"}},
        "tool_choice": "auto", "tools": [], "top_p": 1.0, "truncation": "disabled",
        "usage": {
            "input_tokens": 36, "input_tokens_details": {"cached_tokens": 12}, "output_tokens": 87,
            "output_tokens_details": {"reasoning_tokens": 20}, "total_tokens": 123,
        },
        "user": null, "metadata": {},
    })
}

fn tool_call() -> Value {
    json!({
        "id": "resp_67ca09c5efe0819096d0511c92b8c890096610f474011cc0", "object": "response", "status": "completed",
        "model": "gpt-4.1-2025-04-14",
        "output": [
            {"type": "reasoning", "id": "rs_2", "summary": [{"type": "summary_text", "text": "They want the weather."}]},
            {"type": "web_search_call", "id": "ws_1", "status": "completed",
                "action": {"type": "search", "query": "weather Boston"}},
            {"type": "function_call", "id": "fc_67ca09c6bedc8190a7abfec07b1a1332096610f474011cc0",
                "call_id": "call_unLAR8MvFNptuiZK6K6HCy5k", "name": "get_current_weather",
                "arguments": "{\"location\":\"Boston, MA\",\"unit\":\"celsius\"}", "status": "completed"},
        ],
        "usage": {"input_tokens": 291, "output_tokens": 23, "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 314},
    })
}

fn chunks() -> Vec<Value> {
    let begun = json!({"id": "resp_67c9fdcecf488190bdd9a0409de3a1ec", "object": "response", "status": "in_progress",
        "model": "gpt-4.1-2025-04-14", "output": [], "usage": null, "service_tier": "auto"});
    let mut done = tool_call();
    done["id"] = begun["id"].clone();
    done["service_tier"] = json!("default");
    vec![
        json!({"type": "response.created", "response": begun}),
        json!({"type": "response.in_progress", "response": begun}),
        json!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "content": []}}),
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "content_index": 0,
            "delta": "Hi"}),
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "content_index": 0,
            "delta": " there!"}),
        json!({"type": "response.output_text.done", "item_id": "msg_1", "output_index": 0, "content_index": 0,
            "text": "Hi there!"}),
        json!({"type": "response.output_item.added", "output_index": 1,
            "item": {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "get_time", "arguments": ""}}),
        json!({"type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 1,
            "delta": "{\"zone\":"}),
        json!({"type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 1,
            "delta": "\"EST\"}"}),
        json!({"type": "response.completed", "response": done}),
    ]
}

#[test]
fn a_response() {
    expect![[r#"

        chat gpt-5-mini [client]
            gen_ai.conversation.id: "conv_689667905b048191b4740501625afd94"
            gen_ai.operation.name: "chat"
            gen_ai.output.type: "json"
            gen_ai.prompt.name: "pmpt_abc123"
            gen_ai.prompt.version: "2"
            gen_ai.provider.name: "openai"
            gen_ai.request.max_tokens: 500
            gen_ai.request.model: "gpt-5-mini"
            gen_ai.request.previous_response.id: "resp_0123456789"
            gen_ai.request.reasoning.level: "low"
            gen_ai.request.temperature: 1
            gen_ai.request.top_p: 0.9
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b"
            gen_ai.response.model: "gpt-4.1-2025-04-14"
            gen_ai.usage.cache_read.input_tokens: 12
            gen_ai.usage.input_tokens: 36
            gen_ai.usage.output_tokens: 87
            gen_ai.usage.reasoning.output_tokens: 20
            openai.api.type: "responses"
            openai.request.service_tier: "priority"
            openai.response.service_tier: "default"
    "#]]
    .assert_eq(&called("openai", &request(), answer()).to_string());
}

#[test]
fn a_tool_call() {
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "resp_67ca09c5efe0819096d0511c92b8c890096610f474011cc0"
            gen_ai.response.model: "gpt-4.1-2025-04-14"
            gen_ai.usage.input_tokens: 291
            gen_ai.usage.output_tokens: 23
            gen_ai.usage.reasoning.output_tokens: 0
            openai.api.type: "responses"
    "#]]
    .assert_eq(&answered("openai", tool_call()).to_string());
}

#[test]
fn a_stream() {
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 10
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["stop"]
            gen_ai.response.id: "resp_67c9fdcecf488190bdd9a0409de3a1ec"
            gen_ai.response.model: "gpt-4.1-2025-04-14"
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.input_tokens: 291
            gen_ai.usage.output_tokens: 23
            gen_ai.usage.reasoning.output_tokens: 0
            openai.api.type: "responses"
            openai.response.service_tier: "default"
    "#]]
    .assert_eq(&streamed("openai", &chunks()).to_string());
}

#[test]
fn errors() {
    let refused = json!({"error": {"message": "Incorrect API key provided", "type": "invalid_request_error",
        "param": null, "code": "invalid_api_key"}});
    let failed = json!({"id": "resp_1", "object": "response", "status": "failed", "model": "gpt-4.1-2025-04-14",
        "error": {"code": "server_error", "message": "The model failed to generate a response."}, "output": [],
        "usage": null});
    let cut = json!({"id": "resp_2", "object": "response", "status": "incomplete", "model": "gpt-4.1-2025-04-14",
        "incomplete_details": {"reason": "max_output_tokens"}, "output": [],
        "usage": {"input_tokens": 5, "output_tokens": 16, "total_tokens": 21}});
    let event = json!({"type": "error", "code": "ERR_SOMETHING", "message": "Something went wrong", "param": null});
    let told = [refused, failed, cut, event].map(|body| answered("openai", body).to_string());
    expect![[r#"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.response.finish_reasons: ["error"]
            gen_ai.response.id: "resp_1"
            gen_ai.response.model: "gpt-4.1-2025-04-14"
            openai.api.type: "responses"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
            gen_ai.response.finish_reasons: ["length"]
            gen_ai.response.id: "resp_2"
            gen_ai.response.model: "gpt-4.1-2025-04-14"
            gen_ai.usage.input_tokens: 5
            gen_ai.usage.output_tokens: 16
            openai.api.type: "responses"

        chat [client]
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "openai"
    "#]]
    .assert_eq(&told.concat());
}

/// A context that was compacted is told, and one that was not is not.
#[test]
fn a_compacted_conversation() {
    let mut request =
        json!({"model": "gpt-5-mini", "input": [{"role": "user", "content": "Go on."}]});
    let spans = called("openai", &request, answer());
    assert!(!spans.to_string().contains("compacted"), "{spans}");

    let item = json!({"type": "compaction", "id": "cmp_1", "encrypted_content": "gAAAA"});
    request["input"]
        .as_array_mut()
        .expect("items")
        .insert(0, item.clone());
    let mut compacting = answer();
    compacting["output"]
        .as_array_mut()
        .expect("items")
        .insert(0, item);
    for (request, response) in [
        (&request, answer()),
        (&json!({}), compacting.clone()),
        (&request, compacting),
    ] {
        let spans = called("openai", request, response);
        let told = spans.to_string();
        assert_eq!(
            told.matches("gen_ai.conversation.compacted: true").count(),
            1,
            "{told}"
        );
    }
}

/// Who asks for an earlier response uses no model, and is told how far it has come.
#[test]
fn an_earlier_response() {
    #[llm_call(provider = "openai", operation = "chat")]
    fn generate(response: Value) -> Value {
        response
    }

    let spans = capture(|| {
        generate(answer());
    });
    assert!(
        !spans.to_string().contains("gen_ai.response.status"),
        "{spans}"
    );
}

/// Tools that the provider defines and the caller runs: what they gave refers to the call by its `call_id`.
#[test]
fn tools_that_the_caller_runs() {
    let computer = json!({"type": "computer_call", "id": "cu_1", "call_id": "call_1", "status": "completed",
        "action": {"type": "click", "x": 3, "y": 5}, "pending_safety_checks": []});
    let patch = json!({"type": "apply_patch_call", "id": "apc_1", "call_id": "call_2", "status": "completed",
        "operation": {"type": "delete_file", "path": "a.txt"}});
    let request = json!({"model": "computer-use-preview", "input": [computer,
        {"type": "computer_call_output", "call_id": "call_1",
            "output": {"type": "computer_screenshot", "image_url": "https://example.com/screen.png"}}]});
    let answer = json!({"object": "response", "status": "completed", "output": [patch]});
    let approval = json!({"model": "gpt-5", "input": [
        {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": true}]});
    with_content(|| {
        let spans = called("openai", &request, answer);
        assert_eq!(
            input(&spans),
            json!([
                {"role": "assistant", "parts": [{"type": "tool_call", "id": "call_1", "name": "computer",
                    "arguments": {"type": "click", "x": 3, "y": 5}}]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "id": "call_1",
                    "response": {"type": "computer_screenshot", "image_url": "https://example.com/screen.png"}}]},
            ])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [{"type": "tool_call", "id": "call_2",
                "name": "apply_patch", "arguments": {"type": "delete_file", "path": "a.txt"}}]}])
        );
        // Nobody but the user approves.
        let approved = input(&called("openai", &approval, Value::Null));
        assert_eq!(approved[0]["role"], "user", "{approved}");
    });
}

#[test]
fn content() {
    with_content(|| {
        let spans = called("openai", &request(), answer());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "user", "parts": [
                    {"type": "text", "content": "What is in this image, and how is the weather there?"},
                    {"type": "uri", "modality": "image", "uri": "https://example.com/boston.jpg"},
                    {"type": "file", "modality": "document", "file_id": "file-6F2ksmvXxt4VdoqmHRw6kL"},
                ]},
                {"role": "assistant", "parts": [{"type": "reasoning", "content": "It is Boston."}]},
                {"role": "assistant", "parts": [
                    {"type": "tool_call", "id": "call_1", "name": "get_weather", "arguments": {"location": "Boston"}},
                ]},
                {"role": "tool", "parts": [
                    {"type": "tool_call_response", "id": "call_1", "response": "{\"celsius\":22}"},
                ]},
            ])
        );
        assert_eq!(
            system(&spans),
            json!([{"type": "text", "content": "Be brief."}])
        );
        assert_eq!(
            tools(&spans),
            json!([
                {"type": "function", "name": "get_weather", "description": "Weather of a place",
                    "parameters": {"type": "object", "properties": {"location": {"type": "string"}}}},
                {"type": "web_search", "name": "web_search"},
            ])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "stop", "parts": [
                {"type": "text", "content": "In a peaceful grove, a unicorn rested."},
            ]}])
        );
        let whole = json!([{"role": "assistant", "finish_reason": "stop", "parts": [
            {"type": "reasoning", "content": "They want the weather."},
            {"type": "server_tool_call", "id": "ws_1", "name": "web_search_call", "server_tool_call":
                {"type": "web_search_call", "action": {"type": "search", "query": "weather Boston"}}},
            {"type": "tool_call", "id": "call_unLAR8MvFNptuiZK6K6HCy5k", "name": "get_current_weather",
                "arguments": {"location": "Boston, MA", "unit": "celsius"}},
        ]}]);
        assert_eq!(output(&answered("openai", tool_call())), whole);
        // The last event tells the answer again, and whole.
        assert_eq!(output(&streamed("openai", &chunks())), whole);
        let chunks = chunks();
        let early = chunks.split_last().expect("chunks").1;
        assert_eq!(
            output(&streamed("openai", early)),
            json!([{"role": "assistant", "finish_reason": "error", "parts": [
                {"type": "text", "content": "Hi there!"},
                {"type": "tool_call", "id": "call_1", "name": "get_time", "arguments": {"zone": "EST"}},
            ]}])
        );
        let text = called(
            "openai",
            &json!({"model": "m", "input": "Hi", "store": false}),
            answer(),
        );
        assert_eq!(
            input(&text),
            json!([{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}])
        );
    });
}
