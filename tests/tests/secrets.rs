//! Secrets are seeded wherever a program may have some, and then looked for in everything that leaves it: spans, events,
//! log records, what is sent over the wire, what is printed, and the `Debug` and the errors of our own types.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use agent_otel::{
    Builder, Capture, ContentPolicy, a2a_call, agent, current, llm_call, mcp_call, memory,
    retrieval, testing, tool, workflow,
};
use agent_otel_tests::{with, written_with};
use futures::{FutureExt, Stream, StreamExt, stream};
use http::HeaderMap;
use serde_json::{Value, json};

const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
const SIGNAL: &str = "OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN";

/// Secrets that a pattern knows, each with the part of it that must not be seen.
const SEEDS: &[(&str, &str)] = &[
    ("sk-proj-Zq81kfPw0aXvT3bNcYdE", "Zq81kfPw0aXv"),
    ("sk-ant-api03-Hh72mmQ9-kLxZ", "Hh72mmQ9"),
    ("AKIAQ5WJ7ZXT2RMLPNEV", "Q5WJ7ZXT2RML"),
    ("ghp_Rw93hfKq17TzXcVbNm20AsDf45Gh", "Rw93hfKq17Tz"),
    ("AIzaSyB7xk2Qv9Lm4Np8Rt6Wz1Yc3Ud5Fg0Hj", "B7xk2Qv9Lm4N"),
    ("xoxb-48151623-4281516-QwErTyUi", "48151623-428"),
    ("sk_live_51HqLyjWDarjtT1zdp7dc", "51HqLyjWDarj"),
    ("Bearer qz.Tok7en-93kd_Xv", "Tok7en-93kd"),
    (
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI5OTMxIn0.pLm7Qz2XwV9k",
        "pLm7Qz2XwV9k",
    ),
    ("mildred.quux+shop@corp.example.org", "mildred.quux"),
    ("4539 5787 6362 1486", "5787 6362"),
    ("5105-1051-0510-5100", "1051-0510"),
    ("password: tr0ub4dor-xkcd", "tr0ub4dor"),
    ("api_key=plain7words8here", "plain7words8here"),
    ("https://root:w3lcome-b4ck@db.internal/x", "w3lcome-b4ck"),
    ("Authorization: Basic cm9vdDpjNHQtZ3V5", "cm9vdDpjNHQt"),
    (
        "-----BEGIN PRIVATE KEY-----\nMIIBVgIBADANBgkq\nhkiG9w0BAQ\n-----END PRIVATE KEY-----",
        "MIIBVgIBADAN",
    ),
];

/// What people wrote: no pattern knows it, and it is seen only where content is captured.
const WORDS: &str = "the tortoise is late for her appointment";

/// All of them, with words around.
fn everything() -> String {
    let seeds: Vec<_> = SEEDS.iter().map(|(seed, _)| *seed).collect();
    format!("it said {} and that was all", seeds.join(" , then "))
}

/// Asserts that no seed is in `text`, whole or in part, in any of the ways in which it may be escaped.
fn assert_clean(what: &str, text: &str) {
    for (seed, part) in SEEDS {
        if let Some(at) = text.find(part) {
            let mut start = at.saturating_sub(200);
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            let around: String = text[start..].chars().take(400).collect();
            panic!("{what}: {part} of {seed} in … {around} …");
        }
    }
}

/// An error that tells everything, and wraps one that does, too.
#[derive(Debug)]
enum Talkative {
    Outer(Box<Talkative>),
    Inner(#[expect(dead_code, reason = "for its `Debug`")] String),
}

impl fmt::Display for Talkative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Talkative::Outer(_) => write!(f, "no answer: {}", everything()),
            Talkative::Inner(_) => write!(f, "inside: {}", everything()),
        }
    }
}

impl Error for Talkative {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Talkative::Outer(inner) => Some(&**inner),
            Talkative::Inner(_) => None,
        }
    }
}

fn talkative() -> Talkative {
    Talkative::Outer(Box::new(Talkative::Inner(everything())))
}

/// Looks an order up.
#[tool(arguments, result)]
fn lookup(
    note: &str,
    headers: &HashMap<String, String>,
    order: &Value,
) -> Result<Value, Talkative> {
    let _ = (note, headers, order);
    if order.is_null() {
        Err(talkative())
    } else {
        Ok(json!({"found": everything(), "password": "tr0ub4dor", "said": WORDS}))
    }
}

