//! Set-up happens once a process: the first call starts everything, later ones get a handle on it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;

use opentelemetry::global;
use opentelemetry_sdk::propagation::TraceContextPropagator;

use super::builder::Builder;
use super::exporters::{Providers, build};
use super::fault::{Fault, SetupError, tell};
use super::plan::Plan;
use super::telemetry::{Guard, Running, Telemetry};
use super::unknown::unknown;
#[cfg(feature = "logs")]
use crate::logs::{self, Obstacle};
use crate::propagation::Propagators;
use crate::{content, provider};

struct Started {
    plan: Plan,
    running: Arc<Running>,
    /// The guard that is alive, if one is: handles that are given out later share it.
    guard: Weak<Guard>,
}

static STARTED: Mutex<Option<Started>> = Mutex::new(None);

pub(super) fn init(builder: &Builder) -> Telemetry {
    let (telemetry, faults) = start(builder, false);
    for fault in &faults {
        tell(fault);
    }
    telemetry
        .unwrap_or_else(|| Telemetry::new(Arc::new(Running::new(None, std::time::Duration::ZERO))))
}

pub(super) fn try_init(builder: &Builder) -> Result<Telemetry, SetupError> {
    match start(builder, true) {
        (Some(telemetry), faults) if faults.is_empty() => Ok(telemetry),
        (_, faults) => Err(SetupError::new(faults)),
    }
}

/// Starts, or joins what runs. With `strict`, any fault found before the start prevents it.
fn start(builder: &Builder, strict: bool) -> (Option<Telemetry>, Vec<Fault>) {
    let (plan, mut faults) = builder.plan(|name| std::env::var_os(name));
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(started) = started.as_mut() {
        return join(started, &plan);
    }
    faults.extend(unknown(std::env::vars_os().map(|(name, _)| name)));
    #[cfg(feature = "logs")]
    if plan.local.is_some() {
        faults.extend(logs::obstacle().map(in_the_way));
    }
    if content::is_installed() && builder.content.says_something() {
        faults.push(Fault::new("Builder", "says what becomes of content, and ContentPolicy::install was called before, which counts; say it in one of the two places"));
    }
    faults.extend(handed_over(&plan));
    if strict && !faults.is_empty() {
        return (None, faults);
    }
    let providers = if plan.disabled {
        None
    } else {
        let (providers, more) = build_apart(plan.clone(), strict);
        faults.extend(more);
        providers
    };
    if strict && !faults.is_empty() {
        return (None, faults);
    }
    // Before the instruments are made, which have names.
    if let Some(version) = builder.chosen_semconv() {
        version.choose();
    }
    install(&plan, providers.as_ref());
    #[cfg(feature = "logs")]
    take_logs(&plan);
    let running = Arc::new(Running::new(providers, plan.shutdown_timeout));
    let telemetry = Telemetry::new(Arc::clone(&running));
    *started = Some(Started {
        plan,
        running,
        guard: telemetry.downgrade(),
    });
    (Some(telemetry), faults)
}

fn join(started: &mut Started, plan: &Plan) -> (Option<Telemetry>, Vec<Fault>) {
    let mut faults = Vec::new();
    let differences = started.plan.differences(plan);
    if !differences.is_empty() {
        faults.push(Fault::new("init", format!(
            "was called before with other values for {}, so the first call counts; call it once, at the start of `main`",
            differences.join(", ")
        )));
    }
    if started.running.is_over() {
        faults.push(Fault::new("init", "telemetry was shut down before and does not start again; shut it down at the end of `main` only"));
    }
    let telemetry = started.guard.upgrade().map_or_else(
        || Telemetry::new(Arc::clone(&started.running)),
        Telemetry::from_guard,
    );
    started.guard = telemetry.downgrade();
    (Some(telemetry), faults)
}

/// Builds on a thread of its own: the HTTP client may neither be made nor be dropped inside a runtime, and the SDK panics
/// where the system gives it no thread. With `strict`, what was built is dropped there again if anything was wrong.
fn build_apart(plan: Plan, strict: bool) -> (Option<Providers>, Vec<Fault>) {
    let build = move || {
        let (providers, faults) = build(&plan);
        let keep = !strict || faults.is_empty();
        (keep.then_some(providers), faults)
    };
    thread::Builder::new()
        .name("agent-otel-setup".to_owned())
        .spawn(move || catch_unwind(AssertUnwindSafe(build)))
        .ok()
        .and_then(|building| building.join().ok()?.ok())
        .unwrap_or_else(|| {
            let fault = "the system gives this process no thread, so there is no telemetry; raise the limit of threads";
            (None, vec![Fault::new("init", fault)])
        })
}

/// What was handed over by [`Providers`](crate::Providers) before, where this would hand over another: it stays.
fn handed_over(plan: &Plan) -> Option<Fault> {
    let before = provider::handed_over();
    let taken = [
        ("tracer", before.tracer),
        ("meter", before.meter && plan.metrics.is_some()),
        ("logger", before.logger && plan.logs.is_some()),
    ];
    let taken: Vec<_> = taken
        .iter()
        .filter_map(|(what, taken)| taken.then_some(format!("a {what}")))
        .collect();
    (!taken.is_empty() && !plan.disabled).then(|| {
        Fault::new("init", format!(
            "{} was handed over before, by Providers::install or, in a test, by testing::capture, and that counts; set telemetry up in one way only",
            taken.join(" and ")
        ))
    })
}

fn install(plan: &Plan, providers: Option<&Providers>) {
    // Propagation is not telemetry: it works where the SDK is disabled, too (OpenTelemetry specification,
    // "General SDK Configuration"). Baggage is left out, since it would carry whatever a caller sends to third parties.
    if Propagators::spoken().trace_context {
        global::set_text_map_propagator(TraceContextPropagator::new());
    }
    if let Some(model_spans) = plan.model_spans {
        model_spans.decide();
    }
    // Nor is what must stay in the process: messages of errors are masked wherever they go.
    content::install(plan.content.clone());
    let Some(providers) = providers else {
        provider::disable();
        return;
    };
    global::set_tracer_provider(providers.tracer.clone());
    let mut ours = crate::Providers::new().direct(Arc::clone(&providers.direct));
    if let Some(meter) = &providers.meter {
        global::set_meter_provider(meter.clone());
        ours = ours.meter(meter);
    }
    if let Some(logger) = &providers.logger {
        ours = ours.logger(logger);
    }
    // What was there before was told already.
    let _ = ours.install();
}

/// Takes what the program logs, where it wants that. What is in the way from before was told already.
#[cfg(feature = "logs")]
fn take_logs(plan: &Plan) {
    if plan.waterfall && !plan.disabled {
        logs::beside_waterfall();
    }
    let Some(local) = &plan.local else {
        return;
    };
    if (local.prints || plan.logs.is_some()) && logs::obstacle().is_none() {
        if let Some(obstacle) = logs::install(local) {
            tell(&in_the_way(obstacle));
        }
    }
}

#[cfg(feature = "logs")]
fn in_the_way(obstacle: Obstacle) -> Fault {
    Fault::new(
        "Builder::logs",
        match obstacle {
            Obstacle::Subscriber => {
                "a subscriber of tracing is set already, so it stays and takes the log records alone; add `agent_otel::logs::layer()` to it"
            }
            Obstacle::Logger => {
                "a logger of log is set already, so it stays and takes the records of log alone; put it into `agent_otel::logs::logger(…)`"
            }
        },
    )
}
