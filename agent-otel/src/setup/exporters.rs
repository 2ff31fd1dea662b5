//! From a plan to running providers. Everything here runs on a plain thread: the HTTP client starts a runtime of its own,
//! and neither its start nor its end is allowed inside another runtime.

use std::collections::HashMap;
use std::sync::Arc;

use opentelemetry_otlp::{
    LogExporter, MetricExporter, Protocol, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::{self, SdkLoggerProvider};
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::resource::TelemetryResourceDetector;
use opentelemetry_sdk::trace::{self, BatchSpanProcessor, SdkTracerProvider, SpanProcessor as _};

use super::accounting::{Accounting, Tally};
use super::fault::Fault;
use super::health::Health;
use super::plan::{Otlp, Plan};
use super::processor::{Lane, Pipeline};
use super::records::{Counted, Records};
use super::signal::Signal;
use super::transport::{Deadline, Transport, client};
use crate::console::Style;
use crate::console::printer::Printer;
use crate::span::direct::DirectTracer;

/// What runs.
pub(super) struct Providers {
    pub(super) tracer: SdkTracerProvider,
    pub(super) direct: Arc<DirectTracer>,
    pub(super) meter: Option<SdkMeterProvider>,
    pub(super) logger: Option<SdkLoggerProvider>,
    pub(super) records: Option<Records>,
    pub(super) pipeline: Pipeline,
    pub(super) deadline: Arc<Deadline>,
    /// Of everything that is sent somewhere.
    pub(super) tallies: Vec<Arc<Tally>>,
}

/// Builds what `plan` says. What cannot be built is left out and becomes a fault.
pub(super) fn build(plan: &Plan) -> (Providers, Vec<Fault>) {
    let mut workshop = Workshop {
        plan,
        resource: Resource::builder_empty()
            .with_detector(Box::new(TelemetryResourceDetector))
            .with_attributes(plan.resource.iter().cloned())
            .with_service_name(plan.service.clone())
            .build(),
        deadline: Arc::default(),
        health: HashMap::new(),
        tallies: Vec::new(),
        records: None,
        faults: Vec::new(),
    };
    let pipeline = Pipeline::new(workshop.lanes(), workshop.exports_spans());
    let providers = Providers {
        tracer: workshop.tracer(pipeline.clone()),
        direct: Arc::new(workshop.direct(pipeline.clone())),
        meter: workshop.meter(),
        logger: workshop.logger(),
        records: workshop.records,
        pipeline,
        deadline: workshop.deadline,
        tallies: workshop.tallies,
    };
    (providers, workshop.faults)
}

struct Workshop<'a> {
    plan: &'a Plan,
    resource: Resource,
    deadline: Arc<Deadline>,
    /// By receiver: three signals that fail for one reason are told once.
    health: HashMap<String, Arc<Health>>,
    tallies: Vec<Arc<Tally>>,
    records: Option<Records>,
    faults: Vec<Fault>,
}