#[tool]
fn fails_with_text() -> Result<(), String> {
    Err(everything())
}

#[tool]
fn fails_with_anything() -> Result<(), Box<dyn Error + Send + Sync>> {
    Err(everything().into())
}

#[tool]
fn panics() {
    panic!("{}", everything());
}

#[llm_call(provider = "openai", model = "gpt-4o", input = messages, system = system, tools = tools, output)]
fn complete(messages: &Value, system: &str, tools: &Value) -> Value {
    let _ = (messages, system, tools);
    json!({
        "id": "r1",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {
            "role": "assistant",
            "content": format!("{WORDS} {}", everything()),
            "tool_calls": [{"id": "c1", "type": "function", "function": {
                "name": "lookup",
                "arguments": json!({"note": everything(), "api_key": "plain7words8here"}).to_string(),
            }}],
        }}],
    })
}

/// Every secret comes in pieces.
#[llm_call(provider = "openai", model = "gpt-4o")]
fn chunks() -> impl Stream<Item = Result<Value, Talkative>> {
    let text: Vec<char> = format!("{WORDS} {}", everything()).chars().collect();
    let pieces: Vec<_> = text
        .chunks(7)
        .map(|piece| {
            let piece: String = piece.iter().collect();
            Ok(json!({"choices": [{"index": 0, "delta": {"content": piece}}]}))
        })
        .chain([Err(talkative())])
        .collect();
    stream::iter(pieces)
}

#[a2a_call(agent = "orders", url = url, inject = headers)]
fn ask(url: &str, headers: &mut HeaderMap) -> Result<(), Talkative> {
    let _ = (url, headers);
    Err(talkative())
}

#[agent(input = question, output)]
fn answer(question: &str) -> Result<String, Talkative> {
    current().retry(1, everything(), Duration::ZERO);
    current().evaluation("helpful", 0.5, "pass", Some(everything().as_str()));
    Ok(format!("{question} {}", everything()))
}

/// Answers with an error of JSON-RPC.
#[mcp_call(method = "tools/call", tool = "lookup", arguments, result, inject = client)]
fn call_a_tool(note: &str) -> Value {
    let _ = note;
    json!({"jsonrpc": "2.0", "error": {"code": -32603, "message": everything()}})
}

#[mcp_call(serve, method = "prompts/get", prompt = "greeting", arguments, prompt_variables("from" = note))]
fn serve_a_prompt(note: &str) -> Result<Value, Talkative> {
    let _ = note;
    Err(talkative())
}

#[retrieval(data_source = "manuals", query = note, documents)]
fn find(note: &str) -> Value {
    json!([{"id": "1", "score": 0.5, "text": note, "api_key": "plain7words8here"}])
}

#[memory(operation = "create_memory", records = [note], query = note)]
fn remember(note: &str) {
    let _ = note;
}

#[workflow(input = note, output)]
fn lead(note: &str) -> String {
    note.to_owned()
}

#[tool]
async fn panics_later() {
    futures::future::ready(()).await;
    std::panic::panic_any(everything());
}

/// Something in the middle of a stream.
#[llm_call(provider = "openai", model = "gpt-4o")]
fn breaks() -> impl Stream<Item = Value> {
    stream::iter([0, 1]).map(|number| {
        assert!(number == 0, "{}", everything());
        json!({"choices": [{"index": 0, "delta": {"content": everything()}}]})
    })
}

fn headers() -> HashMap<String, String> {
    HashMap::from([
        (
            "authorization".to_owned(),
            "Bearer qz.Tok7en-93kd_Xv".to_owned(),
        ),
        ("x-api-key".to_owned(), "plain7words8here".to_owned()),
        ("cookie".to_owned(), "session=tr0ub4dor-xkcd".to_owned()),
        ("note".to_owned(), everything()),
    ])
}

