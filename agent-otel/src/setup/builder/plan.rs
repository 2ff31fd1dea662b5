//! What the code says, joined with what the environment says.

use std::ffi::OsString;
use std::time::Duration;

use opentelemetry::KeyValue;

use super::Builder;
use crate::content;
use crate::semconv::SERVICE_NAME;
use crate::setup::environment::Environment;
use crate::setup::fault::Fault;
use crate::setup::plan::{Otlp, Plan};
use crate::setup::sampler::Sampler;
use crate::setup::signal::{Signal, SignalEnvironment};
use crate::setup::value::{Endpoint, Headers};

/// Where OTLP goes when it is asked for by name and no address is set (OTLP exporter specification).
const DEFAULT_ENDPOINT: &str = "http://localhost:4318";
/// Longer than anybody waits, and short enough to count with.
const MAX_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(600);
/// How long a span waits for others before it goes to another process's console: a person is looking.
const CONSOLE_DELAY: Duration = Duration::from_millis(200);

impl Builder {
    /// Joins this with the environment.
    pub(in crate::setup) fn plan(
        &self,
        lookup: impl Fn(&str) -> Option<OsString>,
    ) -> (Plan, Vec<Fault>) {
        let (environment, mut faults) = Environment::read(lookup);
        let resource = self.resource(&environment);
        let mut plan = Plan {
            disabled: environment.disabled,
            service: service_name(&resource),
            resource,
            traces: Vec::new(),
            metrics: None,
            logs: None,
            waterfall: false,
            sampler: self.chosen_sampler(environment.sampler, &mut faults),
            spans: environment.spans,
            records: environment.records,
            metric_interval: environment.metric_interval,
            temporality: environment.temporality,
            limits: environment.limits,
            shutdown_timeout: self
                .shutdown_timeout
                .unwrap_or(environment.shutdown_timeout)
                .min(MAX_SHUTDOWN_TIMEOUT),
            model_spans: self.model_spans,
            #[cfg(feature = "logs")]
            local: self.logs.then(|| local(&environment, &mut faults)),
            content: content::Policy::new(self.content.clone(), environment.content.clone()),
        };
        self.destinations(environment, &mut plan, &mut faults);
        (plan, faults)
    }

    fn resource(&self, environment: &Environment) -> Vec<KeyValue> {
        let mut resource = vec![KeyValue::new(SERVICE_NAME, self.service_name.clone())];
        let from_environment = environment.resource.iter().cloned();
        let named = environment.service_name.clone();
        let later = from_environment
            .chain(named.map(|name| (SERVICE_NAME.to_owned(), name)))
            .map(|(key, value)| KeyValue::new(key, value))
            .chain(self.resource.iter().cloned());
        for attribute in later {
            match resource.iter_mut().find(|known| known.key == attribute.key) {
                Some(known) => known.value = attribute.value,
                None => resource.push(attribute),
            }
        }
        resource
    }

    fn chosen_sampler(&self, environment: Option<Sampler>, faults: &mut Vec<Fault>) -> Sampler {
        let Some(sampler) = self.sampler else {
            return environment.unwrap_or_default();
        };
        match sampler.ratio() {
            Some(ratio) if !(0.0..=1.0).contains(&ratio) => {
                faults.push(
                    Fault::new("Builder::sampler", "has a ratio outside 0 to 1, so parentbased_always_on is used; give the share of traces to keep")
                        .with_value(&ratio.to_string()),
                );
                Sampler::default()
            }
            _ => sampler,
        }
    }

    fn destinations(&self, environment: Environment, plan: &mut Plan, faults: &mut Vec<Fault>) {
        let base = self
            .endpoint
            .as_ref()
            .and_then(|base| Endpoint::parse("Builder::endpoint", &base.0, faults));
        let (spans, records) = (plan.spans.timeout, plan.records.timeout);
        let mut otlp = |signal: Signal, environment: &SignalEnvironment| {
            if environment.exporters.none {
                return None;
            }
            let endpoint = match (&base, &environment.endpoint) {
                (Some(base), _) => base.join(signal.path(), faults),
                (None, Some(endpoint)) => endpoint.clone(),
                (None, None) if environment.exporters.otlp => {
                    Endpoint::parse(signal.exporter_variable(), DEFAULT_ENDPOINT, faults)?
                        .join(signal.path(), faults)
                }
                (None, None) => return None,
            };
            let mut headers = environment.headers.clone();
            for (name, value) in &self.headers {
                headers.insert(name, &value.0, faults);
            }
            Some(Otlp {
                endpoint,
                headers,
                timeout: match signal {
                    Signal::Traces => environment.timeout.min(spans),
                    Signal::Logs => environment.timeout.min(records),
                    Signal::Metrics => environment.timeout,
                },
                to_console: false,
                delay: plan.spans.delay,
            })
        };
        let traces = environment.traces;
        let only_console = traces.exporters.console && !traces.exporters.otlp;
        plan.metrics = otlp(Signal::Metrics, &environment.metrics);
        let logs = environment.logs;
        let only_printed = logs.exporters.console && !logs.exporters.otlp;
        plan.logs = otlp(Signal::Logs, &logs).filter(|_| !only_printed);
        let traces_otlp = if only_console {
            None
        } else {
            otlp(Signal::Traces, &traces)
        };
        plan.traces.extend(traces_otlp);

        let to_console = environment
            .console_endpoint
            .filter(|_| !traces.exporters.none);
        if let Some(endpoint) = to_console {
            plan.traces.push(Otlp {
                endpoint,
                headers: Headers::default(),
                timeout: traces.timeout.min(spans),
                to_console: true,
                delay: CONSOLE_DELAY.min(plan.spans.delay),
            });
        } else if !traces.exporters.none {
            plan.waterfall = self
                .console
                .unwrap_or(traces.exporters.console || plan.traces.is_empty());
        }
    }
}

/// What happens to log records in this process, and what is wrong with the variables that say so.
#[cfg(feature = "logs")]
fn local(environment: &Environment, faults: &mut Vec<Fault>) -> crate::logs::Local {
    let (levels, wrong) = environment.levels.clone();
    faults.extend(wrong);
    let exporters = environment.logs.exporters;
    let nothing_said = !exporters.otlp && !exporters.console && !exporters.none;
    crate::logs::Local {
        levels,
        prints: nothing_said || exporters.console,
    }
}

fn service_name(resource: &[KeyValue]) -> String {
    let name = resource
        .iter()
        .find(|attribute| attribute.key.as_str() == SERVICE_NAME)
        .map(|attribute| attribute.value.as_str().into_owned())
        .unwrap_or_default();
    if name.is_empty() {
        "unknown_service".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
