//! The words of `#[workflow]`.

use crate::words::{
    Argument, Attribute, Operation, PARENT, Reads, SHARED, STREAM, Target, returned, value,
};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "workflow",
    common: &[],
    operation: &Operation {
        constructor: "workflow",
        name: "invoke_workflow",
        target: Target::OrFunction("name"),
        arguments: &[&[value("name")], PARENT, MESSAGES, SHARED, STREAM],
        required: &[],
        carrier: None,
        reads: Reads::Outcome,
    },
    others: &[],
};

const MESSAGES: &[Argument] = &[value("input"), returned("output")];