/// Runs everything that may tell a secret.
fn converse() {
    let order = json!({
        "card": 4_539_578_763_621_486_u64,
        "nested": {"client_secret": "tr0ub4dor-xkcd", "list": [everything(), {"token": "Zq81kfPw0aXvT3bN"}]},
        "mildred.quux@corp.example.org": everything(),
        "pair": [{"name": "Authorization", "value": "cm9vdDpjNHQt"}],
        "text": json!({"password": "tr0ub4dor-xkcd"}).to_string(),
    });
    let note = format!("{WORDS} {}", everything());
    assert!(lookup(&note, &headers(), &order).is_ok());
    assert!(lookup(&note, &headers(), &Value::Null).is_err());
    assert!(fails_with_text().is_err());
    assert!(fails_with_anything().is_err());
    assert!(catch_unwind(panics).is_err());
    let messages = json!([
        {"role": "user", "content": note},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://root:w3lcome-b4ck@x/y.png"}}]},
        {"role": "tool", "tool_call_id": "c0", "content": json!({"password": "tr0ub4dor"}).to_string()},
    ]);
    let tools =
        json!([{"type": "function", "function": {"name": "lookup", "description": everything()}}]);
    complete(&messages, &everything(), &tools);
    futures::executor::block_on(chunks().count());
    let mut headers = HeaderMap::new();
    headers.insert(
        "authorization",
        "Bearer qz.Tok7en-93kd_Xv".parse().expect("a value"),
    );
    let url = "https://root:w3lcome-b4ck@orders.internal/ask?api_key=plain7words8here";
    assert!(ask(url, &mut headers).is_err());
    assert!(answer(&note).is_ok());
    call_a_tool(&note);
    assert!(serve_a_prompt(&note).is_err());
    find(&note);
    remember(&note);
    lead(&note);
    let block_on = futures::executor::block_on::<futures::future::LocalBoxFuture<'_, usize>>;
    for panics in [
        panics_later().map(|()| 0).boxed_local(),
        breaks().count().boxed_local(),
    ] {
        assert!(catch_unwind(AssertUnwindSafe(|| block_on(panics))).is_err());
    }
}

/// What the program says itself.
fn log() {
    tracing::warn!(
        password = "tr0ub4dor-xkcd",
        note = everything(),
        "{}",
        everything()
    );
    tracing::error!(error = &talkative() as &dyn Error, "said by the program");
    log::warn!(note = everything().as_str(); "{}", everything());
}

/// The program's own words about the panic that tells everything are not ours.
fn silence() {
    let others = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload().downcast_ref::<String>();
        if said != Some(&everything()) {
            others(panic);
        }
    }));
}

/// All that can be seen of the captured spans and log records.
fn shown() -> String {
    let spans = testing::capture(converse);
    format!("{spans} {spans:?} {:?}", spans.to_vec())
}

#[test]
fn with_capture_off_nothing_is_found() {
    for signal in ["", "logs", "logs/dup"] {
        with(&[(SIGNAL, signal)], || {
            silence();
            let shown = shown();
            assert_clean("capture off", &shown);
            assert!(!shown.contains(WORDS), "{shown}");
            // Not because nothing was said.
            assert!(shown.contains("no answer: it said"), "{shown}");
        });
    }
}

#[test]
fn with_capture_on_no_pattern_finds_anything() {
    for mode in ["SPAN_ONLY", "EVENT_ONLY", "SPAN_AND_EVENT"] {
        with(&[(CAPTURE, mode), (SIGNAL, "logs/dup")], || {
            silence();
            let shown = shown();
            assert_clean("capture on", &shown);
            assert!(shown.contains(WORDS), "{shown}");
            // Where they were written is looked at.
            let written = [
                "gen_ai.tool.call.arguments",
                "gen_ai.prompt.variable.from",
                "gen_ai.memory.records",
                "gen_ai.memory.query.text",
                "gen_ai.retrieval.documents",
                "gen_ai.input.messages",
                "gen_ai.output.messages",
                "gen_ai.system_instructions",
                "gen_ai.tool.definitions",
            ];
            for key in written.iter().filter(|_| mode.starts_with("SPAN")) {
                assert!(shown.contains(key), "{key}: {shown}");
            }
            for mask in [
                "api_key",
                "token",
                "secret",
                "private_key",
                "credentials",
                "email",
                "card",
            ] {
                assert!(
                    shown.contains(&format!("[redacted:{mask}]")),
                    "{mask}: {shown}"
                );
            }
        });
    }
}

