//! The HTTP client of the OTLP exporters: it alone knows addresses with credentials and header values.
//!
//! The exporter of the SDK chooses its client by Cargo features, so any crate of the build could hand it an asynchronous
//! one that dies on the exporter's thread, and it logs addresses and shows headers in `Debug`. Both end here.

use std::error::Error;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use http::{Request, Response, StatusCode};
use opentelemetry_http::{Bytes, HttpClient, HttpError};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;

use super::accounting::{Tally, no_answer, nobody_there};
use super::health::Cause;
use super::plan::Otlp;
use super::signal::Signal;

/// More of an answer than this is not read: an OTLP answer is a few bytes.
const MAX_ANSWER: u64 = 1 << 20;

/// The moment after which no request may last any more, once everything is being shut down.
#[derive(Debug, Default)]
pub(super) struct Deadline(Mutex<Option<Instant>>);

impl Deadline {
    /// Sets the deadline of the requests that begin from now on.
    pub(super) fn set(&self, deadline: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = deadline;
    }

    fn remaining(&self) -> Option<Duration> {
        let deadline = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        Some(deadline.saturating_duration_since(Instant::now()))
    }
}

/// Sends what an exporter hands over to the true address with the true headers.
pub(super) struct Transport {
    client: reqwest::blocking::Client,
    otlp: Otlp,
    signal: Signal,
    deadline: Arc<Deadline>,
    tally: Arc<Tally>,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport")
            .field("otlp", &self.otlp)
            .finish_non_exhaustive()
    }
}

/// A blocking client. Must be called on a thread that is no runtime's: the client starts a runtime of its own.
pub(super) fn client(otlp: &Otlp) -> Result<reqwest::blocking::Client, reqwest::Error> {
    // No redirects: they would carry the headers of one host to another.
    let builder = reqwest::blocking::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(None);
    if otlp.to_console {
        builder.no_proxy().build()
    } else {
        builder.build()
    }
}

