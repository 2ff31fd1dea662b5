async fn find(question: &str, limit: u32) -> Result<Vec<Document>, Error> {
    let mut operation = ::agent_otel::__private::retrieval(&("retrieval manuals", 9))
        .begin(|span| {
            span.top_k(&limit);
            span.query(&question);
        });
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<
                        Result<Vec<Document>, Error>,
                    >();
                }
                index.search(question, limit).await
            },
        )
        .await;
    ::agent_otel::__private::end(
        &mut operation,
        |outcome| {
            use ::agent_otel::__private::ReadOutcome as _;
            ::agent_otel::__private::returned(&ret).documents(outcome);
            (&&&&&&&&&&&::agent_otel::__private::returned(&ret)).read_outcome(outcome);
        },
    );
    ret
}
