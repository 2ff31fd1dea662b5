async fn recall(store: &str, question: &str) -> Result<Vec<Record>, Error> {
    ::agent_otel::__private::memory(&("search_memory", 13))
        .begin(|span| {
            span.store(&store);
            span.query(&question);
        })
        .run(
            async move {
                if false {
                    return ::agent_otel::__private::never::<
                        Result<Vec<Record>, Error>,
                    >();
                }
                client.search(store, question).await
            },
            |ret, outcome| {
                ::agent_otel::__private::returned(ret)
                    .records(outcome)
                    .outcome(outcome)
                    .record_count(ret);
            },
        )
        .await
}
