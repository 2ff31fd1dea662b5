//! The names of `semconv`, held against the table of the conventions that this package carries.

use std::collections::BTreeSet;

use agent_otel::semconv::metric::{self, Instrument};
use agent_otel::semconv::{self, span, value};
use serde_json::Value;

fn table() -> Value {
    serde_json::from_str(include_str!("../data/conventions.json")).unwrap()
}

fn keys(table: &Value) -> BTreeSet<&str> {
    table
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn texts(list: &Value) -> BTreeSet<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect()
}

/// Names that the source of `semconv` has as literals, and those that it takes from the crate of the core conventions.
fn known_names() -> BTreeSet<String> {
    let sources = [
        include_str!("../../agent-otel/src/semconv/attribute.rs"),
        include_str!("../../agent-otel/src/semconv/own.rs"),
    ];
    let literals = sources.iter().flat_map(|source| {
        source
            .split(": &str =")
            .skip(1)
            .map(|rest| rest.split('"').nth(1).unwrap_or_default().to_owned())
    });
    let core = [
        semconv::ERROR_TYPE,
        semconv::EXCEPTION_TYPE,
        semconv::EXCEPTION_MESSAGE,
        semconv::EXCEPTION_STACKTRACE,
        semconv::SERVER_ADDRESS,
        semconv::SERVER_PORT,
        semconv::CLIENT_ADDRESS,
        semconv::CLIENT_PORT,
        semconv::NETWORK_TRANSPORT,
        semconv::NETWORK_PROTOCOL_NAME,
        semconv::NETWORK_PROTOCOL_VERSION,
        semconv::JSONRPC_REQUEST_ID,
        semconv::JSONRPC_PROTOCOL_VERSION,
        semconv::PROCESS_EXECUTABLE_NAME,
        semconv::PROCESS_EXECUTABLE_PATH,
        semconv::PROCESS_EXIT_CODE,
        semconv::AWS_BEDROCK_GUARDRAIL_ID,
        semconv::AWS_BEDROCK_KNOWLEDGE_BASE_ID,
        semconv::AZURE_RESOURCE_PROVIDER_NAMESPACE,
        semconv::RPC_RESPONSE_STATUS_CODE,
    ];
    literals.chain(core.map(str::to_owned)).collect()
}

#[test]
fn every_attribute_has_a_constant() {
    let table = table();
    let known = known_names();
    let missing: Vec<_> = keys(&table["types"])
        .into_iter()
        .filter(|key| !known.contains(*key))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// A key of the conventions' families that the table does not know is misspelled, or from a proposal and then under `own`.
#[test]
fn no_constant_is_misspelled() {
    let table = table();
    let types = keys(&table["types"]);
    // In the registry, and of the entity of a process.
    let entity = "gen_ai.main_agent.";
    let source = include_str!("../../agent-otel/src/semconv/attribute.rs");
    for rest in source.split(": &str =").skip(1) {
        let key = rest.split('"').nth(1).unwrap();
        let known = types.contains(key) || key.starts_with(entity);
        assert!(known, "{key}");
    }
}

#[test]
fn metrics_are_those_of_the_table() {
    let table = table();
    let mut told = BTreeSet::new();
    for metric in metric::ALL {
        let expected = &table["metrics"][metric.name];
        assert!(expected.is_object(), "{} is no metric", metric.name);
        let (instrument, boundaries) = match metric.instrument {
            Instrument::Seconds(boundaries) | Instrument::Counts(boundaries) => {
                ("histogram", boundaries)
            }
            Instrument::Counter => ("counter", &[][..]),
            _ => panic!("an instrument that this test does not know"),
        };
        assert_eq!(expected["instrument"], instrument, "{}", metric.name);
        assert_eq!(expected["unit"], metric.unit, "{}", metric.name);
        assert_eq!(
            expected["boundaries"],
            serde_json::json!(boundaries),
            "{}",
            metric.name
        );
        told.insert(metric.name);
    }
    assert_eq!(told, keys(&table["metrics"]));
}

#[test]
fn span_types_are_those_of_the_table() {
    let table = table();
    let mut told = BTreeSet::new();
    for span in span::ALL {
        let expected = &table["spans"][span.id];
        let kind = format!("{:?}", span.kind).to_lowercase();
        assert_eq!(expected["kind"], kind, "{}", span.id);
        assert_eq!(expected["name"][0], span.operation, "{}", span.id);
        let target = expected["name"][1].as_str().unwrap_or_default();
        assert_eq!(target.split('|').next(), Some(span.target), "{}", span.id);
        told.insert(span.id);
    }
    assert_eq!(told, keys(&table["spans"]));
}

#[test]
fn events_are_those_of_the_table() {
    let names = [
        semconv::event::INFERENCE_OPERATION_DETAILS,
        semconv::event::CLIENT_OPERATION_EXCEPTION,
        semconv::event::EVALUATION_RESULT,
    ];
    assert_eq!(BTreeSet::from(names), keys(&table()["events"]));
}

#[test]
fn the_schema_is_that_of_the_table() {
    assert_eq!(table()["schema_url"], semconv::SCHEMA_URL);
}

/// Every member of every enumeration, by the modules of `semconv::value`.
#[test]
fn enumerations_are_complete() {
    let source = include_str!("../../agent-otel/src/semconv/value.rs");
    let modules = [
        ("gen_ai.operation.name", "operation"),
        ("gen_ai.output.type", "output_type"),
        ("gen_ai.provider.name", "provider"),
        ("gen_ai.response.status", "response_status"),
        ("gen_ai.token.modality", "token_modality"),
        ("mcp.method.name", "mcp_method"),
        ("openai.api.type", "openai_api"),
        ("openai.request.service_tier", "openai_service_tier"),
    ];
    let table = table();
    for (key, module) in modules {
        let (_, rest) = source.split_once(&format!("pub mod {module} {{")).unwrap();
        let (body, _) = rest.split_once("\n}").unwrap();
        let members: BTreeSet<_> = body
            .split(": &str =")
            .skip(1)
            .map(|rest| rest.split('"').nth(1).unwrap())
            .collect();
        assert_eq!(members, texts(&table["enums"][key]), "{key}");
    }
    let told: BTreeSet<_> = modules.map(|(key, _)| key).into();
    assert_eq!(told, keys(&table["enums"]));
    assert_eq!(value::operation::CHAT, "chat");
}

/// Both columns: the newest name, and the one in v1.41.1 where it differs.
#[test]
fn renamed_things_have_a_name_in_each_version() {
    use agent_otel::semconv::Version;

    let names = |version| -> BTreeSet<_> {
        metric::ALL
            .iter()
            .filter_map(|metric| metric.name_in(version))
            .collect()
    };
    let older: Vec<_> = names(Version::V1_41)
        .difference(&names(Version::Newest))
        .copied()
        .collect();
    assert_eq!(
        older,
        [
            "gen_ai.client.operation.time_per_output_chunk",
            "gen_ai.client.operation.time_to_first_chunk",
            "gen_ai.client.token.usage",
        ]
    );
    let renamed: Vec<_> = semconv::version::RENAMED
        .iter()
        .map(|renamed| (renamed.name, renamed.name_1_41))
        .collect();
    assert_eq!(
        renamed,
        [
            (
                "gen_ai.usage.cache_write.input_tokens",
                "gen_ai.usage.cache_creation.input_tokens"
            ),
            ("gen_ai.retrieval.top_k", "gen_ai.request.top_k"),
        ]
    );
}
