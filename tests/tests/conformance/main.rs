//! Every operation of the conventions is run once in success and once in failure, and each span, each point of a metric
//! and each event of it is held against the table of the conventions that this package carries.

mod agreement;
mod conditions;
mod coverage;
mod exported;
mod faults;
mod run;
mod table;

use agent_otel_tests::written_with;

use exported::exported;
use table::Table;

const VARIABLES: [(&str, &str); 2] = [
    (
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
        "SPAN_AND_EVENT",
    ),
    ("OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN", "logs/dup"),
];

/// What a model server measures of itself.
const NOT_OURS: [&str; 3] = [
    "gen_ai.server.request.duration",
    "gen_ai.server.time_per_output_token",
    "gen_ai.server.time_to_first_token",
];

#[test]
fn all_that_is_exported_is_what_the_conventions_describe() {
    let written = written_with(&VARIABLES, || {
        let mut table = Table::new();
        let methods: Vec<_> = table
            .members("mcp.method.name")
            .into_iter()
            .map(str::to_owned)
            .collect();
        let methods: Vec<_> = methods.iter().map(String::as_str).collect();
        let exported = exported(|| run::everything(&methods));
        table.check(&exported);
        let [spans, refinements, metrics, events] = ["spans", "refinements", "metrics", "events"]
            .map(|part| {
                let mut rows = coverage::of(&table, part);
                rows.retain(|row| !NOT_OURS.contains(&row.id.as_str()));
                println!("{}", coverage::print(part, &rows));
                rows
            });
        println!("not measured here: {}", NOT_OURS.join(", "));
        println!(
            "{} spans, {} points of metrics and {} events: {} violations",
            exported.spans.len(),
            exported.points.len(),
            exported.events.len(),
            table.violations.len(),
        );
        assert!(table.violations.is_empty(), "{:#?}", table.violations);
        for row in spans
            .iter()
            .chain(&refinements)
            .chain(&metrics)
            .chain(&events)
        {
            assert!(table.told.contains_key(&row.id), "{} is not told", row.id);
            assert!(
                row.required.is_whole() && row.conditional.is_whole(),
                "{row:?}"
            );
        }
        for row in spans.iter().chain(&metrics) {
            assert!(row.recommended.is_whole(), "{row:?}");
        }
        assert!(!NOT_OURS.iter().any(|id| table.told.contains_key(*id)));
        assert!(spans.iter().all(|row| row.opt_in.is_whole()), "{spans:?}");
    });
    if let Some(written) = written {
        println!("{written}");
    }
}
