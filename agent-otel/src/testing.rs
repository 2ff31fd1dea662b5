//! Capture the spans of your own code in your own tests, and read them as a tree.
//!
//! ```
//! # #[agent_otel::tool]
//! # fn order_status(order_id: u64) -> Result<String, std::fmt::Error> {
//! #     if order_id == 9999 { Err(std::fmt::Error) } else { Ok("shipped".into()) }
//! # }
//! let spans = agent_otel::testing::capture(|| {
//!     let _ = order_status(1042);
//! });
//! assert_eq!(
//!     spans.to_string(),
//!     r#"
//! execute_tool order_status [internal]
//!     gen_ai.operation.name: "execute_tool"
//!     gen_ai.tool.name: "order_status"
//! "#
//! );
//! ```
//!
//! Captures do not mix: each sees the spans that were started below it, however many run at a time. Ids and times are
//! left out of the text, since they differ from run to run; [`Spans`] derefs to the exported spans for those who need
//! them.

use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::future::Future;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak};
use std::time::Duration;

use opentelemetry::trace::{FutureExt, Span as _, SpanKind, Status, TraceId, TracerProvider};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};

use crate::provider;

/// Runs `body` and gives the spans that ended meanwhile below it.
///
/// The first capture of a process installs a tracer provider that records everything.
pub fn capture<T>(body: impl FnOnce() -> T) -> Spans {
    capture_with(body).1
}

/// As [`capture`], with what `body` returned.
pub fn capture_with<T>(body: impl FnOnce() -> T) -> (T, Spans) {
    let recorder = Recorder::begin();
    let attached = recorder.context().attach();
    let returned = body();
    drop(attached);
    (returned, recorder.spans())
}

/// As [`capture`], for a future.
///
/// ```
/// # use agent_otel::{agent, tool, testing};
/// # #[tool] async fn lookup() {}
/// # #[agent] async fn answer() { lookup().await }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let spans = testing::capture_async(answer()).await;
/// assert_eq!(spans.tree(), "invoke_agent answer\n└ execute_tool lookup\n");
/// # }
/// ```
pub async fn capture_async<F: Future>(body: F) -> Spans {
    capture_async_with(body).await.1
}

/// As [`capture_async`], with what `body` returned.
pub async fn capture_async_with<F: Future>(body: F) -> (F::Output, Spans) {
    let recorder = Recorder::begin();
    let returned = body.with_context(recorder.context()).await;
    (returned, recorder.spans())
}

/// Spans in the order in which they ended.
///
/// Displayed, they are a tree with kinds, attributes, events, links and status; [`tree`](Self::tree) gives the names
/// alone.
#[derive(Clone, Debug)]
pub struct Spans(Vec<SpanData>);

impl Deref for Spans {
    type Target = [SpanData];

    fn deref(&self) -> &[SpanData] {
        &self.0
    }
}

impl Spans {
    /// The names of the spans, one a line, children below their parent in the order of their start.
    pub fn tree(&self) -> String {
        let mut text = String::new();
        for root in self.roots() {
            self.branch(root, &mut text, "", "");
        }
        text
    }

    /// The span with this name, the first of them where there are several.
    pub fn named(&self, name: &str) -> Option<&SpanData> {
        self.iter().find(|span| span.name == name)
    }

    fn branch(&self, span: &SpanData, text: &mut String, branch: &str, below: &str) {
        let _ = writeln!(text, "{branch}{}", span.name);
        let children = self.children(span);
        for (index, child) in children.iter().enumerate() {
            let last = index + 1 == children.len();
            let (own, rest) = if last {
                ("└ ", "  ")
            } else {
                ("├ ", "│ ")
            };
            self.branch(
                child,
                text,
                &format!("{below}{own}"),
                &format!("{below}{rest}"),
            );
        }
    }

    /// Spans whose parent was not captured.
    fn roots(&self) -> Vec<&SpanData> {
        let known: HashSet<_> = self
            .iter()
            .map(|span| span.span_context.span_id())
            .collect();
        self.sorted(|span| !known.contains(&span.parent_span_id))
    }

    fn children(&self, parent: &SpanData) -> Vec<&SpanData> {
        self.sorted(|span| span.parent_span_id == parent.span_context.span_id())
    }

