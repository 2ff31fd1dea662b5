//! What an operation finds around it: the agent that runs it, and the ids of the conversation, the user and the session.
//!
//! One value of the context, so that one look-up finds all.

use std::sync::Arc;

use opentelemetry::{Context, StringValue};

use crate::rollup::Rollup;

/// What the context carries for the operations below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// The agent nearest above, and what it has used so far.
    pub(crate) agent: Option<Arc<Rollup>>,
    pub(crate) ids: Option<Arc<Ids>>,
}

/// Ids that every span below shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ids {
    pub(crate) conversation: Option<StringValue>,
    pub(crate) user: Option<StringValue>,
    pub(crate) session: Option<StringValue>,
    /// They travel to other services as well.
    pub(crate) across: bool,
}

impl Surroundings {
    /// What `context` carries, if anything.
    #[inline]
    pub(crate) fn of(context: &Context) -> Option<&Self> {
        context.get()
    }

    /// A copy of what `context` carries, to be changed.
    pub(crate) fn copy(context: &Context) -> Self {
        Self::of(context).cloned().unwrap_or_default()
    }

    /// `context` with this in it.
    pub(crate) fn put(self, context: &Context) -> Context {
        context.with_value(self)
    }

    /// The agent nearest above in `context`.
    pub(crate) fn agent(context: &Context) -> Option<&Arc<Rollup>> {
        Self::of(context)?.agent.as_ref()
    }

    /// The ids in `context`.
    pub(crate) fn ids(context: &Context) -> Option<&Ids> {
        Self::of(context)?.ids.as_deref()
    }
}

impl Ids {
    /// These, and `others` where one of these is not set.
    pub(crate) fn over(self, others: &Ids) -> Self {
        Self {
            conversation: self.conversation.or_else(|| others.conversation.clone()),
            user: self.user.or_else(|| others.user.clone()),
            session: self.session.or_else(|| others.session.clone()),
            across: self.across || others.across,
        }
    }
}
