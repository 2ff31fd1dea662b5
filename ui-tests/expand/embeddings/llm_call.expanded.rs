async fn embed(texts: &[String]) -> Result<Embedded, Error> {
    let mut operation = ::agent_otel::__private::embeddings(
            &("embeddings text-embedding-3-small", 10),
        )
        .begin(|span| {
            span.provider("openai");
            span.dimensions(&512);
        });
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::response::<
                        Result<Embedded, Error>,
                    >();
                }
                client.embed(texts).await
            },
        )
        .await;
    ::agent_otel::__private::end(
        &mut operation,
        |outcome| {
            use ::agent_otel::__private::ReadResponse as _;
            (&&&&&&&&&&&::agent_otel::__private::returned(&ret)).read_response(outcome);
        },
    );
    ret
}