    fn sorted(&self, which: impl Fn(&SpanData) -> bool) -> Vec<&SpanData> {
        let mut spans: Vec<_> = self.iter().filter(|span| which(span)).collect();
        spans.sort_by_key(|span| span.start_time);
        spans
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, span: &SpanData, depth: usize) -> fmt::Result {
        let indent = "    ".repeat(depth);
        let kind = match span.span_kind {
            SpanKind::Client => "client",
            SpanKind::Server => "server",
            SpanKind::Producer => "producer",
            SpanKind::Consumer => "consumer",
            SpanKind::Internal => "internal",
        };
        let remote = if span.parent_span_is_remote {
            ", remote parent"
        } else {
            ""
        };
        writeln!(f, "{indent}{} [{kind}{remote}]", span.name)?;
        write_attributes(f, &span.attributes, &format!("{indent}    "))?;
        for event in span.events.iter() {
            writeln!(f, "{indent}    event {}", event.name)?;
            write_attributes(f, &event.attributes, &format!("{indent}        "))?;
        }
        for link in span.links.iter() {
            let id = link.span_context.span_id();
            let known = self.iter().find(|span| span.span_context.span_id() == id);
            writeln!(
                f,
                "{indent}    link to {}",
                known.map_or("elsewhere", |span| &span.name)
            )?;
        }
        if let Status::Error { description } = &span.status {
            writeln!(f, "{indent}    status: error {description:?}")?;
        }
        if span.status == Status::Ok {
            writeln!(f, "{indent}    status: ok")?;
        }
        for child in self.children(span) {
            self.write(f, child, depth + 1)?;
        }
        Ok(())
    }
}

impl fmt::Display for Spans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        for root in self.roots() {
            self.write(f, root, 0)?;
        }
        Ok(())
    }
}

/// Attributes in the order of their keys; a key that is there twice is shown twice.
fn write_attributes(
    f: &mut fmt::Formatter<'_>,
    attributes: &[KeyValue],
    indent: &str,
) -> fmt::Result {
    let mut attributes: Vec<_> = attributes.iter().collect();
    attributes.sort_by(|a, b| a.key.as_str().cmp(b.key.as_str()));
    for attribute in attributes {
        let value = match &attribute.value {
            opentelemetry::Value::String(text) => format!("{:?}", text.as_str()),
            other => other.to_string(),
        };
        writeln!(f, "{indent}{}: {value}", attribute.key)?;
    }
    Ok(())
}

/// What one capture has seen.
#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    /// Traces that passed through the capture: what another task adds to them belongs to it as well.
    traces: HashSet<TraceId>,
    ended: Vec<SpanData>,
}

/// Captures that are under way.
static RECORDERS: Mutex<Vec<Weak<Mutex<Recorded>>>> = Mutex::new(Vec::new());

impl Recorder {
    fn begin() -> Self {
        static INSTALL: Once = Once::new();
        INSTALL.call_once(|| {
            let provider = SdkTracerProvider::builder()
                .with_span_processor(CaptureProcessor)
                .build();
            let tracer = provider.tracer_with_scope(provider::scope());
            provider::install(provider::Installed {
                tracer,
                logger: None,
                parent_based: true,
            });
            global::set_tracer_provider(provider);
        });
        let recorder = Self::default();
        let mut recorders = lock(&RECORDERS);
        recorders.retain(|recorder| recorder.strong_count() > 0);
        recorders.push(Arc::downgrade(&recorder.0));
        recorder
    }

    /// The capture that a trace has passed through.
    fn of(trace: TraceId) -> Option<Self> {
        let recorders: Vec<_> = lock(&RECORDERS).iter().filter_map(Weak::upgrade).collect();
        recorders
            .into_iter()
            .map(Self)
            .find(|recorder| lock(&recorder.0).traces.contains(&trace))
    }

    fn context(&self) -> Context {
        Context::current().with_value(self.clone())
    }

    fn spans(&self) -> Spans {
        Spans(std::mem::take(&mut lock(&self.0).ended))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands each span to the capture that it was started in.
#[derive(Debug)]
struct CaptureProcessor;

impl SpanProcessor for CaptureProcessor {
    fn on_start(&self, span: &mut Span, context: &Context) {
        // A new root has an empty parent; what is around it is current still.
        let current = Context::current();
        if let Some(recorder) = context.get::<Recorder>().or_else(|| current.get()) {
            lock(&recorder.0)
                .traces
                .insert(span.span_context().trace_id());
        }
    }

    fn on_end(&self, span: SpanData) {
        if let Some(recorder) = Recorder::of(span.span_context.trace_id()) {
            lock(&recorder.0).ended.push(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}
