//! The words of the attributes, as data: what each takes, and what may follow it. The tables stand in the file of their
//! attribute, and what several of them share stands here.

/// One attribute of the family.
pub(crate) struct Attribute {
    /// `tool` of `#[tool]`.
    pub(crate) name: &'static str,
    /// The arguments that all of its operations take; some of them choose the operation.
    pub(crate) common: &'static [Argument],
    /// What it stands for by itself.
    pub(crate) operation: &'static Operation,
    /// What else it may stand for; the first that is chosen counts.
    pub(crate) others: &'static [(Chosen, &'static Operation)],
}

/// One operation, and so one type of spans.
pub(crate) struct Operation {
    /// The function of the runtime that begins it.
    pub(crate) constructor: &'static str,
    /// First word of the span's name, where no argument says another.
    pub(crate) name: &'static str,
    /// The argument whose value is the rest of the span's name.
    pub(crate) target: Target,
    /// The arguments beyond those that are common to the attribute.
    pub(crate) arguments: &'static [&'static [Argument]],
    /// The arguments that have to be given.
    pub(crate) required: &'static [Required],
    /// The argument by which the trace context has to travel on.
    pub(crate) carrier: Option<Carrier>,
    pub(crate) reads: Reads,
}

/// The argument that chooses an operation.
#[derive(Clone, Copy)]
pub(crate) enum Chosen {
    /// `operation = "…"`.
    Operation(&'static str),
    /// `key = …`, whatever its value.
    Value(&'static str),
    /// `key`
    Word(&'static str),
}

/// Where the rest of the span's name comes from.
pub(crate) enum Target {
    /// Nowhere: the operation is the whole name.
    None,
    /// The argument, or the function's name where it is left out.
    OrFunction(&'static str),
    /// The argument, or nothing.
    Argument(&'static str),
    /// The argument that belongs to the first word of the name.
    OfOperation(&'static [(&'static str, &'static str)]),
}

impl Target {
    /// The argument whose value ends the name of a span that begins with `operation`.
    pub(crate) fn argument(&self, operation: &str) -> Option<&'static str> {
        match self {
            Target::None => None,
            Target::OrFunction(name) | Target::Argument(name) => Some(name),
            Target::OfOperation(names) => names
                .iter()
                .find_map(|(first, name)| (*first == operation).then_some(*name)),
        }
    }
}

/// An argument that has to be given, and why.
pub(crate) struct Required {
    pub(crate) name: &'static str,
    pub(crate) why: &'static str,
    /// What to write: `"openai"`.
    pub(crate) example: &'static str,
}

/// What `inject = …` is given.
pub(crate) struct Carrier {
    /// The usual name of the parameter.
    pub(crate) name: &'static str,
    /// What the parameter is for.
    pub(crate) what: &'static str,
}

/// How the return value is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    /// Whether the operation failed.
    Outcome,
    /// The response of a model, which has to tell its token usage.
    Usage,
    /// The response of a model, as far as the type tells one.
    Response,
    /// The reply to a request of MCP.
    Reply,
}

/// One word of the grammar.
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    /// The method of the runtime, where that has another name: `prompt` is a pair in one attribute and a text in another.
    pub(crate) method: &'static str,
    pub(crate) form: Form,
}

/// What may follow the word, and what becomes of it.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// `key = expression`: recorded when the operation begins.
    Value,
    /// `key = word`: one of a few, recorded as its text; or an expression that gives one.
    OneOf(&'static [&'static str]),
    /// `key = expression`, where a literal is probably one of these.
    Known(&'static [&'static str]),
    /// `key`: the return value is read in one more way.
    Returned,
    /// `key = expression`, or `key` where it is read from the return value.
    ValueOrReturned,
    /// `key = expression`, or `key` where it is counted once the outcome is known.
    ValueOrCounted,
    /// `key` for all parameters or `key(a, b)` for some.
    Parameters,
    /// `key("name", "version")`.
    Values(&'static [&'static str]),
    /// `key("a" = value, b.c = value)`: the method that records each.
    Pairs(&'static str),
    /// `key = carrier`, read before the operation begins.
    Parent,
    /// `key = carrier` or `key = client`, written once the operation has begun.
    Inject,
    /// `key = |ret| …`: judges the outcome by the return value.
    Verdict,
    /// `key`: the return type holds a stream under a name of its own.
    Stream,
    /// As [`Form::Stream`], or `key = expression`: a stream is asked for, whatever is returned.
    StreamOrValue,
    /// `key = manual`.
    Usage,
    /// `key = "literal"` out of a list: the first word of the span's name.
    Operation(&'static [&'static str]),
    /// `key = expression`: the first word of the span's name, where a literal is probably one of these.
    Method(&'static [&'static str]),
    /// `key`: chooses the operation, and no more.
    Side,
    /// `crate = path`.
    Runtime,
}

