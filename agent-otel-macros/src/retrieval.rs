//! The words of `#[retrieval]`.

use crate::words::{
    Argument, Attribute, Operation, PROVIDER, Reads, SHARED, STREAM, Target, URL, returned, value,
};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "retrieval",
    common: &[],
    operation: &Operation {
        constructor: "retrieval",
        name: "retrieval",
        target: Target::Argument("data_source"),
        arguments: &[ARGUMENTS, URL, SHARED, STREAM],
        required: &[],
        carrier: None,
        reads: Reads::Outcome,
    },
    others: &[],
};

const ARGUMENTS: &[Argument] = &[
    value("data_source"),
    PROVIDER,
    value("model"),
    value("top_k"),
    value("query"),
    returned("documents"),
];
