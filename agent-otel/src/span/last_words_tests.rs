//! The words of an operation are heard by the operation and by nobody else.

use std::sync::{Arc, Mutex};

use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Tracer, TracerProvider};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData};

use super::super::as_processor::AsProcessor;
use super::super::direct::{Destination, DirectTracer};
use super::super::{OperationSpan, Recording, Starting, Untraced};
use super::*;

const ATTRIBUTES: Wanted = Wanted {
    attributes: true,
    ..Wanted::NOTHING
};

/// The context of `span`, as an operation has it.
fn context(span: impl Recording) -> Context {
    let span = OperationSpan::new(span, SystemTime::UNIX_EPOCH, SpanId::INVALID);
    Context::new().with_span(span)
}

/// The context of a span that only the operation hears of.
fn span() -> Context {
    context(Untraced(SpanContext::NONE))
}

/// Ends the span of `context` with one word, and gives the words that were heard.
fn end(context: &Context, word: &'static str) -> Option<Vec<&'static str>> {
    let speak = |last: &mut LastWords| last.attribute(word, true);
    let now = SystemTime::UNIX_EPOCH;
    let heard = LastWords::end(context, now, ATTRIBUTES, &mut None, speak)?;
    let known = ["a", "b"];
    let is_heard = |word: &&str| {
        let mut heard = heard.attributes.iter().flatten();
        heard.any(|attribute| attribute.key.as_str() == *word)
    };
    Some(known.into_iter().filter(is_heard).collect())
}

#[test]
fn an_operation_hears_its_own_words() {
    assert_eq!(end(&span(), "a"), Some(vec!["a"]));
    assert_eq!(end(&span(), "b"), Some(vec!["b"]));
}

#[test]
fn words_that_nobody_heard_are_not_inherited() {
    // A context without a span ends nothing, so that nobody listens.
    assert_eq!(end(&Context::new(), "a"), Some(vec![]));
    assert_eq!(end(&span(), "b"), Some(vec!["b"]));
    end(&Context::new(), "a");
    // Ended by somebody else, who says nothing.
    span().span().end();
    assert_eq!(end(&span(), "b"), Some(vec!["b"]));
}

/// Ends another operation whenever a span is handed on to it.
#[derive(Clone, Debug, Default)]
struct Ends(Arc<Mutex<Vec<Option<Vec<&'static str>>>>>);

impl Destination for Ends {
    fn started(&self, _: &SpanContext, _: &Context) {}

    fn ended(&self, _: SpanData) {
        let heard = end(&span(), "b");
        if let Ok(mut ended) = self.0.lock() {
            ended.push(heard);
        }
    }
}

#[test]
fn an_operation_that_ends_while_another_is_handed_on_hears_its_own_words() {
    let ends = Ends::default();
    let provider = SdkTracerProvider::builder()
        .with_span_processor(AsProcessor(ends.clone()))
        .build();
    let outer = context(provider.tracer("test").start("outer"));
    assert_eq!(end(&outer, "a"), Some(vec!["a"]));
    assert_eq!(*ends.0.lock().expect("not poisoned"), [Some(vec!["b"])]);
}

#[test]
fn words_are_not_inherited_where_the_span_is_handed_on_here() {
    let ends = Ends::default();
    let tracer: &'static _ = Box::leak(Box::new(DirectTracer::new(Box::new(ends.clone()))));
    let (mut name, mut attributes) = (Cow::Borrowed("outer"), Vec::new());
    let starting = Starting {
        name: &mut name,
        kind: &SpanKind::Internal,
        begun: SystemTime::UNIX_EPOCH,
        attributes: &mut attributes,
        mixed: false,
        link: &mut None,
    };
    let none = Context::new();
    let outer = tracer.start(starting, &none, &none, &mut None);
    // What was known of the outer one is lost, and not mixed with what is known of the other.
    assert_eq!(end(&outer.expect("it is sampled"), "a"), Some(vec![]));
    assert_eq!(*ends.0.lock().expect("not poisoned"), [Some(vec!["b"])]);
}

#[test]
fn a_span_that_ended_before_hears_what_was_said_late_and_nothing_else() {
    let context = span();
    context.span().end();
    assert_eq!(end(&context, "a"), Some(vec!["a"]));
    // Nothing was spoken: what is known of another stays where it is.
    context.span().end();
    assert_eq!(end(&span(), "b"), Some(vec!["b"]));
}
