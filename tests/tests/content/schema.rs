//! The JSON schemas of the conventions.

use serde_json::Value;

const TYPES: [&str; 11] = [
    "text",
    "reasoning",
    "refusal",
    "compaction",
    "tool_call",
    "tool_call_response",
    "server_tool_call",
    "server_tool_call_response",
    "blob",
    "file",
    "uri",
];

macro_rules! schemas {
    ($($name:literal),*) => {
        &[$(($name, include_str!(concat!("../../data/semconv/gen-ai-", $name, ".json")))),*]
    };
}

const SCHEMAS: &[(&str, &str)] = schemas![
    "input-messages",
    "output-messages",
    "system-instructions",
    "tool-definitions",
    "tool-call-arguments",
    "tool-call-result"
];

/// Asserts that the value is what the schema of this name wants, and the stricter things that the schemas leave open.
pub fn check(name: &str, value: &Value) {
    let (_, schema) = SCHEMAS.iter().find(|(known, _)| *known == name).unwrap();
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(value)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:?} in {value}");
    if !name.starts_with("tool-call") {
        no_null(value, &mut Vec::new());
    }
    for message in value
        .as_array()
        .into_iter()
        .flatten()
        .filter(|_| name.ends_with("messages"))
    {
        for part in message["parts"].as_array().unwrap() {
            let kind = part["type"].as_str().unwrap();
            assert!(TYPES.contains(&kind), "{kind} in {value}");
        }
        assert_eq!(
            message.get("finish_reason").is_some(),
            name.starts_with("output"),
            "{value}"
        );
    }
}

/// Members that have no value are left out; what tools take and give is theirs.
fn no_null<'a>(value: &'a Value, path: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                if !["arguments", "response", "parameters"].contains(&key.as_str()) {
                    path.push(key);
                    no_null(member, path);
                    path.pop();
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| no_null(item, path)),
        value => assert!(!value.is_null(), "{path:?}"),
    }
}
