//! The words of `#[a2a_call]`.

use crate::words::{
    Argument, Attribute, Carrier, Form, Operation, PROVIDER, Reads, SHARED, STREAM, Target,
    argument, required, value,
};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "a2a_call",
    common: &[],
    operation: &Operation {
        constructor: "a2a_call",
        name: "invoke_agent",
        target: Target::Argument("agent"),
        arguments: &[AGENT, REQUEST, SHARED, STREAM],
        required: &[required(
            "agent",
            "\"…\"",
            "`#[a2a_call]` has to name whom it calls",
        )],
        carrier: Some(Carrier {
            name: "headers",
            what: "the parameter that carries the headers",
        }),
        reads: Reads::Outcome,
    },
    others: &[],
};

const AGENT: &[Argument] = &[
    value("agent"),
    value("url"),
    argument("inject", Form::Inject),
    value("id"),
    value("version"),
    value("description"),
    PROVIDER,
];

const REQUEST: &[Argument] = &[
    argument("method", Form::Known(METHODS)),
    value("context_id"),
    value("message_id"),
    value("task_id"),
    value("reference_task_ids"),
    value("tenant"),
    value("protocol_version"),
];

/// The operations of the protocol, which its bindings spell in ways of their own.
const METHODS: &[&str] = &[
    "SendMessage",
    "SendStreamingMessage",
    "GetTask",
    "CancelTask",
    "SubscribeToTask",
    "ListTasks",
    "CreateTaskPushNotificationConfig",
    "GetTaskPushNotificationConfig",
    "ListTaskPushNotificationConfigs",
    "DeleteTaskPushNotificationConfig",
    "GetExtendedAgentCard",
];
