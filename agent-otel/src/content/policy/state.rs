//! The policy of the process, and what the fast paths ask of it.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use opentelemetry::KeyValue;

use super::super::files::Files;
use super::super::pattern::Patterns;
use super::{ContentPolicy, DEFAULT_LIMIT, Environment, Policy, UPLOAD_LIMIT};

/// What the fast paths ask, in bits; 0 until it was read.
static STATE: AtomicU8 = AtomicU8::new(0);
static PATTERNS: AtomicU8 = AtomicU8::new(0x7F);
/// The budget of one attribute while it is captured.
static GATHER: AtomicUsize = AtomicUsize::new(DEFAULT_LIMIT);

const READ: u8 = 1;
const CAPTURES: u8 = 2;
const UPLOADS: u8 = 4;
const EMITS: u8 = 8;
const ALLOWS: u8 = 16;

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
    /// The bits of [`STATE`] for this policy.
    fn state(&self) -> u8 {
        let bit = |is: bool, bit: u8| if is { bit } else { 0 };
        READ | bit(self.on_spans() || self.on_events(), CAPTURES)
            | bit(!self.uploads.is_empty(), UPLOADS)
            | bit(self.emits_events, EMITS)
            | bit(self.allowed.is_some(), ALLOWS)
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
    STATE.store(policy.state(), Ordering::Release);
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

/// The bits of the policy in force. One relaxed load, once it was read.
fn state() -> u8 {
    match STATE.load(Ordering::Relaxed) {
        0 => read(),
        state => state,
    }
}

#[cold]
fn read() -> u8 {
    let policy = current();
    publish(policy);
    // One may have been installed between the two.
    if let Some(installed) = INSTALLED.get() {
        publish(installed);
    }
    STATE.load(Ordering::Relaxed)
}

/// Whether content is gathered at all: for spans, for events, or for an upload.
pub(crate) fn is_captured() -> bool {
    state() & (CAPTURES | UPLOADS) != 0
}

/// Whether anything of an operation is kept until its end: content, or what its event tells.
pub(crate) fn is_kept() -> bool {
    state() & (CAPTURES | UPLOADS | EMITS) != 0
}

/// Whether nothing is kept and nothing held back, as where nothing was asked for.
pub(crate) fn is_plain() -> bool {
    state() & (CAPTURES | UPLOADS | EMITS | ALLOWS) == 0
}

/// Whether content is handed to upload hooks.
pub(crate) fn is_uploaded() -> bool {
    state() & UPLOADS != 0
}

/// Whether content goes elsewhere than on spans, so that operations are described whose span is sampled out.
pub(crate) fn is_beside_spans() -> bool {
    state() & (UPLOADS | EMITS) != 0
}

/// Whether the event with the details of an inference is emitted: `OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT`.
pub(crate) fn emits_event() -> bool {
    state() & EMITS != 0
}

/// Whether an attribute may leave the process.
pub(crate) fn is_allowed(key: &str) -> bool {
    state() & ALLOWS == 0 || current().allows(key)
}

/// Leaves the attributes that may leave the process: all of them, after one relaxed load, where no list is set.
pub(crate) fn keep_allowed(attributes: &mut Vec<KeyValue>) {
    if state() & ALLOWS != 0 {
        let policy = current();
        attributes.retain(|attribute| policy.allows(attribute.key.as_str()));
    }
}

/// The patterns in force.
pub(in super::super) fn patterns() -> Patterns {
    state();
    Patterns::of_bits(PATTERNS.load(Ordering::Relaxed))
}

/// Bytes that one attribute may have while it is gathered.
pub(crate) fn gather_limit() -> usize {
    GATHER.load(Ordering::Relaxed)
}
