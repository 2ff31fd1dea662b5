//! The words of `#[mcp_call]`.

use crate::words::{
    Argument, Attribute, Carrier, Chosen, Form, Operation, PARENT, Reads, Required, SHARED, STREAM,
    Target, URL, argument, required, returned, value,
};

pub(crate) const ATTRIBUTE: Attribute = Attribute {
    name: "mcp_call",
    common: &[
        argument("method", Form::Method(METHODS)),
        argument("serve", Form::Side),
    ],
    operation: &SENT,
    others: &[(Chosen::Word("serve"), &SERVED)],
};

/// The side that sends the request, or the notification.
const SENT: Operation = Operation {
    constructor: "mcp_call",
    name: "",
    target: TARGET,
    arguments: &[
        REQUEST,
        &[argument("inject", Form::Inject)],
        URL,
        CONNECTION,
        SHARED,
        STREAM,
    ],
    required: REQUIRED,
    carrier: Some(Carrier {
        name: "meta",
        what: "the parameter that becomes `_meta`",
    }),
    reads: Reads::Reply,
};

/// The side that receives it.
const SERVED: Operation = Operation {
    constructor: "mcp_serve",
    name: "",
    target: TARGET,
    arguments: &[
        REQUEST,
        PARENT,
        &[value("client_address"), value("client_port")],
        CONNECTION,
        SHARED,
        STREAM,
    ],
    required: REQUIRED,
    carrier: None,
    reads: Reads::Reply,
};

const TARGET: Target = Target::OfOperation(&[("tools/call", "tool"), ("prompts/get", "prompt")]);

const REQUIRED: &[Required] = &[required(
    "method",
    "\"tools/call\"",
    "`#[mcp_call]` has to name its method",
)];

const REQUEST: &[Argument] = &[
    value("tool"),
    Argument {
        name: "prompt",
        method: "prompt_name",
        form: Form::Value,
    },
    value("resource"),
    value("request_id"),
    argument("arguments", Form::Parameters),
    argument("prompt_variables", Form::Pairs("prompt_variable")),
    returned("result"),
];

const CONNECTION: &[Argument] = &[
    value("mcp_session"),
    value("protocol_version"),
    value("jsonrpc_version"),
    argument(
        "transport",
        Form::OneOf(&["pipe", "tcp", "quic", "unix", "udp"]),
    ),
    value("network_protocol"),
    value("network_protocol_version"),
];

/// The methods that the conventions know.
const METHODS: &[&str] = &[
    "initialize",
    "ping",
    "tools/list",
    "tools/call",
    "prompts/list",
    "prompts/get",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "resources/subscribe",
    "resources/unsubscribe",
    "logging/setLevel",
    "sampling/createMessage",
    "completion/complete",
    "roots/list",
    "elicitation/create",
    "notifications/initialized",
    "notifications/cancelled",
    "notifications/progress",
    "notifications/message",
    "notifications/resources/list_changed",
    "notifications/resources/updated",
    "notifications/prompts/list_changed",
    "notifications/tools/list_changed",
    "notifications/roots/list_changed",
];
