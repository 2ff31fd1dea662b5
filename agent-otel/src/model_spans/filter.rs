//! The filter that leaves out what a client crate tells about a model call that an annotated function tells.

use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::{Context, KeyValue};
use tracing_core::subscriber::Interest;
use tracing_core::{Metadata, Subscriber};
use tracing_subscriber::layer::{self, Filter};

use super::{ModelSpans, theirs};
use crate::kind::Role;
use crate::{context, semconv, switches};

/// Whether there is a filter, so that contexts have to tell what they are in.
static FILTERS: AtomicBool = AtomicBool::new(false);

/// The crates whose spans are known: by the first part of the target.
const CLIENTS: [&str; 4] = ["genai", "rig", "rig_core", "rig_agent"];

/// The operations of the conventions that a model performs. Others, such as the run of an agent, may carry the same
/// attributes.
const MODEL_OPERATIONS: [&str; 10] = [
    "chat",
    "chat_streaming",
    "text_completion",
    "generate_content",
    EMBEDDINGS,
    "rerank",
    "transcription",
    "image_generation",
    "audio_generation",
    "interactions",
];

const EMBEDDINGS: &str = "embeddings";

/// What the nearest operation of ours is, carried by its context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nearest {
    ModelCall {
        embeds: bool,
    },
    /// An agent or a tool, in which a client's model call is a call of its own.
    Other,
}

/// `context` with a note of the operation that it belongs to, where a filter is going to ask and nothing says so yet.
pub(crate) fn mark(context: &Context, role: Role, attributes: &[KeyValue]) -> Option<Context> {
    if !FILTERS.load(Ordering::Relaxed) {
        return None;
    }
    let nearest = nearest(role, attributes);
    let known = context.get::<Nearest>().copied();
    (known.unwrap_or(Nearest::Other) != nearest).then(|| context.with_value(nearest))
}

fn nearest(role: Role, attributes: &[KeyValue]) -> Nearest {
    if !matches!(role, Role::Inference | Role::Embeddings) {
        return Nearest::Other;
    }
    let operation = attributes
        .iter()
        .find(|attribute| attribute.key.as_str() == semconv::GEN_AI_OPERATION_NAME);
    let embeds = operation.is_some_and(|operation| operation.value.as_str() == EMBEDDINGS);
    Nearest::ModelCall { embeds }
}

impl ModelSpans {
    /// The filter for the layer of `tracing-opentelemetry`: it leaves out the span by which rig-core or genai reports a
    /// model call, while an annotated function reports that call. Everything else passes, in particular what the client
    /// does below its span.
    ///
    /// Only the layer that it is put on is affected: others go on to see the client's span, and so does `log`. With
    /// [`ModelSpans::Theirs`] everything passes.
    ///
    /// An embedding inside of a chat, or a chat inside of an embedding, is another call and passes too.
    ///
    /// ```
    /// use tracing_subscriber::Layer as _;
    /// use tracing_subscriber::layer::SubscriberExt as _;
    ///
    /// let tracer = opentelemetry::global::tracer("shop");
    /// let spans = tracing_opentelemetry::layer().with_tracer(tracer);
    /// let subscriber = tracing_subscriber::registry()
    ///     .with(spans.with_filter(agent_otel::ModelSpans::filter()));
    /// # drop(subscriber);
    /// ```
    pub fn filter<S: Subscriber>() -> impl Filter<S> + Send + Sync + 'static {
        FILTERS.store(true, Ordering::Relaxed);
        OneOfTwo
    }
}

#[derive(Debug)]
struct OneOfTwo;

impl<S: Subscriber> Filter<S> for OneOfTwo {
    fn enabled(&self, metadata: &Metadata<'_>, _context: &layer::Context<'_, S>) -> bool {
        let Some(call) = ModelCall::of(metadata) else {
            return true;
        };
        theirs(switches::on()) || !is_ours(call)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        match ModelCall::of(metadata) {
            // It depends on what is around it.
            Some(_) => Interest::sometimes(),
            None => Interest::always(),
        }
    }
}

/// Whether the nearest annotated function tells this call.
fn is_ours(call: ModelCall) -> bool {
    context::map_current(|context| {
        context.get::<Nearest>()
            == Some(&Nearest::ModelCall {
                embeds: call.embeds,
            })
    })
}

/// A model call, as the span of a client crate tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ModelCall {
    embeds: bool,
}

impl ModelCall {
    /// By the crate, the fields and the name, all of which are fixed where the span is written.
    fn of(metadata: &Metadata<'_>) -> Option<Self> {
        let target = metadata.target();
        let client = target.split("::").next().unwrap_or(target);
        let fields = metadata.fields();
        // An application that runs rig's agents writes such spans itself, for rig to fill.
        let is_adopted = fields.field("rig.completion_parent").is_some();
        let is_known = metadata.is_span() && (is_adopted || CLIENTS.contains(&client));
        let tells_a_call = fields.field(semconv::GEN_AI_OPERATION_NAME).is_some()
            && fields.field(semconv::GEN_AI_REQUEST_MODEL).is_some();
        // genai puts its own name before that of the operation.
        let name = metadata.name();
        let name = name.rsplit('.').next().unwrap_or(name);
        (is_known && tells_a_call && MODEL_OPERATIONS.contains(&name)).then_some(Self {
            embeds: name == EMBEDDINGS,
        })
    }
}
