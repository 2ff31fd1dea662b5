//! The words of `#[llm_call]`.

use crate::lower::{Argument, Attribute, Form, Target};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "llm_call",
    operation: "chat",
    target: Target::Optional("model"),
    arguments: &[
        Argument {
            name: "provider",
            form: Form::Value,
        },
        Argument {
            name: "operation",
            form: Form::Operation(&["chat", "text_completion", "generate_content", "embeddings"]),
        },
        Argument {
            name: "request",
            form: Form::Value,
        },
        Argument {
            name: "model",
            form: Form::Value,
        },
        Argument {
            name: "temperature",
            form: Form::Value,
        },
        Argument {
            name: "top_p",
            form: Form::Value,
        },
        Argument {
            name: "top_k",
            form: Form::Value,
        },
        Argument {
            name: "max_tokens",
            form: Form::Value,
        },
        Argument {
            name: "seed",
            form: Form::Value,
        },
        Argument {
            name: "stop_sequences",
            form: Form::Value,
        },
        Argument {
            name: "frequency_penalty",
            form: Form::Value,
        },
        Argument {
            name: "presence_penalty",
            form: Form::Value,
        },
        Argument {
            name: "choice_count",
            form: Form::Value,
        },
        Argument {
            name: "reasoning_level",
            form: Form::Value,
        },
        Argument {
            name: "output_type",
            form: Form::OneOf(&["text", "json", "image", "speech"]),
        },
        Argument {
            name: "url",
            form: Form::Value,
        },
        Argument {
            name: "prompt",
            form: Form::Values(&["name", "version"]),
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
        Argument {
            name: "usage",
            form: Form::Usage,
        },
    ],
    carries_context: false,
    reads_usage: true,
};
