//! The command line: the question, and the faults to play on the way to its answer.

use std::{fmt, str::FromStr, time::Duration};

pub(crate) const HELP: &str = "\
Ask a shop of three AI agents a question, and see the trace of its answer.

usage: ecommerce [--fail WHAT]... [--slow AGENT=TIME]... QUESTION

  --fail WHAT         a tool whose database breaks: order_status, orders_of_customer, cancel_order,
                      search_products, stock, price; an agent that cannot be reached:
                      order-management, product-discovery; or the model: `model` (too many
                      requests, 429), `key` (wrong API key, 401)
  --slow AGENT=TIME   an agent that takes its time, such as order-management=2s or =300ms

Ask about orders 1041 to 1044, customers C-17 and C-18, kettles, mugs, grinders and teapots:

  ecommerce \"Where is my order 1042?\"
  ecommerce \"Where is my order 9999?\"
  ecommerce \"Is the blue kettle in stock, and where is my order 1042?\"
  ecommerce --fail order_status \"Where is my order 1042?\"
  ecommerce --slow product-discovery=2s \"How much is the green teapot?\"

The model is a small one, embedded here, unless OPENAI_API_KEY or OPENAI_BASE_URL is set
(OPENAI_MODEL chooses among the models of that address). Traces go to OTEL_EXPORTER_OTLP_ENDPOINT,
too, if it is set. What people and models write stays out of them, unless
OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=span_only.";

const FAILURES: [&str; 10] = [
    "order_status",
    "orders_of_customer",
    "cancel_order",
    "search_products",
    "stock",
    "price",
    "order-management",
    "product-discovery",
    "model",
    "key",
];

/// What this process is to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// Open the shop, ask one question, close it.
    Ask {
        question: String,
        faults: Faults,
    },
    /// Be one of its agents: how the shop starts its own children.
    Serve {
        service: Service,
        faults: Faults,
    },
    Help,
}

impl Command {
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut faults = Faults::default();
        let mut words = Vec::new();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--help" | "-h" => return Ok(Self::Help),
                "--fail" => faults.add_failure(&args.next().unwrap_or_default())?,
                "--slow" => faults.add_delay(&args.next().unwrap_or_default())?,
                option if option.starts_with("--") => {
                    return Err(format!("there is no option {option}"));
                }
                _ => words.push(arg),
            }
        }
        match words.as_slice() {
            [] => Err("what is the question?".to_owned()),
            [serve, service] if serve == "serve" => Ok(Self::Serve {
                service: service.parse()?,
                faults,
            }),
            words => Ok(Self::Ask {
                question: words.join(" "),
                faults,
            }),
        }
    }
}

/// The three agents, each a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Orchestrator,
    OrderManagement,
    ProductDiscovery,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Orchestrator => "orchestrator",
            Self::OrderManagement => "order-management",
            Self::ProductDiscovery => "product-discovery",
        })
    }
}

impl FromStr for Service {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        [
            Self::Orchestrator,
            Self::OrderManagement,
            Self::ProductDiscovery,
        ]
        .into_iter()
        .find(|service| service.to_string() == name)
        .ok_or_else(|| {
            format!("no agent {name:?}: orchestrator, order-management or product-discovery")
        })
    }
}

/// What is to go wrong, so that one can see how it looks in the trace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    failures: Vec<String>,
    delays: Vec<(Service, Duration)>,
    /// The options as they were given: the shop hands them on to its children.
    pub(crate) args: Vec<String>,
}

impl Faults {
    pub(crate) fn fails(&self, what: &str) -> bool {
        self.failures.iter().any(|failure| failure == what)
    }

    pub(crate) fn delay(&self, service: Service) -> Duration {
        let of_service = self.delays.iter().filter(|(slow, _)| *slow == service);
        of_service.map(|(_, delay)| *delay).sum()
    }

    fn add_failure(&mut self, what: &str) -> Result<(), String> {
        if !FAILURES.contains(&what) {
            return Err(format!("--fail takes one of {}", FAILURES.join(", ")));
        }
        self.failures.push(what.to_owned());
        self.args.extend(["--fail".to_owned(), what.to_owned()]);
        Ok(())
    }

    fn add_delay(&mut self, delay: &str) -> Result<(), String> {
        let wrong = || format!("--slow takes AGENT=TIME, such as order-management=2s: {delay:?}");
        let (service, time) = delay.split_once('=').ok_or_else(wrong)?;
        let time = match (time.strip_suffix("ms"), time.strip_suffix('s')) {
            (Some(millis), _) => millis.parse().map(Duration::from_millis),
            (None, Some(seconds)) => seconds.parse().map(Duration::from_secs),
            (None, None) => return Err(wrong()),
        };
        self.delays
            .push((service.parse()?, time.map_err(|_| wrong())?));
        self.args.extend(["--slow".to_owned(), delay.to_owned()]);
        Ok(())
    }
}
