//! The policy of the process, and what the fast paths ask of it.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use opentelemetry::KeyValue;

use super::super::files::Files;
use super::super::pattern::Patterns;
use super::{ContentPolicy, DEFAULT_LIMIT, Environment, Policy, UPLOAD_LIMIT};
use crate::switches::{self, Switches};

static PATTERNS: AtomicU8 = AtomicU8::new(0x7F);
/// The budget of one attribute while it is captured.
static GATHER: AtomicUsize = AtomicUsize::new(DEFAULT_LIMIT);

/// Where content goes.
const GATHERS: Switches = Switches::CAPTURES.with(Switches::UPLOADS);
/// What is kept of an operation until its end.
const KEEPS: Switches = GATHERS.with(Switches::EMITS);
const ALL: Switches = KEEPS.with(Switches::WITHHOLDS).with(Switches::UNREAD);

static INSTALLED: OnceLock<Policy> = OnceLock::new();

/// Makes this the policy of the process; only the first has an effect, and tells so.
pub(crate) fn install(mut policy: Policy) -> bool {
    policy.start_files();
    let is_first = INSTALLED.set(policy).is_ok();
    if let (true, Some(policy)) = (is_first, INSTALLED.get()) {
        publish(policy);
    }
    is_first
}

/// Whether a policy was installed.
#[cfg(feature = "setup")]
pub(crate) fn is_installed() -> bool {
    INSTALLED.get().is_some()
}

impl Policy {
    /// What is on with this policy.
    fn switches(&self) -> Switches {
        Switches::CAPTURES
            .when(self.on_spans() || self.on_events())
            .with(Switches::UPLOADS.when(!self.uploads.is_empty()))
            .with(Switches::EMITS.when(self.emits_events))
            .with(Switches::WITHHOLDS.when(self.allowed.is_some()))
    }

    /// The upload of the environment, as one hook among others.
    fn start_files(&mut self) {
        if let Some(files) = self.files.as_ref().and_then(Files::start) {
            self.uploads.push(Arc::new(files));
        }
    }
}

fn publish(policy: &Policy) {
    PATTERNS.store(policy.patterns.bits(), Ordering::Relaxed);
    let is_uploaded = !policy.uploads.is_empty();
    let gather = if is_uploaded {
        UPLOAD_LIMIT.max(policy.limit)
    } else {
        policy.limit
    };
    GATHER.store(gather, Ordering::Relaxed);
    switches::turn(ALL, policy.switches());
}

/// The policy in force: the one that was installed, or that of the environment.
pub(in super::super) fn current() -> &'static Policy {
    static OF_ENVIRONMENT: OnceLock<Policy> = OnceLock::new();
    if let Some(installed) = INSTALLED.get() {
        return installed;
    }
    OF_ENVIRONMENT.get_or_init(|| {
        let mut policy = Policy::new(ContentPolicy::new(), Environment::of_process());
        policy.start_files();
        policy
    })
}

/// Whether any of `asked` is on in the policy in force. One relaxed load, and one test where none is.
#[inline]
fn any(asked: Switches) -> bool {
    is_any(asked, switches::on())
}

#[inline]
fn is_any(asked: Switches, on: Switches) -> bool {
    on.any(asked.with(Switches::UNREAD)) && read().any(asked)
}

/// What is on in the policy in force, which is read unless it was.
fn read() -> Switches {
    let on = switches::on();
    if !on.any(Switches::UNREAD) {
        return on;
    }
    publish(current());
    // One may have been installed between the two.
    if let Some(installed) = INSTALLED.get() {
        publish(installed);
    }
    switches::on()
}

/// Whether content is gathered at all: for spans, for events, or for an upload.
pub(crate) fn is_captured() -> bool {
    any(GATHERS)
}

/// Whether anything of an operation is kept until its end: content, or what its event tells.
pub(crate) fn is_kept() -> bool {
    any(KEEPS)
}

/// Whether nothing is kept and nothing held back, as where nothing was asked for.
pub(crate) fn is_plain() -> bool {
    !any(ALL)
}

/// Whether content is handed to upload hooks.
pub(crate) fn is_uploaded() -> bool {
    any(Switches::UPLOADS)
}

/// Whether content goes elsewhere than on spans, so that operations are described whose span is sampled out.
#[inline]
pub(crate) fn is_beside_spans(on: Switches) -> bool {
    is_any(Switches::UPLOADS.with(Switches::EMITS), on)
}

/// Whether the event with the details of an inference is emitted: `OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT`.
pub(crate) fn emits_event() -> bool {
    any(Switches::EMITS)
}

/// Whether an attribute may leave the process.
pub(crate) fn is_allowed(key: &str) -> bool {
    !any(Switches::WITHHOLDS) || current().allows(key)
}

/// Leaves the attributes that may leave the process: all of them, after one relaxed load, where no list is set.
pub(crate) fn keep_allowed(attributes: &mut Vec<KeyValue>) {
    if any(Switches::WITHHOLDS) {
        let policy = current();
        attributes.retain(|attribute| policy.allows(attribute.key.as_str()));
    }
}

/// The patterns in force.
pub(in super::super) fn patterns() -> Patterns {
    read();
    Patterns::of_bits(PATTERNS.load(Ordering::Relaxed))
}

/// Bytes that one attribute may have while it is gathered.
pub(crate) fn gather_limit() -> usize {
    GATHER.load(Ordering::Relaxed)
}
