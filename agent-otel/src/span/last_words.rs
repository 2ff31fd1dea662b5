//! What the end of a span has to say, by way of the thread.

use std::borrow::Cow;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, SystemTime};

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue, Value};

use super::{key, push_in_place};
use crate::failure::Failure;
use crate::kind::Role;
use crate::metrics::{Measure, Measured};
use crate::usage::Usage;
use crate::{content, mcp, semconv};

/// What the end of a span has to say beside that it ends. One a thread, so that its lists are allocated once.
#[derive(Debug)]
pub(crate) struct LastWords {
    pub(super) attributes: Vec<KeyValue>,
    /// Attributes that only the span has: they are large, and metrics and events have no use for them.
    pub(super) content: Vec<KeyValue>,
    /// The description of the status, where the operation failed.
    pub(super) error: Option<Cow<'static, str>>,
    /// Why the operation failed; left, where the exception began here.
    pub(super) failure: Option<Box<Failure>>,
    /// The side of MCP that fails by the code of JSON-RPC, which the body may know.
    role: Option<Role>,
    wanted: Wanted,
    heard: Heard,
    /// What is to be measured, where that is wanted. Apart, since it is large.
    measured: Option<Measured>,
    stage: Stage,
}

/// How far the words of an operation have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// There are none.
    Silent,
    /// They are meant for the span that ends next on this thread.
    Spoken,
    /// The span has heard them, or has begun to, and what is known is there until the operation takes it.
    Heard,
}

/// What an operation wants to know of its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// What was recorded since the start.
    pub(crate) attributes: bool,
    /// How many tokens were used.
    pub(crate) tokens: bool,
    pub(crate) measure: Option<Measure>,
}

impl Wanted {
    const NOTHING: Self = Self {
        attributes: false,
        tokens: false,
        measure: None,
    };

    fn is_anything(self) -> bool {
        self.attributes || self.tokens || self.measure.is_some()
    }
}

/// What is known once a span has ended.
#[derive(Debug)]
pub(crate) struct Heard {
    /// What was recorded since the start.
    pub(crate) attributes: Option<Vec<KeyValue>>,
    pub(crate) input_tokens: Option<u64>,
    pub(crate) output_tokens: Option<u64>,
    /// The failure, if its exception began here.
    pub(crate) failure: Option<Box<Failure>>,
}

impl Heard {
    const NOTHING: Self = Self {
        attributes: None,
        input_tokens: None,
        output_tokens: None,
        failure: None,
    };
}

thread_local! {
    static LAST: RefCell<LastWords> = const { RefCell::new(LastWords::NONE) };
}

impl LastWords {
    /// Nothing to say.
    pub(super) const NONE: Self = Self {
        attributes: Vec::new(),
        content: Vec::new(),
        error: None,
        failure: None,
        role: None,
        wanted: Wanted::NOTHING,
        heard: Heard::NOTHING,
        measured: None,
        stage: Stage::Silent,
    };

    /// Ends the span of `context`, with the words that `speak` finds for it, which runs no code of the user. Gives what is
    /// known then, if anything is `wanted` or an exception began here, and what is to be `measured`, if that is.
    ///
    /// Processors are code of others, and their panic is not to become the program's.
    #[inline]
    pub(crate) fn end(
        context: &Context,
        timestamp: SystemTime,
        wanted: Wanted,
        measured: &mut Option<Measured>,
        speak: impl FnOnce(&mut LastWords),
    ) -> Option<Heard> {
        let asks = wanted.is_anything();
        let spoken = LAST.try_with(|last| {
            if let Ok(mut last) = last.try_borrow_mut() {
                last.begin(Stage::Spoken);
                if asks {
                    last.wanted = wanted;
                }
                speak(&mut last);
            }
        });
        let end = AssertUnwindSafe(|| context.span().end_with_timestamp(timestamp));
        let _ = catch_unwind(end);
        spoken.ok()?;
        let heard = LAST.try_with(|last| {
            let mut last = last.try_borrow_mut().ok()?;
            if std::mem::replace(&mut last.stage, Stage::Silent) == Stage::Spoken {
                // Nobody has listened, and nobody is to hear them later.
                last.clear();
            }
            if asks {
                last.wanted = Wanted::NOTHING;
                *measured = last.measured.take();
            }
            let hears = wanted.attributes || wanted.tokens || last.failure.is_some();
            hears.then(|| last.heard())
        });
        heard.ok().flatten()
    }

    /// Runs `end`, which may end other spans on this thread, and keeps what is known of this one apart meanwhile.
    pub(super) fn apart(end: impl FnOnce()) {
        let swap = |other: &mut Self| {
            let swapped = LAST.try_with(|last| {
                let mut last = last.try_borrow_mut().ok()?;
                std::mem::swap(&mut *last, other);
                Some(())
            });
            matches!(swapped, Ok(Some(())))
        };
        let mut own = Self::NONE;
        let is_apart = swap(&mut own);
        let ended = catch_unwind(AssertUnwindSafe(end));
        if is_apart {
            swap(&mut own);
        }
        if let Err(payload) = ended {
            resume_unwind(payload);
        }
    }

    fn heard(&mut self) -> Heard {
        Heard {
            failure: self.failure.take(),
            ..std::mem::replace(&mut self.heard, Heard::NOTHING)
        }
    }

