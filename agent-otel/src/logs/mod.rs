//! Records of `tracing` and `log`, exported and printed with the ids of the trace and the span that they belong to.
//!
//! One line sets all of it up where the program has no subscriber of its own:
//!
//! ```
//! let telemetry = agent_otel::Builder::new("shop").logs(true).init();
//! tracing::warn!(order = 9999, "no such order");
//! # telemetry.shutdown_blocking();
//! ```
//!
//! Where a span is current, the line that is printed on standard error ends with its ids:
//!
//! ```text
//! 12:03:04.123Z  WARN shop::orders  no such order  order=9999  trace=4bf92f35 span=00f067aa
//! ```
//!
//! A program with a subscriber of its own adds [`layer`] to it, one with a logger of its own wraps it in [`logger`].
//!
//! # What is exported
//!
//! Records go to the OTLP endpoint of logs, with the resource of the service, and with trace id, span id and flags of the
//! OpenTelemetry context that is current: that of an annotated function, on tasks that [`in_context`](crate::in_context)
//! wraps too, or that of a `tracing` span where `tracing-opentelemetry` makes spans of those. The target is the scope, the
//! message the body, fields are attributes; a field that holds an error becomes `exception.message`. Fields of `tracing`
//! spans around a record stay with those. Before `init` and after `shutdown` nothing is exported.
//!
//! Records of the exporter's own HTTP client would be exported by it and cause the next ones, so those of `h2`, `hyper`,
//! `hyper_util`, `opentelemetry*`, `reqwest`, `rustls`, `rustls_platform_verifier`, `tonic` and `tower` are printed and
//! never exported, whoever caused them; nor is what is logged while telemetry is suppressed.
//!
//! Messages and fields are the program's own words. Each text passes the place where error messages do: the built-in
//! [patterns](crate::Pattern), and a [`Redactor`](crate::Redactor) where there is one, for which the record's macro waits.
//! It is cut at 64 KiB.
//!
//! # Which records
//!
//! Those from `INFO` up, or what `RUST_LOG` says: levels by target, as in `info,shop=debug,hyper=off`, the most exact
//! target first. Where it is not set, `OTEL_LOG_LEVEL` is the level of everything; where it is, `OTEL_LOG_LEVEL` is the
//! level of OpenTelemetry's own records.
//!
//! # What is printed
//!
//! | `OTEL_LOGS_EXPORTER` | exported | printed |
//! |---|---|---|
//! | not set | where an endpoint is set | yes |
//! | `otlp` | yes | no |
//! | `console` | no | yes |
//! | `otlp,console` | yes | yes |
//! | `none` | no | no |
//!
//! Ids are cut to eight digits where a waterfall is drawn in the same terminal, whose head has the trace's id in full;
//! anywhere else they stand in full. Times are in UTC. A line is written in one piece before the record's macro returns;
//! where standard error takes nothing for a moment, as a stopped terminal does, the program goes on and the line follows.
//!
//! Logs Data Model; "Trace Context in non-OTLP Log Formats".

mod bridge;
mod export;
mod install;
mod levels;
mod line;
mod logger;
mod record;
mod redact;

use tracing_core::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use bridge::Bridge;
pub(crate) use install::{Local, Obstacle, beside_waterfall, install, obstacle};
pub(crate) use levels::{Levels, OTEL_LOG_LEVEL, RUST_LOG};
use logger::Logger;

/// A layer that exports events of `tracing` with the ids of the current trace and span, for a subscriber of your own.
///
/// It works whether it is added before or after [`init`](crate::init): the provider is looked up with each event. It takes
/// events as [the module](self#which-records) says, whatever other layers take; a filter of your own narrows that further.
/// Records of `log` reach it where `tracing-log` forwards them, as the `init` of `tracing-subscriber` arranges.
///
/// In a test, [`testing::capture`](crate::testing) shows its records below their spans.
///
/// ```
/// use tracing_subscriber::layer::SubscriberExt as _;
/// use tracing_subscriber::util::SubscriberInitExt as _;
///
/// tracing_subscriber::registry()
///     // … layers of your own …
///     .with(agent_otel::logs::layer())
///     .init();
/// let telemetry = agent_otel::init("shop");
/// # telemetry.shutdown_blocking();
/// ```
pub fn layer<S>() -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    Bridge::exporting().with_filter(Levels::of_environment().targets())
}

/// A layer that prints events of `tracing` on standard error with the ids of the current trace and span, for a subscriber
/// of your own. It takes the same events as [`layer`].
///
/// ```
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// let subscriber = tracing_subscriber::registry()
///     .with(agent_otel::logs::layer())
///     .with(agent_otel::logs::terminal());
/// # drop(subscriber);
/// ```
pub fn terminal<S>() -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    Bridge::printing().with_filter(Levels::of_environment().targets())
}

/// A logger of `log` that exports each record with the ids of the current trace and span and hands it on to `inner`, for
/// programs with a logger of their own.
///
/// It exports records as [the module](self#which-records) says; `inner` takes those that it has enabled.
///
/// ```
/// # struct Mine;
/// # impl log::Log for Mine {
/// #     fn enabled(&self, _: &log::Metadata<'_>) -> bool { true }
/// #     fn log(&self, _: &log::Record<'_>) {}
/// #     fn flush(&self) {}
/// # }
/// # fn main() -> Result<(), log::SetLoggerError> {
/// log::set_boxed_logger(Box::new(agent_otel::logs::logger(Mine)))?;
/// log::set_max_level(log::LevelFilter::Info);
/// # Ok(())
/// # }
/// ```
pub fn logger(inner: impl log::Log + 'static) -> impl log::Log {
    Logger::around(inner, Levels::of_environment().targets())
}