/// `key` with its form.
pub(crate) const fn argument(name: &'static str, form: Form) -> Argument {
    Argument {
        name,
        method: name,
        form,
    }
}

/// `key = expression`
pub(crate) const fn value(name: &'static str) -> Argument {
    argument(name, Form::Value)
}

/// `key`
pub(crate) const fn returned(name: &'static str) -> Argument {
    argument(name, Form::Returned)
}

/// What the function that is annotated gives away, and no less than that.
pub(crate) const fn required(
    name: &'static str,
    example: &'static str,
    why: &'static str,
) -> Required {
    Required { name, why, example }
}

/// The arguments that every attribute takes.
pub(crate) const SHARED: &[Argument] = &[
    argument("attributes", Form::Pairs("attribute")),
    value("conversation_id"),
    value("user_id"),
    value("session_id"),
    argument("crate", Form::Runtime),
    argument("error_if", Form::Verdict),
    argument("ok_if", Form::Verdict),
];

/// `stream`, where a stream is no more than what is returned.
pub(crate) const STREAM: &[Argument] = &[argument("stream", Form::Stream)];

/// The caller's trace.
pub(crate) const PARENT: &[Argument] = &[
    argument("extract", Form::Parent),
    argument("link", Form::Parent),
];

/// What a request asks of a model, whether it goes to the model itself or to an agent that has one.
pub(crate) const REQUEST: &[Argument] = &[
    value("temperature"),
    value("top_p"),
    value("max_tokens"),
    value("seed"),
    value("stop_sequences"),
    value("frequency_penalty"),
    value("presence_penalty"),
    value("choice_count"),
    argument(
        "output_type",
        Form::OneOf(&["text", "json", "image", "speech"]),
    ),
];

/// What is said to a model or an agent, and what it answers.
pub(crate) const MESSAGES: &[Argument] = &[
    value("input"),
    value("system"),
    value("tools"),
    returned("output"),
];

/// Where the server is.
pub(crate) const URL: &[Argument] = &[value("url")];

/// The providers that the conventions know.
pub(crate) const PROVIDER: Argument = argument(
    "provider",
    Form::Known(&[
        "openai",
        "gcp.gen_ai",
        "gcp.vertex_ai",
        "gcp.gemini",
        "anthropic",
        "cohere",
        "azure.ai.inference",
        "azure.ai.openai",
        "ibm.watsonx.ai",
        "aws.bedrock",
        "perplexity",
        "x_ai",
        "deepseek",
        "groq",
        "mistral_ai",
        "moonshot_ai",
    ]),
);

/// What makes the provider a requirement of a call to a model.
pub(crate) const MODEL_PROVIDER: Required = required(
    "provider",
    "\"openai\"",
    "a model call has to name its provider",
);

impl Attribute {
    /// The words of one of its operations, its own first.
    pub(crate) fn words(&self, operation: &Operation) -> impl Iterator<Item = &'static Argument> {
        let groups = operation.arguments.iter().copied();
        self.common.iter().chain(groups.flatten())
    }

    /// All of its operations.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        let others = self.others.iter().map(|(_, operation)| *operation);
        std::iter::once(self.operation).chain(others)
    }
}
