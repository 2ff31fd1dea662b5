//! The words of `#[memory]`.

use crate::words::{
    Argument, Attribute, Form, Operation, PROVIDER, Reads, SHARED, STREAM, Target, URL, argument,
    required, value,
};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "memory",
    common: &[argument("operation", Form::Operation(OPERATIONS))],
    operation: &Operation {
        constructor: "memory",
        name: "memory",
        target: Target::None,
        arguments: &[ARGUMENTS, URL, SHARED, STREAM],
        required: &[required(
            "operation",
            "\"search_memory\"",
            "`#[memory]` has to tell what is done",
        )],
        carrier: None,
        reads: Reads::Outcome,
    },
    others: &[],
};

const OPERATIONS: &[&str] = &[
    "search_memory",
    "create_memory",
    "update_memory",
    "upsert_memory",
    "delete_memory",
    "create_memory_store",
    "delete_memory_store",
];

const ARGUMENTS: &[Argument] = &[
    PROVIDER,
    value("store"),
    value("record_id"),
    argument("record_count", Form::ValueOrCounted),
    value("query"),
    argument("records", Form::ValueOrReturned),
];
