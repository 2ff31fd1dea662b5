//! Client crates that write `gen_ai` spans of their own: which of two spans of one model call there is.

#[cfg(feature = "tracing")]
mod filter;

#[cfg(feature = "tracing")]
pub(crate) use filter::mark;

use crate::kind::Role;
use crate::switches::{self, Switches};

/// Whose span tells a model call where a client crate writes one as well.
///
/// rig-core, and genai with its feature `otel`, report each model call by a `tracing` span with `gen_ai` attributes. Where
/// `tracing-opentelemetry` makes OpenTelemetry spans of those, an annotated function and the client below it would show
/// one call twice. This is the switch: [`Builder::model_spans`](crate::Builder::model_spans), or `AGENT_OTEL_MODEL_SPANS`
/// with `ours` or `theirs`.
///
/// * [`Ours`](Self::Ours), the default: the span of [`#[llm_call]`](macro@crate::llm_call). That of the client is left out
///   by `ModelSpans::filter` (feature `tracing`), which has to be put on the layer of `tracing-opentelemetry`; what was
///   below it is below ours. A model call that no annotated function makes keeps the client's span.
/// * [`Theirs`](Self::Theirs): `#[llm_call]` starts no span. It still measures the call, counts it and its tokens for the
///   agent above, and an error is still recorded there. It is for programs whose every client writes its own spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModelSpans {
    /// The span of `#[llm_call]`.
    #[default]
    Ours,
    /// The span of the client crate.
    Theirs,
}

impl ModelSpans {
    /// Decides for this process, whatever the environment says.
    #[cfg(feature = "setup")]
    pub(crate) fn decide(self) {
        switches::turn(Switches::UNDECIDED.with(Switches::THEIRS), self.switches());
    }

    fn switches(self) -> Switches {
        Switches::THEIRS.when(self == Self::Theirs)
    }

    fn of_environment() -> Self {
        let value = std::env::var("AGENT_OTEL_MODEL_SPANS").unwrap_or_default();
        if value.trim().eq_ignore_ascii_case("theirs") {
            Self::Theirs
        } else {
            Self::Ours
        }
    }
}

/// Whether a client crate tells the operations of `role`. One relaxed load, where none does.
#[inline]
pub(crate) fn are_theirs(on: Switches, role: Role) -> bool {
    on.any(Switches::THEIRS.with(Switches::UNDECIDED))
        && matches!(role, Role::Inference | Role::Embeddings)
        && theirs(on)
}

fn theirs(on: Switches) -> bool {
    if on.any(Switches::UNDECIDED) {
        return decide_by_environment();
    }
    on.any(Switches::THEIRS)
}

#[cold]
fn decide_by_environment() -> bool {
    // What the code says meanwhile counts for more.
    let decided = ModelSpans::of_environment().switches();
    switches::settle(Switches::UNDECIDED, decided);
    switches::on().any(Switches::THEIRS)
}
