//! What an operation finds around it: the agent that runs it, and the ids of the conversation, the user and the session.
//!
//! One value of the context, so that one look-up finds all.

use std::sync::Arc;

use opentelemetry::{Context, StringValue};

use crate::rollup::Rollup;
use crate::semconv;

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
    pub(crate) conversation: Option<Id>,
    pub(crate) user: Option<Id>,
    pub(crate) session: Option<Id>,
    /// They travel to other services as well, whoever has told them.
    pub(crate) across: bool,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Id {
    pub(crate) text: StringValue,
    /// Another service has told it, and it travels on: its caller may ask for that, and not for what is told here.
    pub(crate) received: bool,
}

impl<T: Into<StringValue>> From<T> for Id {
    fn from(text: T) -> Self {
        Self {
            text: text.into(),
            received: false,
        }
    }
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
        let over = |id: Option<Id>, other: &Option<Id>| match (id, other) {
            // What is told once more is no secret of this service.
            (Some(id), Some(other)) if id.text == other.text => Some(Id {
                received: id.received || other.received,
                ..id
            }),
            (id, other) => id.or_else(|| other.clone()),
        };
        Self {
            conversation: over(self.conversation, &others.conversation),
            user: over(self.user, &others.user),
            session: over(self.session, &others.session),
            across: self.across || others.across,
        }
    }

    /// Those that are known, by the keys of their attributes.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'static str, &Id)> {
        let ids = [
            (semconv::GEN_AI_CONVERSATION_ID, &self.conversation),
            (semconv::USER_ID, &self.user),
            (semconv::SESSION_ID, &self.session),
        ];
        ids.into_iter()
            .filter_map(|(key, id)| Some((key, id.as_ref()?)))
    }
}
