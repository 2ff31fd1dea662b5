async fn recall(store: &str, question: &str) -> Result<Vec<Record>, Error> {
    let mut operation = ::agent_otel::__private::memory(&("search_memory", 13))
        .begin(|span| {
            span.store(&store);
            span.query(&question);
        });
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<
                        Result<Vec<Record>, Error>,
                    >();
                }
                client.search(store, question).await
            },
        )
        .await;
    ::agent_otel::__private::end(
        &mut operation,
        |outcome| {
            use ::agent_otel::__private::ReadOutcome as _;
            ::agent_otel::__private::returned(&ret).records(outcome);
            (&&&&&&&&&&&::agent_otel::__private::returned(&ret))
                .read_outcome(outcome)
                .record_count(&ret);
        },
    );
    ret
}
