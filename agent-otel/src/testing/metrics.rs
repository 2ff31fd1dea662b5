//! What was measured, as data to look at.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};

/// Everything that was measured in this process since the first capture.
///
/// Metrics are sums over the process, so other tests of the same process are in them: tell yours apart by the name of a
/// model, an agent or a tool. Displayed, a line is a point.
///
/// # Examples
///
/// ```
/// use agent_otel::{testing, tool};
///
/// #[tool]
/// fn lookup_of_metrics() {}
///
/// testing::capture(lookup_of_metrics);
/// let metrics = testing::metrics();
/// let points = metrics.with("gen_ai.tool.name", "lookup_of_metrics");
/// assert_eq!(points[0].name, "gen_ai.execute_tool.duration");
/// assert_eq!(points[0].count, 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Metrics(Vec<Point>);

/// One metric with one set of attributes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Point {
    /// The metric's name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// `histogram` or `counter`.
    pub instrument: &'static str,
    /// The attributes, sorted by key.
    pub attributes: Vec<(String, String)>,
    /// How often a histogram was recorded; 1 for a counter.
    pub count: u64,
    /// The sum of what was recorded.
    pub sum: f64,
    /// The bucket boundaries of a histogram.
    pub boundaries: Vec<f64>,
}

impl Metrics {
    /// All points.
    pub fn points(&self) -> &[Point] {
        &self.0
    }

    /// The points that have this attribute, by the names of their metrics.
    pub fn with(&self, key: &str, value: &str) -> Vec<&Point> {
        let mut points: Vec<_> = self
            .0
            .iter()
            .filter(|point| point.attribute(key) == Some(value))
            .collect();
        points.sort_by(|a, b| a.name.cmp(&b.name));
        points
    }
}

impl Point {
    /// The value of an attribute.
    pub fn attribute(&self, key: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(known, _)| known == key)
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} [{}]", self.instrument, self.name, self.unit)?;
        for (key, value) in &self.attributes {
            write!(f, " {key}={value}")?;
        }
        // Times differ from run to run; counts do not.
        if self.unit == "s" {
            write!(f, ": {} times", self.count)
        } else {
            write!(f, ": {} in {}", self.sum, self.count)
        }
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|point| writeln!(f, "{point}"))
    }
}

/// The meter provider of the captures, and what it has exported last.
#[derive(Debug)]
pub(super) struct Meters {
    pub(super) provider: SdkMeterProvider,
    last: Arc<Mutex<Metrics>>,
}

impl Meters {
    pub(super) fn new() -> Self {
        let last = Arc::<Mutex<Metrics>>::default();
        let exporter = Exporter(Arc::clone(&last));
        let reader = PeriodicReader::builder(exporter)
            // Nobody reads but on demand.
            .with_interval(Duration::from_secs(86_400))
            .build();
        let provider = SdkMeterProvider::builder().with_reader(reader).build();
        Self { provider, last }
    }

    pub(super) fn collect(&self) -> Metrics {
        let _ = self.provider.force_flush();
        self.last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[derive(Debug)]
struct Exporter(Arc<Mutex<Metrics>>);

impl PushMetricExporter for Exporter {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let metrics = Metrics(points(metrics));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = metrics;
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

fn points(metrics: &ResourceMetrics) -> Vec<Point> {
    let mut points = Vec::new();
    for metric in metrics.scope_metrics().flat_map(ScopeMetrics::metrics) {
        let mut add = |instrument, attributes: Vec<(String, String)>, count, sum, boundaries| {
            points.push(Point {
                name: metric.name().to_owned(),
                unit: metric.unit().to_owned(),
                instrument,
                attributes,
                count,
                sum,
                boundaries,
            });
        };
        #[expect(clippy::cast_precision_loss, reason = "counts of a test")]
        match metric.data() {
            AggregatedMetrics::F64(MetricData::Histogram(data)) => {
                for point in data.data_points() {
                    add(
                        "histogram",
                        texts(point.attributes()),
                        point.count(),
                        point.sum(),
                        point.bounds().collect(),
                    );
                }
            }
            AggregatedMetrics::U64(MetricData::Histogram(data)) => {
                for point in data.data_points() {
                    add(
                        "histogram",
                        texts(point.attributes()),
                        point.count(),
                        point.sum() as f64,
                        point.bounds().collect(),
                    );
                }
            }
            AggregatedMetrics::U64(MetricData::Sum(data)) => {
                for point in data.data_points() {
                    let sum = point.value() as f64;
                    add("counter", texts(point.attributes()), 1, sum, Vec::new());
                }
            }
            _ => {}
        }
    }
    points
}

fn texts<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> Vec<(String, String)> {
    let mut texts: Vec<_> = attributes
        .map(|attribute| (attribute.key.to_string(), attribute.value.to_string()))
        .collect();
    texts.sort();
    texts
}
