//! The words of `#[agent]`.

use crate::lower::{Argument, Attribute, Form, Target};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "agent",
    operation: "invoke_agent",
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
            name: "model",
            form: Form::Value,
        },
        Argument {
            name: "extract",
            form: Form::Parent,
        },
        Argument {
            name: "link",
            form: Form::Parent,
        },
        Argument {
            name: "input",
            form: Form::Value,
        },
        Argument {
            name: "system",
            form: Form::Value,
        },
        Argument {
            name: "tools",
            form: Form::Value,
        },
        Argument {
            name: "output",
            form: Form::Returned,
        },
    ],
    carries_context: false,
    reads_usage: false,
};
