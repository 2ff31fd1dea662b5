//! The words of `#[a2a_call]`.

use crate::lower::{Argument, Attribute, Form, Target};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "a2a_call",
    operation: "invoke_agent",
    target: Target::Required("agent"),
    arguments: &[
        Argument {
            name: "agent",
            form: Form::Value,
        },
        Argument {
            name: "url",
            form: Form::Value,
        },
        Argument {
            name: "inject",
            form: Form::Inject,
        },
        Argument {
            name: "id",
            form: Form::Value,
        },
        Argument {
            name: "version",
            form: Form::Value,
        },
        Argument {
            name: "description",
            form: Form::Value,
        },
        Argument {
            name: "provider",
            form: Form::Value,
        },
        Argument {
            name: "context_id",
            form: Form::Value,
        },
        Argument {
            name: "task_id",
            form: Form::Value,
        },
    ],
    carries_context: true,
    reads_usage: false,
};
