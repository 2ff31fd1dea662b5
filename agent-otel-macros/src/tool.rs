//! The words of `#[tool]`.

use crate::lower::{Argument, Attribute, Form, Target};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "tool",
    operation: "execute_tool",
    target: Target::OrFunction("name"),
    arguments: &[
        Argument {
            name: "name",
            form: Form::Value,
        },
        Argument {
            name: "description",
            form: Form::Value,
        },
        Argument {
            name: "kind",
            form: Form::OneOf(&["function", "extension", "datastore"]),
        },
        Argument {
            name: "call_id",
            form: Form::Value,
        },
        Argument {
            name: "arguments",
            form: Form::Parameters,
        },
        Argument {
            name: "result",
            form: Form::Returned,
        },
    ],
    carries_context: false,
    reads_usage: false,
};