/// Texts are cut before they are masked, wherever that may be, and never so that half a secret is left.
#[test]
fn a_cut_leaves_no_half_of_a_secret() {
    with(&[], || {
        silence();
        // What is captured of a text is a few times this, and what is masked is short enough to be written.
        ContentPolicy::new()
            .capture(Capture::SpanOnly)
            .limit(600)
            .install();
        let lines = "QUJDREVGR0g=\n".repeat(150);
        let long = format!("-----BEGIN PRIVATE KEY-----\n{lines}-----END PRIVATE KEY-----");
        let mut cuts = 0;
        for (seed, _) in SEEDS {
            for before in 0..150 {
                let text = format!("{long} {}a {seed} {}", "a".repeat(before), "z ".repeat(500));
                let spans = testing::capture(|| {
                    let _ = lookup(&text, &HashMap::new(), &Value::Null);
                });
                let shown = spans[0].attributes.iter().map(|one| one.value.to_string());
                let shown = shown.collect::<String>();
                assert_clean("a cut", &shown);
                assert!(shown.contains("[redacted:private_key]"), "{shown}");
                cuts += usize::from(!shown.contains("z z"));
            }
        }
        assert!(cuts > 500, "the cut is where the secrets are: {cuts}");
    });
    // What a Display gives is cut at 4 KiB.
    with(&[(SIGNAL, "logs/dup")], || {
        #[tool]
        fn long(before: usize) -> Result<(), String> {
            Err(format!("{} {}", "a ".repeat(before), everything()))
        }
        for before in 1_600..2_060 {
            let spans = testing::capture(|| assert!(long(before).is_err()));
            assert_clean("a message", &format!("{spans}"));
        }
    });
}

/// What arrives at an OTLP endpoint: the bodies of its requests.
fn receiver() -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!(
        "127.0.0.1:{}",
        listener.local_addr().expect("an address").port()
    );
    let (sender, bodies) = channel();
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let sender = sender.clone();
            thread::spawn(move || {
                let mut reader = BufReader::new(connection);
                loop {
                    let mut length = 0;
                    loop {
                        let mut line = String::new();
                        if reader.read_line(&mut line).unwrap_or(0) == 0 {
                            return;
                        }
                        let line = line.trim().to_ascii_lowercase();
                        if let Some(value) = line.strip_prefix("content-length:") {
                            length = value.trim().parse().expect("a length");
                        }
                        if line.is_empty() {
                            break;
                        }
                    }
                    let mut body = vec![0; length];
                    if reader.read_exact(&mut body).is_err() {
                        return;
                    }
                    let _ = sender.send(body);
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
                    let _ = reader.get_mut().write_all(answer);
                }
            });
        }
    });
    (address, bodies)
}

/// What is sent, and what is printed beside it.
#[test]
fn neither_the_wire_nor_the_terminal_shows_any() {
    for mode in ["NO_CONTENT", "SPAN_AND_EVENT"] {
        let written = written_with(&[(CAPTURE, mode), (SIGNAL, "logs/dup")], || {
            silence();
            let (address, bodies) = receiver();
            let telemetry = Builder::new("shop")
                .endpoint(format!(
                    "http://root:w3lcome-b4ck@{address}/?api_key=plain7words8here"
                ))
                .header("authorization", "Bearer qz.Tok7en-93kd_Xv")
                .console(true)
                .logs(true)
                .init();
            converse();
            log();
            let report = telemetry.shutdown_blocking();
            assert_eq!((report.failed, report.dropped), (0, 0), "{report:?}");
            let sent: Vec<u8> = bodies.try_iter().flatten().collect();
            let sent = String::from_utf8_lossy(&sent);
            for name in [
                "execute_tool lookup",
                "said by the program",
                "prompts/get greeting",
            ] {
                assert!(sent.contains(name), "{name} was sent");
            }
            assert_clean("sent", &sent);
            let is_captured = std::env::var(CAPTURE).expect("set") != "NO_CONTENT";
            assert_eq!(sent.contains(WORDS), is_captured);
            assert_clean("a report", &format!("{report:?} {report} {telemetry:?}"));
        });
        if let Some(written) = written {
            // The waterfall, and whatever else was printed.
            assert!(written.contains("no answer: it said"), "{written}");
            assert_clean("printed", &written);
        }
    }
}

