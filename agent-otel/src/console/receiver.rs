//! A console for other processes: an OTLP/HTTP receiver on loopback that keeps what it gets.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use http::header::CONTENT_TYPE;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use tokio::sync::{Semaphore, oneshot};

use super::assemble::Assembler;
use super::convert::nanoseconds;
use super::encoding::Encoding;
use super::otlp::from_otlp;
use super::trace::Trace;

/// Larger requests are refused: four times what a batch of 512 large spans needs.
const MAX_BODY: usize = 16 << 20;
/// Connections at a time; further ones wait.
const MAX_CONNECTIONS: usize = 64;
/// How long a client may take to send its request line and headers, and then its body.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// How long nothing must have come before a trace counts as whole: more than a batch of the exporter waits.
const QUIET: Duration = Duration::from_millis(400);

/// Takes spans of other processes by OTLP over HTTP (`http/protobuf`, compressed by gzip or not), on a free port of
/// the loopback interface.
///
/// Set [`CONSOLE_ENDPOINT`](Self::CONSOLE_ENDPOINT) to [`endpoint`](Self::endpoint) in the environment of each process;
/// [`init`](crate::init) sends traces here then, as well as to the OTLP endpoint, and prints nothing itself. Metrics and
/// logs are taken and thrown away. Only processes of this machine can reach it; what they send is not authenticated, and
/// is escaped when it is printed.
///
/// ```no_run
/// use agent_otel::console::{Receiver, Style};
/// use std::process::Command;
///
/// # fn main() -> std::io::Result<()> {
/// let receiver = Receiver::start()?;
/// Command::new("agent")
///     .env(Receiver::CONSOLE_ENDPOINT, receiver.endpoint())
///     .status()?;
/// for trace in receiver.finish() {
///     eprint!("{}", trace.render(&Style::of_stderr()));
/// }
/// # Ok(())
/// # }
/// ```
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    assembler: Mutex<Assembler>,
    /// Told whenever spans have come.
    changed: Condvar,
}

impl Receiver {
    /// The environment variable that tells a process where its spans are shown.
    pub const CONSOLE_ENDPOINT: &'static str = "AGENT_OTEL_CONSOLE_ENDPOINT";

    /// Starts to listen, on a thread and a runtime of its own.
    ///
    /// # Errors
    ///
    /// Where no port or no thread is to be had.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let shared = Arc::<Shared>::default();
        let (stop, stopped) = oneshot::channel();
        let server = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("agent-otel-receiver".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::spawn(serve(listener, server));
                    let _ = stopped.await;
                });
            })?;
        Ok(Self {
            address,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The base address to send to, such as `http://127.0.0.1:40123`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits for a trace with its root span to arrive and for its other spans to come in, and returns a copy of it;
    /// `None` where there is none within `timeout`. Blocks the thread.
    pub fn wait_for_root(&self, timeout: Duration) -> Option<Trace> {
        let begun = Instant::now();
        let mut assembler = self.lock();
        loop {
            let now = Instant::now();
            if let Some(trace) = assembler.settled(now, QUIET) {
                return Some(trace);
            }
            let remaining = timeout.checked_sub(now.saturating_duration_since(begun))?;
            let nap = remaining.min(QUIET / 4).max(Duration::from_millis(1));
            assembler = self
                .shared
                .changed
                .wait_timeout(assembler, nap)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Takes out every trace that has come in up to now, in the order in which they began to arrive.
    pub fn take(&self) -> Vec<Trace> {
        self.lock().all(nanoseconds(SystemTime::now()))
    }

    /// Stops to listen, and returns every trace that was not taken. Processes that have flushed and ended before are in
    /// it with all their spans.
    pub fn finish(mut self) -> Vec<Trace> {
        self.stop();
        self.take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Assembler> {
        self.shared
            .assembler
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&connections).acquire_owned().await else {
            return Ok(());
        };
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: some come back when connections end.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let shared = Arc::clone(&shared);
                async move { Ok::<_, std::convert::Infallible>(answer(request, &shared).await) }
            });
            // A client that breaks the connection off is its own affair.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(READ_TIMEOUT)
                // Who has nothing to send leaves its place to others; on loopback, to come back costs next to nothing.
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service)
                .await;
            drop(permit);
        });
    }
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Response<Empty<Bytes>> {
    let mut response = Response::new(Empty::new());
    *response.status_mut() = match receive(request, shared).await {
        Ok(()) => StatusCode::OK,
        Err(status) => status,
    };
    let protobuf = http::HeaderValue::from_static("application/x-protobuf");
    response.headers_mut().insert(CONTENT_TYPE, protobuf);
    response
}

async fn receive(request: Request<Incoming>, shared: &Shared) -> Result<(), StatusCode> {
    if request.method() != Method::POST {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let traces = match request.uri().path() {
        "/v1/traces" => true,
        "/v1/metrics" | "/v1/logs" => false,
        _ => return Err(StatusCode::NOT_FOUND),
    };
    // A web page can make a browser post here, but not with this content type.
    let protobuf = |value: &http::HeaderValue| {
        let kind = value.as_bytes().split(|byte| *byte == b';').next();
        kind.is_some_and(|kind| {
            kind.trim_ascii()
                .eq_ignore_ascii_case(b"application/x-protobuf")
        })
    };
    if !request.headers().get(CONTENT_TYPE).is_some_and(protobuf) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let encoding = Encoding::of(request.headers())?;
    let body = Limited::new(request.into_body(), MAX_BODY).collect();
    let body = tokio::time::timeout(READ_TIMEOUT, body)
        .await
        .map_err(|_| StatusCode::REQUEST_TIMEOUT)?
        .map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() {
                StatusCode::PAYLOAD_TOO_LARGE
            } else {
                StatusCode::BAD_REQUEST
            }
        })?
        .to_bytes();
    if !traces {
        return Ok(());
    }
    let body = encoding.decode(body, MAX_BODY)?;
    let request = ExportTraceServiceRequest::decode(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let spans = from_otlp(request);
    let now = Instant::now();
    let mut assembler = shared
        .assembler
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    for (trace, span) in spans {
        assembler.end(trace, span, now);
    }
    drop(assembler);
    shared.changed.notify_all();
    Ok(())
}

#[cfg(test)]
#[path = "receiver_tests.rs"]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests;
