//! Requests of MCP, on both sides.

use std::collections::HashSet;
use std::panic::catch_unwind;

use agent_otel::testing::{self, capture};
use agent_otel::{McpFault, McpReply, current, mcp_call};
use agent_otel_tests::with;
use expect_test::expect;
use opentelemetry::trace::{SpanKind, Status, Tracer};
use serde_json::{Map, Value, json};

use super::{NoConnection, Outcome, attribute, captured};

type Meta = Map<String, Value>;

#[mcp_call(
    method = "tools/call",
    tool = name,
    arguments(city),
    result,
    inject = meta,
    request_id = 7,
    mcp_session = "mcp-1",
    protocol_version = "2025-11-25",
    jsonrpc_version = "2.0",
    transport = tcp,
    network_protocol = "HTTP",
    network_protocol_version = "2",
    url = "http://tools.example:8080/mcp"
)]
fn call_tool(meta: &mut Meta, name: &str, city: &str) -> Value {
    serve_tool(meta, name, city)
}

#[mcp_call(
    serve,
    method = "tools/call",
    tool = name,
    arguments(city),
    result,
    extract = meta,
    request_id = "a",
    client_address = "10.0.0.7",
    client_port = 40_000,
    transport = tcp,
    jsonrpc_version = "1.0"
)]
fn serve_tool(meta: &Meta, name: &str, city: &str) -> Value {
    let _ = name;
    assert!(meta.contains_key("traceparent"));
    weather(city)
}

fn weather(city: &str) -> Value {
    match city {
        "" => json!({"jsonrpc": "2.0", "error": {"code": -32602, "message": "no city"}}),
        "Nowhere" => json!({"content": [], "isError": true}),
        "Atlantis" => json!({"jsonrpc": "2.0", "error": {"code": -32603, "message": "it sank"}}),
        _ => json!({"content": [{"type": "text", "text": "21 °C"}]}),
    }
}

#[test]
fn a_tool_of_mcp_is_called_on_one_side_and_served_on_the_other() {
    let spans = capture(|| call_tool(&mut Meta::new(), "weather", "Berlin"));
    expect![[r#"

        tools/call weather [client]
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "weather"
            jsonrpc.request.id: "7"
            mcp.method.name: "tools/call"
            mcp.protocol.version: "2025-11-25"
            mcp.session.id: "mcp-1"
            network.protocol.name: "http"
            network.protocol.version: "2"
            network.transport: "tcp"
            server.address: "tools.example"
            server.port: 8080
            tools/call weather [server, remote parent]
                client.address: "10.0.0.7"
                client.port: 40000
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "weather"
                jsonrpc.protocol.version: "1.0"
                jsonrpc.request.id: "a"
                mcp.method.name: "tools/call"
                network.transport: "tcp"
    "#]]
    .assert_eq(&spans.to_string());
    assert!(
        spans
            .iter()
            .all(|span| span.parent_span_id.to_string() == "0000000000000000"
                || span.span_kind == SpanKind::Server)
    );
}

#[mcp_call(method = "tools/call", tool = "weather", inject = meta)]
fn ask(meta: &mut Meta, city: &str) -> Value {
    answer(meta, city)
}

#[mcp_call(serve, method = "tools/call", tool = "weather", extract = meta,
    transport = if city.is_empty() { "pipe" } else { "tcp" })]
fn answer(meta: &Meta, city: &str) -> Value {
    let _ = meta;
    weather(city)
}

