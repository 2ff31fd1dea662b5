//! The words of `#[embeddings]`, which is `#[llm_call(operation = "embeddings")]` under a name of its own.

use crate::llm_call::USAGE;
use crate::words::{
    Argument, Attribute, MODEL_PROVIDER, Operation, PROVIDER, Reads, SHARED, STREAM, Target, URL,
    value,
};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "embeddings",
    common: &[PROVIDER],
    operation: &EMBEDDINGS,
    others: &[],
};

pub(crate) const EMBEDDINGS: Operation = Operation {
    constructor: "embeddings",
    name: "embeddings",
    target: Target::Argument("model"),
    arguments: &[ARGUMENTS, URL, USAGE, SHARED, STREAM],
    required: &[MODEL_PROVIDER],
    carrier: None,
    reads: Reads::Usage,
};

const ARGUMENTS: &[Argument] = &[
    value("request"),
    value("model"),
    value("dimensions"),
    value("encoding_formats"),
];
