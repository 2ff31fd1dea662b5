//! The words of `#[llm_call]`.

use crate::embeddings::EMBEDDINGS;
use crate::words::{
    Argument, Attribute, Chosen, Form, MESSAGES, MODEL_PROVIDER, Operation, PROVIDER, REQUEST,
    Reads, SHARED, STREAM, Target, URL, argument, required, returned, value,
};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "llm_call",
    common: &[
        PROVIDER,
        argument(
            "operation",
            Form::Operation(&[
                "chat",
                "text_completion",
                "generate_content",
                "embeddings",
                "fetch_response",
            ]),
        ),
    ],
    operation: &INFERENCE,
    others: &[
        (Chosen::Operation("embeddings"), &EMBEDDINGS),
        (Chosen::Operation("fetch_response"), &FETCH_RESPONSE),
    ],
};

const INFERENCE: Operation = Operation {
    constructor: "llm_call",
    name: "chat",
    target: Target::Argument("model"),
    arguments: &[MODEL, REQUEST, PROMPT, URL, MESSAGES, VENDOR, USAGE, SHARED],
    required: &[MODEL_PROVIDER],
    carrier: None,
    reads: Reads::Usage,
};

/// An earlier response is read by its id, and no model works for it.
const FETCH_RESPONSE: Operation = Operation {
    constructor: "fetch_response",
    name: "fetch_response",
    target: Target::None,
    arguments: &[FETCH, URL, SHARED, STREAM],
    required: &[
        MODEL_PROVIDER,
        required(
            "response_id",
            "id",
            "`fetch_response` has to name the response",
        ),
    ],
    carrier: None,
    reads: Reads::Response,
};

const MODEL: &[Argument] = &[
    value("request"),
    value("model"),
    argument("stream", Form::StreamOrValue),
    value("top_k"),
    value("reasoning_level"),
    value("previous_response_id"),
    value("compacted"),
];

const PROMPT: &[Argument] = &[
    argument("prompt", Form::Values(&["name", "version"])),
    argument("prompt_variables", Form::Pairs("prompt_variable")),
];

/// What only one provider has.
const VENDOR: &[Argument] = &[
    value("service_tier"),
    argument("api_type", Form::OneOf(&["chat_completions", "responses"])),
    value("guardrail_id"),
    value("knowledge_base_id"),
];

const FETCH: &[Argument] = &[
    value("response_id"),
    value("stream_cursor"),
    argument("api_type", Form::OneOf(&["chat_completions", "responses"])),
    value("system"),
    value("tools"),
    returned("output"),
];

/// Where the body reports what the return value does not tell.
pub(crate) const USAGE: &[Argument] = &[argument("usage", Form::Usage)];
