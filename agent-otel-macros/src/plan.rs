//! The words of `#[plan]`.

use crate::words::{Attribute, Operation, Reads, SHARED, STREAM, Target, value};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "plan",
    common: &[],
    operation: &Operation {
        constructor: "plan",
        name: "plan",
        target: Target::Argument("agent"),
        arguments: &[&[value("agent")], SHARED, STREAM],
        required: &[],
        carrier: None,
        reads: Reads::Outcome,
    },
    others: &[],
};
