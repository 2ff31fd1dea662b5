//! Client crates that write `gen_ai` spans of their own: which of two spans of one model call there is.

#[cfg(feature = "tracing")]
mod filter;

use std::sync::atomic::{AtomicU8, Ordering};

#[cfg(feature = "tracing")]
pub(crate) use filter::mark;

use crate::kind::Role;

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

/// Nobody has asked yet, so the environment was not read.
const UNDECIDED: u8 = 0;
const OURS: u8 = 1;
const THEIRS: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(UNDECIDED);

impl ModelSpans {
    /// Decides for this process, whatever the environment says.
    #[cfg(feature = "setup")]
    pub(crate) fn decide(self) {
        STATE.store(self.state(), Ordering::Relaxed);
    }

    fn state(self) -> u8 {
        match self {
            Self::Ours => OURS,
            Self::Theirs => THEIRS,
        }
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

/// Whether a client crate tells the operations of `role`. One relaxed load, for those that a model performs.
#[inline]
pub(crate) fn are_theirs(role: Role) -> bool {
    matches!(role, Role::Inference | Role::Embeddings) && theirs()
}

#[inline]
fn theirs() -> bool {
    let state = match STATE.load(Ordering::Relaxed) {
        UNDECIDED => decide_by_environment(),
        state => state,
    };
    state == THEIRS
}

#[cold]
fn decide_by_environment() -> u8 {
    let state = ModelSpans::of_environment().state();
    // What the code says meanwhile counts for more.
    let decided = STATE.compare_exchange(UNDECIDED, state, Ordering::Relaxed, Ordering::Relaxed);
    decided.map_or_else(|decided| decided, |_| state)
}
