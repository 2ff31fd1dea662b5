fn remember(facts: &[Fact]) -> Result<(), Error> {
    ::agent_otel::__private::memory(&("create_memory", 13))
        .run_sync_with(
            move |operation| -> Result<(), Error> {
                operation
                    .begin(|span| {
                        span.record_count(&facts.len());
                        span.records(&facts);
                    });
                store.insert(facts)
            },
            |ret, outcome| {
                use ::agent_otel::__private::ReadOutcome as _;
                (&&&&&&&&&&&::agent_otel::__private::returned(ret))
                    .read_outcome(outcome);
            },
        )
}
