//! The words of `#[tool]`.

use crate::words::{
    Argument, Attribute, Form, Operation, Reads, SHARED, STREAM, Target, argument, returned, value,
};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "tool",
    common: &[],
    operation: &Operation {
        constructor: "tool",
        name: "execute_tool",
        target: Target::OrFunction("name"),
        arguments: &[ARGUMENTS, SKILL, SHARED, STREAM],
        required: &[],
        carrier: None,
        reads: Reads::Outcome,
    },
    others: &[],
};

const ARGUMENTS: &[Argument] = &[
    value("name"),
    value("description"),
    argument("kind", Form::OneOf(&["function", "extension", "datastore"])),
    value("call_id"),
    value("agent"),
    argument("arguments", Form::Parameters),
    returned("result"),
];

/// Of tools that load a skill, read a resource of one, or run a command.
const SKILL: &[Argument] = &[
    value("skill"),
    value("skill_resource"),
    value("skill_description"),
    value("skill_source"),
    value("executable"),
    value("executable_path"),
];