    /// Runs `listen` on what was said to the span that ends now; on nothing, where somebody else ends it. `false` where
    /// nothing can be heard: the thread is being torn down, or this is called while words are spoken.
    #[inline(always)]
    pub(super) fn listen(listen: impl FnOnce(&mut Self)) -> bool {
        let heard = LAST.try_with(|last| {
            let Ok(mut last) = last.try_borrow_mut() else {
                return false;
            };
            let spoken = last.stage == Stage::Spoken;
            if spoken {
                last.stage = Stage::Heard;
            } else {
                last.begin(Stage::Heard);
                last.wanted = Wanted::NOTHING;
            }
            listen(&mut last);
            last.role = None;
            if !spoken {
                last.stage = Stage::Silent;
            }
            true
        });
        heard.unwrap_or(false)
    }

    /// As [`listen`](Self::listen), where the span has ended before: what was said is for nobody.
    #[cold]
    pub(super) fn hear_late(lasted: impl FnOnce() -> Duration) {
        let _ = LAST.try_with(|last| {
            if let Ok(mut last) = last.try_borrow_mut() {
                if last.stage == Stage::Spoken {
                    last.stage = Stage::Heard;
                    last.tell(&[], lasted);
                    last.clear_words();
                }
            }
        });
    }

    /// What is left of other words, since they have not come to their end, is forgotten.
    fn begin(&mut self, stage: Stage) {
        if std::mem::replace(&mut self.stage, stage) != Stage::Silent {
            self.clear();
        }
    }

    /// Forgets everything.
    #[cold]
    fn clear(&mut self) {
        self.clear_words();
        self.wanted = Wanted::NOTHING;
        self.heard = Heard::NOTHING;
        self.measured = None;
    }

    /// Forgets what was said, and not what is known.
    pub(super) fn clear_words(&mut self) {
        self.attributes.clear();
        self.content.clear();
        self.error = None;
        self.failure = None;
        self.role = None;
    }

    /// Keeps what is known now for those who want it.
    #[inline]
    pub(super) fn tell(&mut self, body: &[KeyValue], lasted: impl FnOnce() -> Duration) {
        if self.wanted.is_anything() {
            self.keep(body, lasted);
        }
    }

    fn keep(&mut self, body: &[KeyValue], lasted: impl FnOnce() -> Duration) {
        let written = [&*self.attributes, body];
        if let Some(measure) = self.wanted.measure {
            self.measured = Some(measure.read(written, lasted()));
        }
        if self.wanted.tokens {
            let counted = |key| {
                written
                    .iter()
                    .find_map(|written| Usage::counted(written, key))
            };
            self.heard.input_tokens = counted(semconv::GEN_AI_USAGE_INPUT_TOKENS);
            self.heard.output_tokens = counted(semconv::GEN_AI_USAGE_OUTPUT_TOKENS);
        }
        if self.wanted.attributes {
            self.heard.attributes = Some(written.concat());
        }
    }

    /// Fails by the code of JSON-RPC that the body may know, on this side of MCP.
    pub(crate) fn judged_as(&mut self, role: Role) {
        self.role = Some(role);
    }

    /// Leaves out what the body has said itself.
    #[cold]
    pub(super) fn heed(&mut self, body: &[KeyValue]) {
        self.judge(body);
        let said = |one: &KeyValue| body.iter().any(|other| other.key == one.key);
        self.attributes.retain(|attribute| !said(attribute));
        self.content.retain(|attribute| !said(attribute));
    }

    /// Judges the failure by the code of JSON-RPC, if the body has told one.
    fn judge(&mut self, body: &[KeyValue]) {
        let is_code = |one: &&KeyValue| one.key.as_str() == semconv::RPC_RESPONSE_STATUS_CODE;
        let (Some(role), Some(code)) = (self.role, body.iter().find(is_code)) else {
            return;
        };
        let is_label = |one: &KeyValue| one.key.as_str() == semconv::ERROR_TYPE;
        if mcp::is_callers(role, &code.value.as_str()) {
            self.failure = None;
            self.error = None;
            self.attributes.retain(|attribute| !is_label(attribute));
        } else if let Some(label) = self.attributes.iter_mut().find(|one| is_label(one)) {
            label.value = code.value.clone();
        }
    }

    /// Sets an attribute that the body did not set. Each key is set once.
    pub(crate) fn attribute(&mut self, key: &'static str, value: impl Into<Value>) {
        push_in_place(&mut self.attributes, KeyValue::new(self::key(key), value));
    }

    /// As [`attribute`](Self::attribute), for what is made already.
    #[inline(always)]
    pub(crate) fn put(&mut self, attribute: KeyValue) {
        push_in_place(&mut self.attributes, attribute);
    }

    /// Sets what was captured.
    pub(crate) fn content(&mut self, attributes: Vec<KeyValue>) {
        self.content = attributes;
    }

    /// Marks the span as failed, unless the body has set a status.
    pub(crate) fn error(&mut self, description: Cow<'static, str>) {
        self.error = Some(description);
    }

    /// Tells why the operation failed.
    pub(crate) fn failure(&mut self, failure: Box<Failure>) {
        // The description repeats the message.
        self.error(if content::is_allowed(semconv::EXCEPTION_MESSAGE) {
            failure.message.clone().into()
        } else {
            failure.error_type.clone()
        });
        self.failure = Some(failure);
    }
}

#[cfg(all(test, feature = "sdk"))]
#[path = "last_words_tests.rs"]
mod tests;
