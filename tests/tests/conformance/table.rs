//! The table of the conventions, and what is exported held against it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::agreement;
use super::conditions::applies;
use super::exported::{Attribute, Event, Exported, Point, Span, value};

/// Attributes with their levels.
pub type Row = BTreeMap<String, String>;

/// What an application may add to any span and any log (GenAI conventions, `gen_ai.conversation.id`).
const ANYWHERE: &str = "gen_ai.conversation.id";

/// What is added to the conventions on purpose: names of this crate's own, and of the proposal for A2A.
pub fn is_added(key: &str) -> bool {
    ["agent_otel.", "a2a."]
        .iter()
        .any(|family| key.starts_with(family))
}

/// The table, and what was found in what is exported.
pub struct Table {
    table: Value,
    pub violations: BTreeSet<String>,
    /// The attributes that were told, by the row that has them; a row is there once anything of it was exported.
    pub told: BTreeMap<String, BTreeSet<String>>,
}

impl Table {
    pub fn new() -> Self {
        let table = include_str!("../../data/conventions.json");
        Self {
            table: serde_json::from_str(table).expect("JSON"),
            violations: BTreeSet::new(),
            told: BTreeMap::new(),
        }
    }

    /// The members of an enumeration.
    pub fn members(&self, key: &str) -> BTreeSet<&str> {
        let members = self.table["enums"][key].as_array().expect("members");
        members.iter().filter_map(Value::as_str).collect()
    }

    /// The operations that a span type is of.
    pub fn operations(&self, id: &str) -> Vec<String> {
        let operations = self.table["spans"][id]["operations"].as_array();
        let operations = operations.expect("operations").iter();
        operations
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }

    /// The ids of all rows of a part of the table.
    pub fn ids(&self, part: &str) -> Vec<String> {
        let rows = self.table[part].as_object().expect("rows");
        rows.keys().cloned().collect()
    }

    /// The attributes of one row.
    pub fn row(&self, part: &str, id: &str) -> Row {
        row(&self.table[part][id])
    }

    /// The span type of a span, which is not exported itself.
    pub fn type_of(&self, span: &Span) -> Option<String> {
        let operation = value(&span.attributes, "gen_ai.operation.name").unwrap_or_default();
        let method = value(&span.attributes, "mcp.method.name");
        let types = self.table["spans"].as_object().expect("types");
        let mut types = types.iter().filter(|(name, of_type)| {
            let operations = of_type["operations"].as_array();
            let word = if name.starts_with("mcp.") {
                method
            } else {
                method.is_none().then_some(operation)
            };
            let mut operations = operations.into_iter().flatten();
            of_type["kind"] == span.kind.as_str()
                && word.is_some_and(|word| operations.any(|known| known == word))
        });
        types.next().map(|(name, _)| name.clone())
    }

    /// Holds everything against the table.
    pub fn check(&mut self, exported: &Exported) {
        for span in &exported.spans {
            self.span(span);
        }
        for point in &exported.points {
            self.point(point);
        }
        for event in &exported.events {
            let mut spans = exported.spans.iter();
            let span = spans.find(|span| span.id == event.span);
            self.event(event, span);
        }
        agreement::metrics(self, exported);
        agreement::details(self, exported);
        agreement::exceptions(self, exported);
        agreement::completeness(self, exported);
    }

    pub fn span(&mut self, span: &Span) {
        let Some(id) = self.type_of(span) else {
            return self.violated(&span.name, "", "is of no type that the table has");
        };
        let name = self.name_of(&id, span);
        if span.name != name {
            self.violated(&id, &span.name, &format!("is not named {name:?}"));
        }
        self.attributes("spans", &id, &span.attributes, span.failed);
        for key in self.sampled_by(&id, &span.attributes) {
            let is_told = value(&span.attributes, &key).is_some();
            if is_told && !span.begun_with.contains(&key) {
                self.violated(&id, &key, "is not there when the span begins");
            }
        }
        for (name, told) in &span.events {
            if name == EXCEPTION_EVENT {
                self.attributes("events", EXCEPTION, told, true);
            } else {
                self.violated(&id, name, "is no event of the conventions");
            }
        }
    }