impl Transport {
    pub(super) fn new(
        client: reqwest::blocking::Client,
        otlp: Otlp,
        signal: Signal,
        deadline: Arc<Deadline>,
        tally: Arc<Tally>,
    ) -> Self {
        Self {
            client,
            otlp,
            signal,
            deadline,
            tally,
        }
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let timeout = self.left();
        if timeout.is_zero() {
            if !self.tally.has_cause() {
                // The first request of this export.
                self.tally.unsent();
            }
            self.tally.cause(Cause {
                reason: "the time for shutdown was over".to_owned(),
                remedy: "see AGENT_OTEL_SHUTDOWN_TIMEOUT".to_owned(),
            });
            return Ok(give_up());
        }
        let (parts, body) = request.into_parts();
        let mut headers = http::HeaderMap::new();
        // Only these: whatever else is there was read from the environment by the exporter, unchecked.
        for name in [CONTENT_TYPE, CONTENT_ENCODING, USER_AGENT] {
            if let Some(value) = parts.headers.get(&name) {
                headers.insert(name, value.clone());
            }
        }
        headers.extend(self.otlp.headers.0.clone());
        let _waiting = self.tally.wait_for(self.otlp.endpoint.variable);
        let sent = self
            .client
            .post(self.otlp.endpoint.url().clone())
            .headers(headers)
            .body(body)
            .timeout(timeout)
            .send();
        let response = match sent {
            Ok(response) => response,
            Err(error) => {
                let out_of_time = error.is_timeout() && self.left().is_zero();
                let error = self.network(error, timeout);
                return if out_of_time {
                    Ok(give_up())
                } else {
                    Err(error)
                };
            }
        };
        let status = response.status();
        let headers = response.headers().clone();
        let mut body = Vec::new();
        response
            .take(MAX_ANSWER)
            .read_to_end(&mut body)
            .map_err(|_| {
                let reason = "the answer broke off".to_owned();
                self.tally.cause(Cause {
                    reason: reason.clone(),
                    remedy: format!("see {}", self.otlp.endpoint.variable),
                });
                HttpError::from(reason)
            })?;
        if !status.is_success() {
            self.tally.cause(self.refusal(status));
        } else if is_web_page(&headers) {
            self.tally.cause(Cause {
                reason: format!("answered {status} with a web page, as no OTLP receiver does"),
                remedy: format!(
                    "does {} name something else, or is a proxy between?",
                    self.otlp.endpoint.variable
                ),
            });
            return Ok(give_up());
        } else {
            self.partial_success(&body);
        }
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// What is left of the time of the export, of which there may have been requests before.
    fn left(&self) -> Duration {
        let since = self.tally.since();
        let spent = since.map_or(Duration::ZERO, |since| since.elapsed());
        let left = self.otlp.timeout.saturating_sub(spent);
        let remaining = self.deadline.remaining();
        remaining.map_or(left, |remaining| remaining.min(left))
    }

    fn partial_success(&self, body: &[u8]) {
        // The answers to metrics and log records are the same in bytes.
        let answer = ExportTraceServiceResponse::decode(body).unwrap_or_default();
        if let Some(partial) = answer.partial_success {
            self.tally
                .reject(u64::try_from(partial.rejected_spans).unwrap_or(0));
        }
    }

    fn network(&self, error: reqwest::Error, timeout: Duration) -> HttpError {
        let variable = self.otlp.endpoint.variable;
        let what = if error.is_timeout() {
            no_answer(timeout)
        } else {
            innermost(&error.without_url())
        };
        self.tally.cause(nobody_there(what.clone(), variable));
        what.into()
    }

    fn refusal(&self, status: StatusCode) -> Cause {
        let endpoint = self.otlp.endpoint.variable;
        let remedy = match status.as_u16() {
            401 | 403 => "see OTEL_EXPORTER_OTLP_HEADERS".to_owned(),
            404 | 405 if self.lacks_path() => format!(
                "{endpoint} holds the whole address, which ends in {} in most places",
                self.signal.path()
            ),
            404 | 405 if self.signal != Signal::Traces => format!(
                "where it takes traces only, set {} to none; else see {endpoint}",
                self.signal.exporter_variable()
            ),
            404 | 405 => {
                format!("is this the base address of an OTLP/HTTP receiver? see {endpoint}")
            }
            413 => "set OTEL_BSP_MAX_EXPORT_BATCH_SIZE lower".to_owned(),
            415 => format!("does it take http/protobuf? see {endpoint}"),
            _ => format!("see the log of the receiver, or {endpoint}"),
        };
        Cause {
            reason: format!("answered {status}"),
            remedy,
        }
    }

    /// Whether the address was given as the whole address of this signal, to which nothing is appended, and has not the
    /// usual path.
    fn lacks_path(&self) -> bool {
        let endpoint = &self.otlp.endpoint;
        let path = endpoint.url().path().trim_end_matches('/');
        endpoint.variable == self.signal.endpoint_variable() && !path.ends_with(self.signal.path())
    }
}

/// What comes of a login or of a server of something else. Other types say nothing: receivers are careless with them.
fn is_web_page(headers: &http::HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| {
        let media = value.split(';').next().unwrap_or_default().trim();
        media.eq_ignore_ascii_case("text/html")
    })
}

/// An answer that the exporter does not try again: to wait and retry is what there is no time for, or no use.
fn give_up() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
    response
}

/// The cause at the bottom, which says most and holds no address.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    // What such an error wraps is no source of it: the fault of a certificate, or of a name.
    while let Some(error) = cause.downcast_ref::<std::io::Error>() {
        match error.get_ref() {
            Some(wrapped) => cause = wrapped,
            None => return error.kind().to_string(),
        }
    }
    cause
        .to_string()
        .chars()
        .take(120)
        .flat_map(char::escape_debug)
        .collect()
}

#[async_trait]
impl HttpClient for Transport {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.send(request)
    }
}
