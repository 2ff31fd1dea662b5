//! The waterfall as a span exporter, for tracer providers that somebody else made.

use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::Key;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::Style;
use super::assemble::Assembler;
use super::convert::{from_sdk, nanoseconds};
use super::trace::Trace;
use crate::semconv::SERVICE_NAME;

/// Prints each trace when its root in this process has ended, and what is left at shutdown.
///
/// [`init`](crate::init) does this for you. An exporter hears of spans when they end, so spans that never do are seen
/// only with `init`.
///
/// ```
/// use agent_otel::console::Exporter;
/// use opentelemetry_sdk::trace::SdkTracerProvider;
///
/// let provider = SdkTracerProvider::builder()
///     .with_batch_exporter(Exporter::stderr())
///     .build();
/// # provider.shutdown().unwrap();
/// ```
pub struct Exporter {
    service: String,
    style: Style,
    state: Mutex<State>,
}

struct State {
    assembler: Assembler,
    out: Box<dyn Write + Send>,
}

impl Exporter {
    /// Prints on standard error, in the style that it bears.
    pub fn stderr() -> Self {
        Self::new(std::io::stderr(), Style::of_stderr())
    }

    /// Prints to `out` in `style`. Errors of `out` are ignored: there is no better place to tell them.
    pub fn new(out: impl Write + Send + 'static, style: Style) -> Self {
        Self {
            service: String::new(),
            style,
            state: Mutex::new(State {
                assembler: Assembler::default(),
                out: Box::new(out),
            }),
        }
    }

    fn print(&self, take: impl FnOnce(&mut Assembler) -> Vec<Trace>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let traces = take(&mut state.assembler);
        print(&traces, &self.style, &mut state.out);
    }
}

/// Writes each trace in one piece, so that other writers do not come between its lines; whether all were written.
pub(super) fn print(traces: &[Trace], style: &Style, out: &mut dyn Write) -> bool {
    let mut all = true;
    for trace in traces {
        all &= out.write_all(trace.render(style).as_bytes()).is_ok();
    }
    out.flush().is_ok() && all
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter")
            .field("service", &self.service)
            .field("style", &self.style)
            .finish_non_exhaustive()
    }
}

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.print(|assembler| {
            let now = Instant::now();
            for span in &batch {
                let (trace, span) = from_sdk(span, &self.service);
                assembler.end(trace, span, now);
            }
            assembler.finished(now, nanoseconds(SystemTime::now()))
        });
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        self.print(|assembler| assembler.all(nanoseconds(SystemTime::now())));
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.service = resource
            .get(&Key::from_static_str(SERVICE_NAME))
            .map(|name| name.to_string())
            .unwrap_or_default();
    }
}