    /// What samplers may want to see when a span begins.
    fn sampled_by(&self, id: &str, told: &[Attribute]) -> Vec<String> {
        let (_, refinements) = self.refined("spans", id, told);
        let refinements = refinements
            .iter()
            .map(|name| &self.table["refinements"][name]);
        let rows = refinements.chain([&self.table["spans"][id]]);
        let keys = rows.filter_map(|row| row["sampling"].as_array()).flatten();
        keys.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The operation and the first target that is known; of a tool with a refinement, what it loads, reads or runs as well.
    fn name_of(&self, id: &str, span: &Span) -> String {
        let text = |key: &str| value(&span.attributes, key);
        let rule = self.table["spans"][id]["name"].as_array().expect("a rule");
        let words = rule.iter().filter_map(Value::as_str);
        let words = words.filter_map(|keys| keys.split('|').find_map(text));
        let mut words: Vec<&str> = words.collect();
        let resource = text("gen_ai.skill.resource.name");
        let executable = text("process.executable.name");
        match (text("gen_ai.skill.name"), resource, executable) {
            (skill, Some(resource), _) => words.extend(skill.into_iter().chain([resource])),
            (_, None, Some(executable)) => words.push(executable),
            (skill, None, None) => words.extend(skill),
        }
        words.join(" ")
    }

    pub fn point(&mut self, point: &Point) {
        let id = point.metric.as_str();
        let expected = self.table["metrics"][id].clone();
        if expected.is_null() {
            return self.violated(id, "", "is no metric of the table");
        }
        for (what, is_so) in [
            ("instrument", expected["instrument"] == point.instrument),
            ("unit", expected["unit"] == point.unit),
            (
                "boundaries",
                expected["boundaries"] == serde_json::json!(point.boundaries),
            ),
        ] {
            if !is_so {
                self.violated(id, what, "is not that of the table");
            }
        }
        let failed = value(&point.attributes, "error.type").is_some();
        self.attributes("metrics", id, &point.attributes, failed);
    }

    /// An event, in the context of the span.
    pub fn event(&mut self, event: &Event, span: Option<&Span>) {
        let Some(span) = span else {
            return self.violated(&event.name, "", "is in the context of no span");
        };
        // The conventions name the exception of client operations; the others follow its pattern: the operation, and
        // `.exception`.
        let id = if event.name == exception_of(self.type_of(span).as_deref(), span) {
            EXCEPTION
        } else {
            &event.name
        };
        let expected = self.table["events"][id].clone();
        if expected.is_null() {
            return self.violated(id, "", "is no event of the table");
        }
        let severity = event.severity.map(|severity| severity.name());
        if severity != expected["severity"].as_str() {
            self.violated(id, "severity", "is not that of the table");
        }
        let failed = match id {
            "gen_ai.evaluation.result" => value(&event.attributes, "error.type").is_some(),
            _ => span.failed,
        };
        self.attributes("events", id, &event.attributes, failed);
    }

    /// Holds the attributes of one row against the table: known, of their type, told once, and there where they are asked
    /// for.
    fn attributes(&mut self, part: &str, id: &str, told: &[Attribute], failed: bool) {
        let (row, refinements) = self.refined(part, id, told);
        let mut keys = BTreeSet::new();
        for attribute in told {
            let key = self.base(&attribute.key);
            if part == "spans" && is_added(&key)
                || key == ANYWHERE && part != "metrics" && !row.contains_key(&key)
            {
                continue;
            }
            let is_template = key != attribute.key;
            if !keys.insert(key.clone()) && !is_template {
                self.violated(id, &key, "is told twice");
            }
            if !row.contains_key(&key) {
                self.violated(id, &key, "is unknown");
                continue;
            }
            let ty = self.table["types"][&key].as_str().unwrap_or("nothing");
            let is_of_type = match ty {
                "template[string]" => is_template && attribute.ty == "string",
                // Spans have no structured attributes yet.
                "any" if part == "spans" => attribute.ty == "string" && is_json(&attribute.text),
                ty => attribute.ty == ty,
            };
            if !is_of_type {
                let what = format!("is {} and not {ty}: {}", attribute.ty, attribute.text);
                self.violated(id, &key, &what);
            }
        }
        for (key, level) in &row {
            let is_there = keys.contains(key);
            let applies = applies(id, key, told, failed);
            if !is_there && (level == "required" || level == "conditionally_required" && applies) {
                self.violated(id, key, &format!("is {level} and not there"));
            }
            if is_there && !applies {
                self.violated(id, key, "is there and does not apply");
            }
        }
        for name in refinements {
            let added = self.row("refinements", &name);
            let keys = keys.iter().filter(|key| added.contains_key(*key));
            self.tell(&name, keys.cloned().collect());
        }
        self.tell(id, keys);
    }

    /// The row of `id` with what the refinements add that these attributes ask for, and the names of those.
    pub fn refined(&self, part: &str, id: &str, told: &[Attribute]) -> (Row, Vec<String>) {
        let mut refined = self.row(part, id);
        let mut names = Vec::new();
        let refinements = self.table["refinements"].as_object();
        for (name, refinement) in refinements.expect("refinements") {
            let mut of = refinement["of"].as_array().into_iter().flatten();
            let mut when = refinement["when"].as_object().into_iter().flatten();
            if of.any(|of| of == id) && when.all(|(key, text)| value(told, key) == text.as_str()) {
                refined.extend(row(refinement));
                names.push(name.clone());
            }
        }
        (refined, names)
    }

    fn tell(&mut self, id: &str, keys: BTreeSet<String>) {
        self.told.entry(id.to_owned()).or_default().extend(keys);
    }

    /// The key of the conventions that a key is of: one of a template ends in a name of the user's.
    fn base(&self, key: &str) -> String {
        let types = self.table["types"].as_object().expect("types");
        let mut templates = types.iter().filter(|(_, ty)| *ty == "template[string]");
        let of = templates.find(|(known, _)| {
            key.strip_prefix(known.as_str())
                .is_some_and(|rest| rest.starts_with('.'))
        });
        of.map_or(key, |(known, _)| known).to_owned()
    }

    pub fn violated(&mut self, id: &str, key: &str, how: &str) {
        self.violations.insert(format!("{id}: {key} {how}"));
    }
}

/// The event of a span that is an exception (OpenTelemetry specification, "Exceptions").
pub const EXCEPTION_EVENT: &str = "exception";

const EXCEPTION: &str = "gen_ai.client.operation.exception";

/// The name of the event of an exception that ended an operation.
fn exception_of(id: Option<&str>, span: &Span) -> String {
    match id {
        Some(id) if id.starts_with("mcp.") => format!("{id}.operation.exception"),
        _ if span.kind == "client" => EXCEPTION.to_owned(),
        _ => {
            let operation = value(&span.attributes, "gen_ai.operation.name");
            format!("gen_ai.{}.exception", operation.unwrap_or_default())
        }
    }
}

fn row(table: &Value) -> Row {
    let attributes = table["attributes"].as_object().expect("attributes");
    let level = |level: &Value| level.as_str().expect("a level").to_owned();
    attributes
        .iter()
        .map(|(key, of)| (key.clone(), level(of)))
        .collect()
}

fn is_json(text: &str) -> bool {
    let json: Option<Value> = serde_json::from_str(text).ok();
    json.is_some_and(|json| json.is_array() || json.is_object())
}
