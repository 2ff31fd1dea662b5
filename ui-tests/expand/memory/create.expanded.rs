fn remember(facts: &[Fact]) -> Result<(), Error> {
    ::agent_otel::__private::memory("create_memory")
        .begin(|span| {
            span.record_count(&facts.len()).records(&facts);
        })
        .run_sync(
            move || -> Result<(), Error> { store.insert(facts) },
            |ret, outcome| {
                ::agent_otel::__private::returned(ret).outcome(outcome);
            },
        )
}