#[test]
fn a_reply_tells_whether_it_is_a_failure() {
    let spans = capture(|| {
        for city in ["Nowhere", "", "Atlantis"] {
            ask(&mut Meta::new(), city);
        }
    });
    expect![[r#"

        tools/call weather [client]
            error.type: "tool_error"
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "weather"
            mcp.method.name: "tools/call"
            status: error ""
            tools/call weather [server, remote parent]
                error.type: "tool_error"
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "weather"
                mcp.method.name: "tools/call"
                network.transport: "tcp"
                status: error ""
        tools/call weather [client]
            error.type: "-32602"
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "weather"
            mcp.method.name: "tools/call"
            rpc.response.status_code: "-32602"
            status: error "no city"
            tools/call weather [server, remote parent]
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "weather"
                mcp.method.name: "tools/call"
                network.transport: "pipe"
                rpc.response.status_code: "-32602"
        tools/call weather [client]
            error.type: "-32603"
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "weather"
            mcp.method.name: "tools/call"
            rpc.response.status_code: "-32603"
            status: error "it sank"
            tools/call weather [server, remote parent]
                error.type: "-32603"
                gen_ai.operation.name: "execute_tool"
                gen_ai.tool.name: "weather"
                mcp.method.name: "tools/call"
                network.transport: "tcp"
                rpc.response.status_code: "-32603"
                status: error "it sank"
    "#]]
    .assert_eq(&spans.to_string());
}

#[mcp_call(method = "prompts/get", prompt = "greeting", arguments(name), prompt_variables("tone" = "warm"), inject = client)]
fn get_prompt(name: &str) -> Outcome<Value> {
    if name.is_empty() {
        Err(NoConnection)
    } else {
        Ok(json!({"messages": []}))
    }
}

#[mcp_call(method = "resources/read", resource = uri, inject = client)]
fn read(uri: &str) {
    let _ = uri;
}

#[mcp_call(method = method, tool = tool, prompt = prompt, inject = client)]
fn send(method: &str, tool: Option<&str>, prompt: Option<&str>) {
    let _ = (method, tool, prompt);
}

#[test]
fn a_method_has_a_target_or_none() {
    let spans = capture(|| {
        assert!(get_prompt("Ada").is_ok() && get_prompt("").is_err());
        read("file:///secret");
        send("tools/call", Some("weather"), None);
        send("prompts/get", None, Some("greeting"));
        send("tools/list", None, None);
    });
    expect![[r#"

        prompts/get greeting [client]
            gen_ai.prompt.name: "greeting"
            mcp.method.name: "prompts/get"
        prompts/get greeting [client]
            error.type: "operations::Failed::NoConnection"
            gen_ai.prompt.name: "greeting"
            mcp.method.name: "prompts/get"
            event exception
                exception.message: "no connection"
                exception.type: "operations::Failed"
            status: error "no connection"
        resources/read [client]
            mcp.method.name: "resources/read"
            mcp.resource.uri: "file:///secret"
        tools/call weather [client]
            gen_ai.operation.name: "execute_tool"
            gen_ai.tool.name: "weather"
            mcp.method.name: "tools/call"
        prompts/get greeting [client]
            gen_ai.prompt.name: "greeting"
            mcp.method.name: "prompts/get"
        tools/list [client]
            mcp.method.name: "tools/list"
    "#]]
    .assert_eq(&spans.to_string());
}

#[test]
fn arguments_of_a_prompt_are_its_variables() {
    captured(|| {
        let spans = capture(|| {
            assert!(get_prompt("Ada").is_ok());
            call_tool(&mut Meta::new(), "weather", "Berlin");
        });
        let told = |index, key| attribute(&spans, index, key);
        assert_eq!(
            told(0, "gen_ai.prompt.variable.name").as_deref(),
            Some("Ada")
        );
        assert_eq!(
            told(0, "gen_ai.prompt.variable.tone").as_deref(),
            Some("warm")
        );
        assert_eq!(told(0, "gen_ai.tool.call.arguments"), None);
        assert_eq!(
            told(1, "gen_ai.tool.call.arguments").as_deref(),
            Some(r#"{"city":"Berlin"}"#)
        );
        assert!(told(2, "gen_ai.tool.call.result").is_some_and(|result| result.contains("21 °C")));
    });
}

/// An error of a client of one's own.
#[derive(Debug)]
enum RpcError {
    Code(i64),
    Closed,
}

impl McpReply for RpcError {
    fn fault(&self) -> Option<McpFault> {
        match self {
            RpcError::Code(code) => Some(McpFault::Rpc {
                code: *code,
                message: "as told".to_owned(),
            }),
            RpcError::Closed => None,
        }
    }
}

#[mcp_call(method = "ping", inject = client)]
fn ping(error: RpcError) -> Result<(), RpcError> {
    Err(error)
}

#[mcp_call(serve, method = "ping")]
fn pong(error: RpcError) -> Result<(), RpcError> {
    Err(error)
}

#[mcp_call(method = "ping", inject = client)]
fn ping_by_hand() -> Outcome<()> {
    current().rpc_status_code(-32000);
    Err(NoConnection)
}

#[mcp_call(method = "ping", inject = client, ok_if = |_| true)]
fn ping_whatever_comes() -> Result<(), RpcError> {
    Err(RpcError::Code(-32000))
}

#[test]
fn an_error_of_the_caller_is_none_of_the_server() {
    let spans = capture(|| {
        for code in [-32700, -32600, -32601, -32602, -32002] {
            assert!(ping(RpcError::Code(code)).is_err());
            assert!(pong(RpcError::Code(code)).is_err());
        }
        assert!(ping(RpcError::Code(1)).is_err());
        assert!(pong(RpcError::Code(1)).is_err());
        assert!(pong(RpcError::Closed).is_err());
        assert!(ping_by_hand().is_err());
        assert!(ping_whatever_comes().is_err());
    });
    for (index, span) in spans.iter().enumerate() {
        let code = attribute(&spans, index, "rpc.response.status_code");
        let error = attribute(&spans, index, "error.type");
        let is_error = span.status != Status::Unset;
        assert_eq!(error.is_some(), is_error, "{spans}");
        match index {
            0..10 if index % 2 == 0 => assert!(error.is_some() && error == code, "{spans}"),
            0..10 => assert!(error.is_none() && code.is_some(), "{spans}"),
            10 | 11 => assert_eq!((error.as_deref(), code.as_deref()), (Some("1"), Some("1"))),
            12 => assert!(code.is_none() && error.is_some_and(|error| error.ends_with("RpcError"))),
            13 => assert_eq!(
                (error.as_deref(), code.as_deref()),
                (Some("-32000"), Some("-32000"))
            ),
            _ => assert!(error.is_none() && code.is_some()),
        }
    }
    assert_eq!(spans[10].status, Status::error("as told"));
}

/// Whatever the caller has done, a panic is this side's.
#[test]
fn a_panic_is_one_whatever_code_was_told_before() {
    #[mcp_call(serve, method = "ping")]
    fn pong_panics() {
        current().rpc_status_code(-32602);
        panic!("no such place");
    }
    let spans = capture(|| assert!(catch_unwind(pong_panics).is_err()));
    assert_eq!(spans[0].status, Status::error("no such place"), "{spans}");
    assert_eq!(attribute(&spans, 0, "error.type").as_deref(), Some("panic"));
    assert_eq!(spans[0].events.len(), 1, "{spans}");
}

/// The codes of an error are the other side's to choose, and may be as many as there are requests.
#[test]
fn codes_without_end_are_few_labels() {
    #[mcp_call(method = "ping", inject = client)]
    fn ping_told(code: i64) -> Outcome<()> {
        current().rpc_status_code(code.to_string());
        Err(NoConnection)
    }
    with(&[], || {
        let spans = capture(|| {
            for code in 1_000..1_300 {
                assert!(ping(RpcError::Code(code)).is_err());
                assert!(ping_told(1_000 + code).is_err());
            }
            assert!(ping(RpcError::Code(-32603)).is_err());
            assert!(ping_told(-32601).is_err());
        });
        for key in ["error.type", "rpc.response.status_code"] {
            let told = (0..spans.len()).map(|index| attribute(&spans, index, key));
            let told: HashSet<_> = told.map(|label| label.expect(key)).collect();
            for label in ["1000", "_OTHER", "-32603", "-32601"] {
                assert!(told.contains(label), "{key} {label}");
            }
            assert!(told.len() < 80, "{} of {key}", told.len());
        }
        let metrics = testing::metrics();
        let points = metrics.with("mcp.method.name", "ping").len();
        assert!(points < 80, "{points} points");
    });
}

#[test]
fn a_served_request_is_linked_to_the_transport() {
    let mut meta = Meta::new();
    meta.insert(
        "traceparent".to_owned(),
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into(),
    );
    let spans = capture(|| {
        opentelemetry::global::tracer("http").in_span("POST /mcp", |_| {
            serve_tool(&meta, "weather", "Berlin");
        });
    });
    let served = spans.named("tools/call weather").expect("the span");
    let transport = spans.named("POST /mcp").expect("the span");
    assert_eq!(served.parent_span_id.to_string(), "00f067aa0ba902b7");
    assert_eq!(served.links.len(), 1);
    assert_eq!(served.links[0].span_context, transport.span_context);
}
