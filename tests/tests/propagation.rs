//! One trace across services: what a caller writes is what a callee continues, and nothing else is.

use std::collections::{BTreeMap, HashMap};

use agent_otel::testing::capture_async;
use agent_otel::{Extract, Inject, a2a_call, agent, conversation, extract, inject};
use axum::Router;
use axum::routing::post;
use http::HeaderMap;
use opentelemetry::trace::TraceContextExt;

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[a2a_call(agent = "callee", inject = carrier)]
async fn call<C: Inject>(carrier: &mut C) {
    tokio::task::yield_now().await;
    let _ = carrier;
}

#[agent(extract = carrier)]
async fn callee<C: Extract>(carrier: &C) {
    let _ = carrier;
}

async fn round_trip<C: Inject + Extract + Default>() {
    let mut carrier = C::default();
    let spans = capture_async(async {
        call(&mut carrier).await;
        callee(&carrier).await;
    })
    .await;
    let tree = "invoke_agent callee\n└ invoke_agent callee\n";
    assert_eq!(spans.tree(), tree, "{}", std::any::type_name::<C>());
    assert!(spans.last().unwrap().parent_span_is_remote);
    assert!(
        carrier.get_all("tracestate").is_empty(),
        "an empty tracestate is not written"
    );
}

#[tokio::test]
async fn a_trace_goes_through_every_carrier() {
    round_trip::<HeaderMap>().await;
    round_trip::<HashMap<String, String>>().await;
    round_trip::<HashMap<String, Vec<String>>>().await;
    round_trip::<BTreeMap<String, String>>().await;
    round_trip::<HashMap<String, serde_json::Value>>().await;
    round_trip::<BTreeMap<String, serde_json::Value>>().await;
    round_trip::<serde_json::Map<String, serde_json::Value>>().await;
    round_trip::<http::Request<()>>().await;
    round_trip::<http::Response<()>>().await;
}

#[tokio::test]
async fn what_was_there_is_replaced() {
    let mut carrier = HashMap::from([("Traceparent".to_owned(), TRACEPARENT.to_owned())]);
    let spans = capture_async(call(&mut carrier)).await;
    let trace_id = spans.first().unwrap().span_context.trace_id().to_string();
    assert_eq!(carrier.len(), 1);
    assert!(carrier["traceparent"].contains(&trace_id));
}

/// Injects ids into what holds a baggage of the application, and gives what it holds then.
fn baggage_beside<C: Inject + Extract>(mut carrier: C) -> Vec<String> {
    let ids = conversation("c").user("ours").across_services();
    // Twice: a request that is tried again is injected again.
    ids.run(|| inject(&mut carrier));
    ids.run(|| inject(&mut carrier));
    let held = carrier.get_all("baggage").into_iter();
    held.map(str::to_owned).collect()
}

/// A map of headers holds no more than so many.
#[tokio::test]
async fn a_carrier_that_is_full_stays_as_it_is() {
    let mut headers = HeaderMap::new();
    let one = || http::HeaderValue::from_static("1");
    let name = |number: usize| http::HeaderName::try_from(format!("x-{number}")).unwrap();
    while headers.try_insert(name(headers.len()), one()).is_ok() {}
    let full = headers.len();
    let spans = capture_async(async {
        #[agent]
        async fn injects(headers: &mut HeaderMap) {
            inject(headers);
        }
        injects(&mut headers).await;
        call(&mut headers).await;
    })
    .await;
    assert_eq!(spans.len(), 2);
    assert_eq!(headers.len(), full);
}

#[test]
fn the_baggage_of_the_application_stays() {
    let mut headers = HeaderMap::new();
    headers.append(
        "baggage",
        "tenant=7;ttl=60, user.id=theirs".parse().unwrap(),
    );
    headers.append("baggage", "region=eu".parse().unwrap());
    let both = "tenant=7;ttl=60,region=eu,gen_ai.conversation.id=c,user.id=ours";
    assert_eq!(baggage_beside(headers.clone()), [both]);
    let mut request = http::Request::new(());
    *request.headers_mut() = headers;
    assert_eq!(baggage_beside(request.into_parts().0), [both]);
    let name = || "Baggage".to_owned();
    let lists = HashMap::from([(
        name(),
        vec!["tenant=7;ttl=60".to_owned(), "region=eu".to_owned()],
    )]);
    assert_eq!(baggage_beside(Box::new(lists)), [both]);
    let one = BTreeMap::from([(name(), "tenant=7".to_owned())]);
    let both = "tenant=7,gen_ai.conversation.id=c,user.id=ours";
    assert_eq!(baggage_beside(one), [both]);
    let meta = serde_json::json!({ "baggage": "tenant=7" });
    assert_eq!(baggage_beside(meta.as_object().unwrap().clone()), [both]);
}

/// What a carrier that was used for Alice holds when it is used again.
fn baggage_after<C: Inject + Extract>(mut carrier: C, next: impl FnOnce(&mut C)) -> Vec<String> {
    let alice = conversation("c1").user("alice").across_services();
    alice.run(|| inject(&mut carrier));
    assert!(carrier.get_all("baggage").join(",").contains("alice"));
    next(&mut carrier);
    let held = carrier.get_all("baggage").into_iter();
    held.map(str::to_owned).collect()
}

