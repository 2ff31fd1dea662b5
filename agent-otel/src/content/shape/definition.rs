//! Definitions of tools.

use serde_json::{Map, Value, json};

use super::part::put_notes;
use super::read::{either, first, list, member, object, text};
use crate::budget::Budget;

/// Definitions of tools, shaped one by one; `None` where there are none.
#[cfg(any(
    feature = "async-openai",
    feature = "aws-sdk-bedrockruntime",
    feature = "genai",
    feature = "ollama-rs",
    feature = "rig-core"
))]
pub(crate) fn tools<T>(
    tools: &[T],
    shape: impl Fn(&T, &mut Budget) -> Option<Value>,
) -> Option<Value> {
    let mut budget = Budget::default();
    let shaped = tools
        .iter()
        .map_while(|tool| budget.part().then(|| shape(tool, &mut budget)))
        .flatten();
    (!tools.is_empty()).then(|| shaped.collect())
}

/// The definition of a function.
pub(crate) fn function(
    name: &str,
    description: Option<&str>,
    parameters: Option<&Value>,
    budget: &mut Budget,
) -> Value {
    let mut tool = Map::new();
    tool.insert("type".to_owned(), "function".into());
    tool.insert("name".to_owned(), name.into());
    if let Some(description) = description {
        tool.insert("description".to_owned(), budget.head(description).into());
    }
    if let Some(parameters) = parameters {
        tool.insert("parameters".to_owned(), budget.value(parameters));
    }
    Value::Object(tool)
}

/// The definitions that the entries of a request's tools are: one each, except with Gemini; `None` where there are none.
pub(crate) fn definitions(entries: &[Value]) -> Option<Value> {
    (!entries.is_empty()).then(|| shaped(entries, &mut Budget::default()))
}

/// As [`definitions`], as far as the budget goes.
pub(super) fn shaped(entries: &[Value], budget: &mut Budget) -> Value {
    let entries = entries.iter().flat_map(Entry::all);
    entries
        .map_while(|entry| budget.part().then(|| entry.definition(budget)))
        .collect()
}

/// One definition of an entry.
enum Entry<'a> {
    Told(&'a Value),
    /// A tool of the provider's own, of which there is its kind, and with Bedrock a name.
    Own(&'a str, &'a Value),
}

impl<'a> Entry<'a> {
    fn all(entry: &'a Value) -> Vec<Self> {
        // Gemini has its own tools, and Bedrock marks for the cache, by a name with settings.
        let own = |members: &'a Map<String, Value>| {
            let own = members.iter().filter(|(_, member)| member.is_object());
            let own = own.filter(|(kind, _)| *kind != "cachePoint");
            own.map(|(kind, settings)| Self::Own(kind, settings))
        };
        let is_named = |members: &Map<String, Value>| {
            let keys = ["function", "custom", "toolSpec"];
            !keys.iter().any(|key| members.contains_key(*key))
                && members.values().all(Value::is_object)
        };
        let functions = either(entry, "functionDeclarations", "function_declarations");
        match (functions, entry.as_object()) {
            (Some(Value::Array(functions)), Some(members)) => {
                let functions = functions.iter().flat_map(Self::all);
                functions.chain(own(members)).collect()
            }
            (_, Some(members)) if is_named(members) => own(members).collect(),
            _ => vec![Self::Told(entry)],
        }
    }

    fn definition(&self, budget: &mut Budget) -> Value {
        match self {
            Self::Own(kind, settings) => {
                let name = text(settings, "name").unwrap_or(kind);
                json!({"type": kind, "name": name})
            }
            Self::Told(tool) => definition(tool, budget),
        }
    }
}

/// One definition, in whichever way it is written.
pub(crate) fn definition(tool: &Value, budget: &mut Budget) -> Value {
    match tool {
        Value::String(name) => function(name, None, None, budget),
        Value::Object(_) => {
            let mut definition = of_object(tool, budget);
            put_notes(&mut definition, tool);
            definition
        }
        // A list, or what is no definition at all.
        other => json!({"type": "unknown", "name": budget.value(other).to_string()}),
    }
}

fn of_object(tool: &Value, budget: &mut Budget) -> Value {
    let inner = ["function", "toolSpec", "custom"]
        .into_iter()
        .find_map(|key| object(tool, key));
    let definition = inner.unwrap_or(tool);
    let kind = text(tool, "type").unwrap_or("function");
    let is_function = matches!(kind, "function" | "custom");
    if let Some(name) = text(definition, "name").filter(|_| is_function) {
        let description = text(definition, "description");
        return function(name, description, schema(definition), budget);
    }
    // A tool of the provider's, with settings of its own: it keeps its shape, and has a name for certain.
    let mut tool = budget.value(tool);
    if let Some(members) = tool.as_object_mut() {
        members.retain(|_, value| !value.is_null());
        members.entry("type").or_insert_with(|| kind.into());
        members.entry("name").or_insert_with(|| kind.into());
    }
    tool
}

/// The schema of what a function takes, which is an object.
fn schema(definition: &Value) -> Option<&Value> {
    let keys = [
        "parameters",
        "parametersJsonSchema",
        "parameters_json_schema",
        "input_schema",
        "inputSchema",
    ];
    let schema = first(definition, &keys)?;
    let inner = member(schema, "json").filter(|json| json.is_object());
    Some(inner.unwrap_or(schema)).filter(|schema| schema.is_object())
}

/// The entries of what stands alone, or in an object as a list of this name.
pub(super) fn entries(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(list) => list,
        other if other.get("tools").is_some_and(Value::is_array) => list(other, "tools"),
        other => std::slice::from_ref(other),
    }
}
