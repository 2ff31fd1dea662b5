//! How a stream sits in a return value, and how it is put inside its operation there.

use std::pin::Pin;
use std::time::Instant;

use futures_core::Stream;
use futures_core::stream::FusedStream;

use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::stream::{Read, Traced};

/// Puts the stream of a return value inside an operation.
pub(crate) fn trace<R, M: Form<R>>(
    form: M,
    returned: R,
    operation: Operation,
    begun: Instant,
    read: Read<M::Item>,
) -> M::Output {
    let mut operation = Some(operation);
    let tracer = Tracer {
        operation: &mut operation,
        begun,
        read,
    };
    let output = form.trace(returned, tracer);
    if let Some(mut operation) = operation {
        // There was no stream: `Err` has ended the operation already, `None` ends it now.
        operation.finished(&mut Outcome::default());
    }
    output
}

/// How a stream sits in the return value; told by the declared return type.
pub trait Form<R> {
    /// What the items are.
    type Item;
    /// The return value with its stream inside the operation.
    type Output;

    /// Puts the stream of `returned` inside the operation.
    fn trace(self, returned: R, tracer: Tracer<'_, Self::Item>) -> Self::Output;
}

/// `impl Stream`
#[derive(Debug)]
pub struct Opaque;

impl<S: Stream> Form<S> for Opaque {
    type Item = S::Item;
    type Output = Traced<S>;

    fn trace(self, stream: S, mut tracer: Tracer<'_, S::Item>) -> Traced<S> {
        Traced::new(&mut tracer, stream)
    }
}

/// `Result<impl Stream, E>`
#[derive(Debug)]
pub struct OpaqueResult;

impl<S: Stream, E> Form<Result<S, E>> for OpaqueResult {
    type Item = S::Item;
    type Output = Result<Traced<S>, E>;

    fn trace(self, returned: Result<S, E>, mut tracer: Tracer<'_, S::Item>) -> Self::Output {
        returned.map(|stream| Traced::new(&mut tracer, stream))
    }
}

/// A type that holds a stream and keeps its own name: a boxed stream, or a type of the user's.
#[derive(Debug)]
pub struct Held;

impl<R: HoldsStream> Form<R> for Held {
    type Item = R::Item;
    type Output = R;

    fn trace(self, returned: R, tracer: Tracer<'_, R::Item>) -> R {
        returned.map_stream(tracer)
    }
}

/// A value that holds a stream of items, for `#[llm_call(stream)]` and the other attributes.
///
/// Implemented for boxed streams, and for `Result` and `Option` of what holds one. Implement it for a type of your own
/// that carries a stream beside other things.
///
/// # Examples
///
/// ```
/// use std::pin::Pin;
/// use agent_otel::{HoldsStream, StreamTracer};
/// use futures_core::Stream;
///
/// struct Reply {
///     status: u16,
///     chunks: Pin<Box<dyn Stream<Item = String> + Send>>,
/// }
///
/// impl HoldsStream for Reply {
///     type Item = String;
///
///     fn map_stream(mut self, tracer: StreamTracer<'_, String>) -> Self {
///         self.chunks = self.chunks.map_stream(tracer);
///         self
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no stream whose items can be watched",
    label = "not a boxed stream",
    note = "return `impl Stream`, a boxed stream, a `Result` of one, or implement `agent_otel::HoldsStream`"
)]
pub trait HoldsStream: Sized {
    /// What the stream gives.
    type Item;

    /// Puts the stream inside the operation that `tracer` stands for.
    fn map_stream(self, tracer: Tracer<'_, Self::Item>) -> Self;
}

/// An operation that goes on until a stream ends; see [`HoldsStream`].
#[derive(Debug)]
pub struct Tracer<'a, T> {
    pub(crate) operation: &'a mut Option<Operation>,
    pub(crate) begun: Instant,
    pub(crate) read: Read<T>,
}

macro_rules! boxed {
    ($($new:path: $pointer:ty;)*) => {$(
        impl<'a, T: 'a> HoldsStream for $pointer {
            type Item = T;

            fn map_stream(self, mut tracer: Tracer<'_, T>) -> Self {
                $new(Traced::new(&mut tracer, self))
            }
        }
    )*};
}

boxed! {
    Box::pin: Pin<Box<dyn Stream<Item = T> + 'a>>;
    Box::pin: Pin<Box<dyn Stream<Item = T> + Send + 'a>>;
    Box::pin: Pin<Box<dyn Stream<Item = T> + Sync + 'a>>;
    Box::pin: Pin<Box<dyn Stream<Item = T> + Send + Sync + 'a>>;
    Box::pin: Pin<Box<dyn Stream<Item = T> + Unpin + 'a>>;
    Box::pin: Pin<Box<dyn Stream<Item = T> + Send + Unpin + 'a>>;
    Box::pin: Pin<Box<dyn FusedStream<Item = T> + 'a>>;
    Box::pin: Pin<Box<dyn FusedStream<Item = T> + Send + 'a>>;
    Box::pin: Pin<Box<dyn FusedStream<Item = T> + Sync + 'a>>;
    Box::pin: Pin<Box<dyn FusedStream<Item = T> + Send + Sync + 'a>>;
    Box::new: Box<dyn Stream<Item = T> + Unpin + 'a>;
    Box::new: Box<dyn Stream<Item = T> + Send + Unpin + 'a>;
    Box::new: Box<dyn Stream<Item = T> + Sync + Unpin + 'a>;
    Box::new: Box<dyn FusedStream<Item = T> + Unpin + 'a>;
    Box::new: Box<dyn FusedStream<Item = T> + Send + Unpin + 'a>;
    Box::new: Box<dyn Stream<Item = T> + Send + Sync + Unpin + 'a>;
}

impl<H: HoldsStream, E> HoldsStream for Result<H, E> {
    type Item = H::Item;

    fn map_stream(self, tracer: Tracer<'_, H::Item>) -> Self {
        self.map(|held| held.map_stream(tracer))
    }
}

impl<H: HoldsStream> HoldsStream for Option<H> {
    type Item = H::Item;

    fn map_stream(self, tracer: Tracer<'_, H::Item>) -> Self {
        self.map(|held| held.map_stream(tracer))
    }
}
