//! The words of `#[agent]`.

use crate::words::{
    Argument, Attribute, Chosen, Form, MESSAGES, Operation, PARENT, PROVIDER, REQUEST, Reads,
    SHARED, STREAM, Target, URL, argument, required, value,
};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "agent",
    common: &[
        value("name"),
        value("description"),
        value("model"),
        PROVIDER,
        argument(
            "operation",
            Form::Operation(&["invoke_agent", "create_agent"]),
        ),
    ],
    operation: &INTERNAL,
    others: &[
        (Chosen::Operation("create_agent"), &CREATED),
        (Chosen::Value("provider"), &REMOTE),
    ],
};

/// The agent that the function is.
const INTERNAL: Operation = Operation {
    constructor: "agent",
    name: "invoke_agent",
    target: Target::OrFunction("name"),
    arguments: &[PARENT, RUN, REQUEST, MESSAGES, SHARED, STREAM],
    required: &[],
    carrier: None,
    reads: Reads::Outcome,
};

/// An agent behind a remote service. The function calls it, so its name and its comment are not the agent's.
const REMOTE: Operation = Operation {
    constructor: "remote_agent",
    name: "invoke_agent",
    target: Target::Argument("name"),
    arguments: &[
        HOSTED,
        URL,
        RUN,
        REQUEST,
        &[value("previous_response_id")],
        MESSAGES,
        SHARED,
        STREAM,
    ],
    required: &[],
    carrier: None,
    reads: Reads::Response,
};

/// An agent that a remote service is asked to make.
const CREATED: Operation = Operation {
    constructor: "create_agent",
    name: "create_agent",
    target: Target::Argument("name"),
    arguments: &[HOSTED, URL, &[value("system")], SHARED, STREAM],
    required: &[required(
        "provider",
        "\"openai\"",
        "an agent is created by a provider",
    )],
    carrier: None,
    reads: Reads::Outcome,
};

/// What an agent has that is kept by a service.
const HOSTED: &[Argument] = &[value("id"), value("version")];

/// What a run of an agent has beside its request.
const RUN: &[Argument] = &[value("data_source")];
