//! Which records are taken: `RUST_LOG`, else `OTEL_LOG_LEVEL`, else from `INFO` up.

use tracing_core::LevelFilter;
use tracing_subscriber::filter::Targets;

pub(crate) const RUST_LOG: &str = "RUST_LOG";
/// Environment Variable Specification, "General SDK Configuration".
pub(crate) const OTEL_LOG_LEVEL: &str = "OTEL_LOG_LEVEL";

/// Levels by target.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Levels {
    targets: Targets,
    /// The directives of `RUST_LOG` that are not understood.
    pub(crate) unknown: Vec<String>,
    /// `OTEL_LOG_LEVEL`, where it is no level.
    pub(crate) no_level: Option<String>,
}

impl Levels {
    /// What the two variables say; empty is the same as not set.
    pub(crate) fn read(rust_log: Option<&str>, otel_log_level: Option<&str>) -> Self {
        let otel = given(otel_log_level);
        let level = otel.and_then(level);
        let mut levels = Self {
            targets: Targets::new().with_default(level.unwrap_or(LevelFilter::INFO)),
            unknown: Vec::new(),
            no_level: otel.filter(|_| level.is_none()).map(str::to_owned),
        };
        let Some(directives) = given(rust_log) else {
            return levels;
        };
        let (known, unknown): (Vec<&str>, Vec<&str>) = directives
            .split(',')
            .map(str::trim)
            .filter(|directive| !directive.is_empty())
            .partition(|directive| is_directive(directive));
        levels.unknown = unknown.into_iter().map(str::to_owned).collect();
        // Where nothing is understood, the default stays.
        if let Some(targets) = (!known.is_empty())
            .then(|| known.join(",").parse::<Targets>().ok())
            .flatten()
        {
            levels.targets = targets;
            let names_it = |(target, _): (&str, _)| target.starts_with("opentelemetry");
            if let Some(level) = level.filter(|_| !levels.targets.iter().any(names_it)) {
                levels.targets = levels.targets.with_target("opentelemetry", level);
            }
        }
        levels
    }

    /// As [`read`](Self::read), of the process's own environment.
    pub(crate) fn of_environment() -> Self {
        let text = |name| std::env::var(name).ok();
        Self::read(text(RUST_LOG).as_deref(), text(OTEL_LOG_LEVEL).as_deref())
    }

    pub(crate) fn targets(&self) -> Targets {
        self.targets.clone()
    }
}

/// Whether this says something of targets. What others understand of spans, of their fields and of messages would be taken
/// for the name of a target that there is not.
fn is_directive(directive: &str) -> bool {
    let of_others = |char: char| "[]{}/".contains(char) || char.is_whitespace();
    !directive.contains(of_others) && directive.parse::<Targets>().is_ok()
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// A level by one of the names that OpenTelemetry libraries know it by.
fn level(name: &str) -> Option<LevelFilter> {
    Some(match name.to_ascii_lowercase().as_str() {
        "none" | "off" => LevelFilter::OFF,
        "error" | "fatal" => LevelFilter::ERROR,
        "warn" | "warning" => LevelFilter::WARN,
        "info" => LevelFilter::INFO,
        "debug" => LevelFilter::DEBUG,
        "trace" | "verbose" | "all" => LevelFilter::TRACE,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use tracing_core::Level;

    use super::*;

    fn takes(levels: &Levels, target: &str) -> LevelFilter {
        [
            Level::TRACE,
            Level::DEBUG,
            Level::INFO,
            Level::WARN,
            Level::ERROR,
        ]
        .into_iter()
        .find(|level| levels.targets.would_enable(target, level))
        .map_or(LevelFilter::OFF, LevelFilter::from_level)
    }

    #[test]
    fn who_says_which_level() {
        use LevelFilter as L;
        for (rust_log, otel, shop, sdk) in [
            (None, None, L::INFO, L::INFO),
            (Some(" "), Some(""), L::INFO, L::INFO),
            (None, Some("WARNING"), L::WARN, L::WARN),
            (None, Some("none"), L::OFF, L::OFF),
            (Some("debug"), None, L::DEBUG, L::DEBUG),
            (Some("debug"), Some("error"), L::DEBUG, L::ERROR),
            (Some("shop=trace"), None, L::TRACE, L::OFF),
            (
                Some("warn,shop=debug,opentelemetry_sdk=off"),
                Some("debug"),
                L::DEBUG,
                L::OFF,
            ),
        ] {
            let levels = Levels::read(rust_log, otel);
            let name = format!("{rust_log:?} {otel:?}");
            assert_eq!(takes(&levels, "shop::orders"), shop, "{name}");
            assert_eq!(takes(&levels, "opentelemetry_sdk"), sdk, "{name}");
            assert!(levels.unknown.is_empty() && levels.no_level.is_none());
        }
    }

    #[test]
    fn what_is_not_understood_is_told_and_the_rest_counts() {
        let levels = Levels::read(Some("shop[order]=debug=x,shop=debug"), Some("loud"));
        assert_eq!(levels.unknown, ["shop[order]=debug=x"]);
        assert_eq!(levels.no_level.as_deref(), Some("loud"));
        assert_eq!(takes(&levels, "shop"), LevelFilter::DEBUG);
        for others in [
            "shop[order]=debug",
            "shop[{id}]=debug",
            "debug/order",
            "a b",
        ] {
            let levels = Levels::read(Some(others), None);
            assert_eq!(levels.unknown, [others]);
            assert_eq!(takes(&levels, "shop"), LevelFilter::INFO);
        }
        let nothing = Levels::read(Some("a=b=c"), None);
        assert_eq!(takes(&nothing, "shop"), LevelFilter::INFO);
    }
}
