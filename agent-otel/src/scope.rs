//! Ids that hold for everything that runs inside: conversation, user and session.

use std::future::Future;
use std::sync::Arc;

use opentelemetry::{Context, StringValue};

use crate::context::{self, Attached};
use crate::in_context::InContext;
use crate::surroundings::{Id, Ids, Surroundings};

/// Ids that every span, and every event, inside it shows; see [`conversation`].
#[derive(Clone, Debug, Default)]
#[must_use = "a scope does nothing until something runs in it"]
pub struct Scope {
    ids: Ids,
}

/// Tells that all that runs in the scope belongs to this conversation: `gen_ai.conversation.id` on every span below.
///
/// Take the id from the application or from the provider, and never make one up (GenAI conventions, "Spans",
/// `gen_ai.conversation.id`). A scope inside another one counts for more; what it does not tell goes on.
///
/// # Examples
///
/// ```
/// use agent_otel::{agent, conversation};
///
/// #[agent]
/// async fn answer(question: &str) -> String {
///     format!("about {question}: yes")
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let answered = conversation("thread-17")
///     .user("user-4")
///     .across_services()
///     .future(answer("kettles"))
///     .await;
/// # assert_eq!(answered, "about kettles: yes");
/// # }
/// ```
pub fn conversation(id: impl Into<StringValue>) -> Scope {
    Scope::default().conversation(id)
}

impl Scope {
    /// `gen_ai.conversation.id`.
    pub fn conversation(mut self, id: impl Into<StringValue>) -> Self {
        self.ids.conversation = Some(Id::from(id));
        self
    }

    /// `user.id`.
    pub fn user(mut self, id: impl Into<StringValue>) -> Self {
        self.ids.user = Some(Id::from(id));
        self
    }

    /// `session.id`.
    pub fn session(mut self, id: impl Into<StringValue>) -> Self {
        self.ids.session = Some(Id::from(id));
        self
    }

    /// Sends the ids to other services as well, as W3C baggage beside the trace context, wherever that is injected. The
    /// services on the way take them from there where they `extract`, and send them on.
    ///
    /// Only these ids travel: a service that tells others itself asks for that itself. Whoever is called can read them, so
    /// ask for it where the services are your own.
    pub fn across_services(mut self) -> Self {
        self.ids.across = true;
        self
    }

    /// Runs `body` in the scope.
    pub fn run<T>(&self, body: impl FnOnce() -> T) -> T {
        let _entered = self.enter();
        body()
    }

    /// Polls `future` in the scope, wherever it is polled.
    pub fn future<F: Future>(&self, future: F) -> InContext<F> {
        InContext::new(self.context(), future)
    }

    /// Enters the scope until the guard is dropped. Not for `async` code, where a guard would be held across an `.await`:
    /// use [`future`](Self::future) there.
    #[must_use = "the scope ends when the guard is dropped"]
    pub fn enter(&self) -> Entered {
        Entered {
            _attached: context::attach(&self.context()),
        }
    }

    fn context(&self) -> Context {
        self.ids.clone().in_context(&context::current())
    }
}

impl Ids {
    /// `context` with these ids, over those that it carries.
    pub(crate) fn in_context(self, context: &Context) -> Context {
        let mut surroundings = Surroundings::copy(context);
        let ids = match surroundings.ids.as_deref() {
            Some(around) => self.over(around),
            None => self,
        };
        surroundings.ids = Some(Arc::new(ids));
        surroundings.put(context)
    }
}

/// A scope that was entered.
#[derive(Debug)]
pub struct Entered {
    _attached: Option<Attached>,
}
