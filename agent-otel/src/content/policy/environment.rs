//! What the environment says about content.

use std::ffi::OsString;

use super::super::files;
use super::{Capture, MOST};

const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
const EMIT_EVENT: &str = "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT";
const LIMIT: &str = "AGENT_OTEL_CONTENT_LIMIT";
const SPAN_VALUE_LIMIT: &str = "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT";
const VALUE_LIMIT: &str = "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT";

/// What the environment says about content, checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Environment {
    pub(super) capture: Option<Capture>,
    pub(super) emit_event: Option<bool>,
    pub(super) limit: Option<usize>,
    pub(super) value_limit: Option<usize>,
    pub(super) files: Option<files::Place>,
}

/// Something in the environment that is not as it should be: the variable, its value, and what to do.
pub(crate) type Wrong = (&'static str, Option<String>, &'static str);

impl Environment {
    pub(super) fn of_process() -> Self {
        Self::read(&|name| std::env::var_os(name), &mut |_| {})
    }

    /// Reads all variables through `lookup`, and tells what is wrong with them.
    pub(crate) fn read(
        lookup: &dyn Fn(&str) -> Option<OsString>,
        tell: &mut dyn FnMut(Wrong),
    ) -> Self {
        // What is not UTF-8 becomes a value that is not understood, and is told as such.
        let text = |variable: &str| {
            let value = lookup(variable)?;
            let value = value.to_string_lossy();
            let value = value.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let capture = text(CAPTURE);
        let emit_event = text(EMIT_EVENT);
        let limits =
            [LIMIT, SPAN_VALUE_LIMIT, VALUE_LIMIT].map(|variable| (variable, text(variable)));
        let place = files::Words {
            hook: text(files::HOOK),
            path: text(files::PATH),
            format: text(files::FORMAT),
            queue: text(files::QUEUE),
        };
        let capture = capture.map(|word| {
            Capture::parse(&word).unwrap_or_else(|| {
                tell((CAPTURE, Some(word), "is no mode of capture, so no content is captured; set it to NO_CONTENT, SPAN_ONLY, EVENT_ONLY or SPAN_AND_EVENT"));
                Capture::NoContent
            })
        });
        let emit_event = emit_event.and_then(|word| match word.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                tell((EMIT_EVENT, Some(word), "is neither true nor false, so events follow the mode of capture; set it to true or false"));
                None
            }
        });
        let [limit, span_values, values] = limits.map(|(variable, word)| {
            let word = word?;
            let limit = word.parse().ok();
            if limit.is_none() {
                tell((
                    variable,
                    Some(word),
                    "is no number of bytes, so the default is used; write it in digits",
                ));
            }
            limit
        });
        // Its files are named on spans, which is text.
        let files = if lookup(files::PATH).is_some_and(|path| path.to_str().is_none()) {
            tell((
                files::PATH,
                None,
                "is not UTF-8, so no content is uploaded; set it to a folder whose name is in UTF-8",
            ));
            None
        } else {
            place.check(tell)
        };
        Self {
            capture,
            emit_event,
            limit: limit.map(|limit: usize| limit.min(MOST)),
            value_limit: span_values.or(values),
            files,
        }
    }
}