/// Variables and settings with secrets in the wrong place: nothing that is said about them tells what is in them.
#[test]
fn no_set_up_tells_a_secret() {
    let closed = "http://root:w3lcome-b4ck@127.0.0.1:9/?api_key=plain7words8here";
    for variables in [
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", closed),
            (
                "OTEL_EXPORTER_OTLP_HEADERS",
                "authorization=Bearer%20qz.Tok7en-93kd_Xv",
            ),
        ][..],
        &[
            (
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "root:w3lcome-b4ck@host:99999999",
            ),
            (
                "OTEL_EXPORTER_OTLP_HEADERS",
                "Bearer qz.Tok7en-93kd_Xv, x-api-key: plain7words8here",
            ),
        ],
        &[
            (
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "ftp://root:w3lcome-b4ck@host",
            ),
            ("OTEL_RESOURCE_ATTRIBUTES", "api_key:plain7words8here"),
            ("OTEL_TRACES_SAMPLER", "sk-proj-Zq81kfPw0aXvT3bNcYdE"),
            (
                "OTEL_BSP_MAX_QUEUE_SIZE",
                "mildred.quux+shop@corp.example.org",
            ),
            (CAPTURE, "password: tr0ub4dor-xkcd"),
            (
                "OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH",
                "s3://root:w3lcome-b4ck@bucket",
            ),
        ],
    ] {
        let written = written_with(variables, || {
            silence();
            let builder = Builder::new("shop")
                .header("authorization", "Bearer qz.Tok7en-93kd_Xv")
                .redactor(|_: &str, _: &mut Value| {});
            println!("{builder:?} {:?}", builder.clone().endpoint(closed));
            if let Err(error) = builder.clone().try_init() {
                println!("{error} {error:?} {:?}", error.faults());
            }
            let telemetry = builder.init();
            converse();
            let report = telemetry.shutdown_blocking();
            println!("{report} {report:?} {telemetry:?}");
        });
        if let Some(written) = written {
            assert_clean("set-up", &written);
        }
    }
}

/// A value that tells a secret in its own `Debug` does not do so through ours.
#[test]
fn what_is_held_is_not_shown() {
    with(&[(CAPTURE, "SPAN_ONLY")], || {
        silence();
        #[tool(arguments)]
        async fn waits(note: &str) {
            let _ = note;
            std::future::pending::<()>().await;
        }
        let spans = testing::capture(|| {
            let note = everything();
            let mut future = Box::pin(waits(&note));
            let polled = catch_unwind(AssertUnwindSafe(|| {
                let waker = std::task::Waker::noop();
                let _ = future
                    .as_mut()
                    .poll(&mut std::task::Context::from_waker(waker));
            }));
            assert!(polled.is_ok());
            assert_clean(
                "a handle",
                &format!("{:?} {:?}", current(), opentelemetry::Context::current()),
            );
        });
        assert_clean("cancelled", &format!("{spans}"));
    });
}

/// URLs are told without what opens what they lead to, and masked as other texts are.
#[test]
fn a_url_tells_nothing_that_opens_it() {
    #[mcp_call(serve, method = "resources/read", resource = uri)]
    fn read(uri: &str) {
        let _ = uri;
    }
    #[tool(skill = "review", skill_source = uri)]
    fn load(uri: &str) {
        let _ = uri;
    }
    #[a2a_call(agent = "orders", url = uri, inject = client)]
    fn order(uri: &str) {
        let _ = uri;
    }
    with(&[], || {
        silence();
        let mut uris: Vec<String> = SEEDS.iter().map(|(seed, _)| (*seed).to_owned()).collect();
        let secrets = [
            "root:w3lcome-b4ck@db",
            "root:w3lcome-b4ck@db/x",
            "postgres://app:w3lcome-b4ck@db/x?token=Zq81kfPw0aXv#Hh72mmQ9",
            "postgres://app:w3lcome-b4ck/tr0ub4dor@db/x",
            "postgres://app:w3lcome-b4ck?tr0ub4dor#x@db/x",
            "https://db/x/ghp_Rw93hfKq17TzXcVbNm20AsDf45Gh/y",
            "https://ghp_Rw93hfKq17TzXcVbNm20AsDf45Gh.example/y",
            "oauth2:ghp_Rw93hfKq17TzXcVbNm20AsDf45Gh@github.com/o/r",
        ];
        uris.extend(secrets.map(str::to_owned));
        for uri in uris {
            let spans = testing::capture(|| {
                read(&uri);
                load(&uri);
                order(&uri);
            });
            let shown = format!("{spans} {spans:?} {:?}", spans.to_vec());
            assert_clean(&uri, &shown);
            for part in ["w3lcome", "app:", "root", "oauth2"] {
                assert!(!shown.contains(part), "{part} of {uri}: {spans}");
            }
        }
        let spans = testing::capture(|| read("postgres://db/customers/schema"));
        let told = r#"mcp.resource.uri: "postgres://db/customers/schema""#;
        assert!(spans.to_string().contains(told), "{spans}");
    });
}