/// Headers are kept with a connection, and the next request on it is another's.
#[test]
fn ids_of_one_request_do_not_go_with_the_next() {
    fn of_bob<C: Inject>(carrier: &mut C) {
        conversation("c2").user("bob").run(|| inject(carrier));
    }
    let none: [&str; 0] = [];
    assert_eq!(baggage_after(HeaderMap::new(), of_bob), none);
    let request = http::Request::new(());
    assert_eq!(baggage_after(request, of_bob), none);
    let mut map = HashMap::from([("Baggage".to_owned(), "tenant=7;ttl=60".to_owned())]);
    assert_eq!(baggage_after(map.clone(), of_bob), ["tenant=7;ttl=60"]);
    map.clear();
    assert_eq!(baggage_after(map, of_bob), none);
    let meta = serde_json::Map::new();
    assert_eq!(baggage_after(meta, of_bob), none);
    let mut apart = HeaderMap::new();
    apart.append("baggage", "tenant=7".parse().unwrap());
    apart.append("baggage", "region=eu".parse().unwrap());
    let untouched = apart.clone();
    of_bob(&mut apart);
    assert_eq!(apart, untouched, "what has none of ours stays in its form");
    assert_eq!(baggage_after(apart, of_bob), ["tenant=7,region=eu"]);
    // Without a scope, headers may be those of a caller, which are handed on.
    let forwarded = baggage_after(HeaderMap::new(), inject);
    assert_eq!(forwarded, ["gen_ai.conversation.id=c1,user.id=alice"]);
}

#[test]
fn baggage_that_is_no_text_stays_as_it_is() {
    let bytes = http::HeaderValue::from_bytes(b"tenant=\xff").unwrap();
    let mut headers = HeaderMap::from_iter([(http::HeaderName::from_static("baggage"), bytes)]);
    let before = headers.clone();
    let mut meta = serde_json::json!({ "baggage": { "tenant": 7 } });
    conversation("c").across_services().run(|| {
        inject(&mut headers);
        inject(meta.as_object_mut().unwrap());
    });
    assert_eq!(headers, before);
    assert_eq!(meta, serde_json::json!({ "baggage": { "tenant": 7 } }));
}

#[test]
fn what_came_in_goes_out_again_without_a_span_in_between() {
    let mut incoming = HeaderMap::new();
    incoming.append(
        "traceparent",
        TRACEPARENT.replace("-01", "-03").parse().unwrap(),
    );
    incoming.append("tracestate", "vendor@@system=1".parse().unwrap());
    incoming.append("tracestate", "other=2".parse().unwrap());
    let _attached = extract(&incoming).attach();
    let mut outgoing = HeaderMap::new();
    inject(&mut outgoing);
    assert_eq!(outgoing["traceparent"], TRACEPARENT.replace("-01", "-03"));
    assert_eq!(outgoing["tracestate"], "vendor@@system=1,other=2");
}

#[test]
fn a_header_that_is_not_well_formed_begins_no_trace() {
    let mut twice = HeaderMap::new();
    twice.append("traceparent", TRACEPARENT.parse().unwrap());
    twice.append("traceparent", TRACEPARENT.parse().unwrap());
    let mut binary = HeaderMap::new();
    binary.insert(
        "traceparent",
        http::HeaderValue::from_bytes(b"00-\xff").unwrap(),
    );
    for headers in [twice, binary] {
        assert!(
            !extract(&headers).span().span_context().is_valid(),
            "{headers:?}"
        );
    }
    assert!(!extract(&None::<HeaderMap>).span().span_context().is_valid());
}

#[tokio::test]
async fn a_trace_that_is_sampled_out_stays_sampled_out_and_goes_on() {
    let incoming = HashMap::from([("traceparent".to_owned(), TRACEPARENT.replace("-01", "-00"))]);
    let mut outgoing = HeaderMap::new();
    let spans = capture_async(async {
        #[agent(extract = incoming)]
        async fn middle(incoming: &HashMap<String, String>, outgoing: &mut HeaderMap) {
            call(outgoing).await;
        }
        middle(&incoming, &mut outgoing).await;
    })
    .await;
    assert!(spans.is_empty(), "{spans}");
    assert_eq!(outgoing["traceparent"], TRACEPARENT.replace("-01", "-00"));
}

#[agent(extract = headers)]
async fn orders(headers: HeaderMap) -> String {
    format!("{} headers", headers.len())
}

#[tokio::test]
async fn a_trace_goes_over_http() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let app = Router::new().route("/", post(|headers: HeaderMap| orders(headers)));
        axum::serve(listener, app).await
    });

    #[a2a_call(agent = "orders", url = url, inject = request.headers_mut())]
    async fn ask(url: &str, mut request: reqwest::Request) -> Result<String, reqwest::Error> {
        let _ = url;
        reqwest::Client::new().execute(request).await?.text().await
    }
    let url = format!("http://{address}/");
    let request = reqwest::Request::new(http::Method::POST, url.parse().unwrap());
    let spans = capture_async(async { assert!(ask(&url, request).await.is_ok()) }).await;
    server.abort();
    assert_eq!(spans.tree(), "invoke_agent orders\n└ invoke_agent orders\n");
}

#[tokio::test]
async fn a_carrier_counts_for_more_than_the_current_span() {
    let sampled_out =
        HashMap::from([("traceparent".to_owned(), TRACEPARENT.replace("-01", "-00"))]);
    let sampled = HashMap::from([("traceparent".to_owned(), TRACEPARENT.to_owned())]);
    let spans = capture_async(async {
        use opentelemetry::trace::FutureExt;
        callee(&sampled).with_context(extract(&sampled_out)).await;
    })
    .await;
    assert_eq!(spans.tree(), "invoke_agent callee\n");
}