impl Workshop<'_> {
    fn lanes(&mut self) -> Vec<Lane> {
        let mut lanes = Vec::new();
        for otlp in &self.plan.traces {
            let Some((transport, tally)) = self.transport(otlp, Signal::Traces) else {
                continue;
            };
            let exporter = SpanExporter::builder()
                .with_http()
                .with_protocol(Protocol::HttpBinary)
                .with_endpoint(otlp.endpoint.public())
                .with_timeout(otlp.timeout)
                .with_http_client(transport)
                .build();
            let Some(exporter) = self.built(otlp, exporter) else {
                continue;
            };
            let batch = &self.plan.spans;
            let config = trace::BatchConfigBuilder::default()
                .with_max_queue_size(batch.queue)
                .with_max_export_batch_size(batch.size)
                .with_scheduled_delay(otlp.delay)
                .build();
            let exporter = Accounting::new(exporter, Arc::clone(&tally));
            let mut batch = BatchSpanProcessor::new(exporter, config);
            // Here and not by the provider, which cannot reach lanes that are shared.
            batch.set_resource(&self.resource);
            lanes.push(Lane::Otlp { batch, tally });
        }
        if self.plan.waterfall {
            lanes.extend(self.waterfall());
        }
        lanes
    }

    fn waterfall(&mut self) -> Option<Lane> {
        let out = Box::new(std::io::stderr());
        let service = self.plan.service.clone();
        // Starts and ends are both queued, and a burst is worth seeing whole: nothing is sent from here, so room is cheap.
        let capacity = self.plan.spans.queue.saturating_mul(8);
        match Printer::start(service, out, Style::of_stderr(), capacity) {
            Ok(printer) => Some(Lane::Waterfall {
                printer,
                tally: Tally::new("the terminal".to_owned(), Arc::default(), Signal::Traces),
            }),
            Err(error) => {
                self.faults.push(Fault::new("console", format!(
                    "the thread that prints could not be started ({}), so nothing is printed; raise the limit of threads", error.kind()
                )));
                None
            }
        }
    }

    /// What makes the spans of annotated functions.
    fn direct(&self, pipeline: Pipeline) -> DirectTracer {
        let sampler = self.plan.sampler;
        DirectTracer::new(Box::new(pipeline))
            .with_sampler(sampler.is_parent_based(), sampler.root())
            .with_limits(self.limits())
    }

    /// What makes the spans of others, by way of the global provider. They go where ours go.
    fn tracer(&self, pipeline: Pipeline) -> SdkTracerProvider {
        let sampler = self.plan.sampler;
        let builder = SdkTracerProvider::builder()
            .with_resource(self.resource.clone())
            .with_span_limits(self.limits());
        let builder = if sampler.is_parent_based() {
            builder.with_sampler(trace::Sampler::parent_based(sampler.root()))
        } else {
            builder.with_sampler(sampler.root())
        };
        if self.exports_spans() {
            builder.with_span_processor(pipeline).build()
        } else {
            builder.build()
        }
    }

    /// Whether spans are to go anywhere.
    fn exports_spans(&self) -> bool {
        !self.plan.traces.is_empty() || self.plan.waterfall
    }

    fn limits(&self) -> trace::SpanLimits {
        let limits = &self.plan.limits;
        trace::SpanLimits {
            max_attributes_per_span: limits.attributes,
            max_events_per_span: limits.events,
            max_links_per_span: limits.links,
            ..Default::default()
        }
    }

    fn meter(&mut self) -> Option<SdkMeterProvider> {
        let otlp = self.plan.metrics.as_ref()?;
        let (transport, tally) = self.transport(otlp, Signal::Metrics)?;
        let exporter = MetricExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(otlp.endpoint.public())
            .with_timeout(otlp.timeout)
            .with_temporality(self.plan.temporality)
            .with_http_client(transport)
            .build();
        let exporter = Accounting::new(self.built(otlp, exporter)?, tally);
        let reader = PeriodicReader::builder(exporter)
            .with_interval(self.plan.metric_interval)
            .build();
        let builder = SdkMeterProvider::builder().with_resource(self.resource.clone());
        Some(builder.with_reader(reader).build())
    }

    fn logger(&mut self) -> Option<SdkLoggerProvider> {
        let otlp = self.plan.logs.as_ref()?;
        let (transport, tally) = self.transport(otlp, Signal::Logs)?;
        let exporter = LogExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(otlp.endpoint.public())
            .with_timeout(otlp.timeout)
            .with_http_client(transport)
            .build();
        let records = Records::new(Arc::clone(&tally));
        let exporter = Accounting::new(self.built(otlp, exporter)?, tally);
        let batch = &self.plan.records;
        let config = logs::BatchConfigBuilder::default()
            .with_max_queue_size(batch.queue)
            .with_max_export_batch_size(batch.size)
            .with_scheduled_delay(batch.delay)
            .build();
        let processor = logs::BatchLogProcessor::builder(exporter)
            .with_batch_config(config)
            .build();
        self.records = Some(records.clone());
        let builder = SdkLoggerProvider::builder().with_resource(self.resource.clone());
        let processor = Counted::new(processor, records, self.plan.shutdown_timeout);
        Some(builder.with_log_processor(processor).build())
    }

    fn transport(&mut self, otlp: &Otlp, signal: Signal) -> Option<(Transport, Arc<Tally>)> {
        let health = Arc::clone(self.health.entry(otlp.endpoint.origin()).or_default());
        let tally = Tally::new(otlp.endpoint.to_string(), health, signal);
        let deadline = Arc::clone(&self.deadline);
        let client = self.built(otlp, client(otlp).map_err(reqwest::Error::without_url))?;
        self.tallies.push(Arc::clone(&tally));
        let transport = Transport::new(client, otlp.clone(), signal, deadline, Arc::clone(&tally));
        Some((transport, tally))
    }

    fn built<T, E: std::fmt::Display>(&mut self, otlp: &Otlp, built: Result<T, E>) -> Option<T> {
        built
            .map_err(|error| {
                self.faults.push(Fault::new(
                    otlp.endpoint.variable,
                    format!("the exporter to {} could not be built ({error}), so nothing goes there; check the address", otlp.endpoint),
                ));
            })
            .ok()
    }
}

#[cfg(all(test, feature = "receiver"))]
mod tests {
    use std::ffi::OsString;
    use std::time::Duration;

    use opentelemetry::trace::{Tracer as _, TracerProvider as _};

    use super::super::builder::Builder;
    use crate::console::Receiver;

    /// Two services of one trace, each with its own providers, shown by one console.
    #[test]
    fn what_two_services_send_is_one_trace_of_the_receiver() -> std::io::Result<()> {
        let receiver = Receiver::start()?;
        let lookup = |name: &str| {
            (name == Receiver::CONSOLE_ENDPOINT).then(|| OsString::from(receiver.endpoint()))
        };
        let build = |service| {
            let (plan, faults) = Builder::new(service).plan(lookup);
            assert!(faults.is_empty(), "{faults:?}");
            super::build(&plan)
        };
        let ((front, _), (back, _)) = (build("front"), build("back"));
        front.tracer.tracer("test").in_span("root", |_| {
            back.tracer.tracer("test").in_span("below", |_| {});
        });
        for providers in [&front, &back] {
            let _ = providers
                .tracer
                .shutdown_with_timeout(Duration::from_secs(60));
            let report = providers.pipeline.report();
            assert_eq!((report.ended, report.exported), (1, 1), "{report}");
        }
        let traces = receiver.finish();
        assert_eq!(traces.len(), 1);
        assert_eq!(traces[0].totals().services, 2);
        assert_eq!(traces[0].orphans().count(), 0);
        assert_eq!(traces[0].roots().count(), 1);
        Ok(())
    }
}
