async fn poll(id: &str) -> Result<ResponseObject, Error> {
    let mut operation = ::agent_otel::__private::fetch_response(&("fetch_response", 14))
        .begin(|span| {
            span.provider("openai");
            span.response_id(&id);
        });
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<
                        Result<ResponseObject, Error>,
                    >();
                }
                client.response(id).await
            },
        )
        .await;
    ::agent_otel::__private::end(
        &mut operation,
        |outcome| {
            use ::agent_otel::__private::ReadOutcome as _;
            (&&&&&&&&&&&::agent_otel::__private::returned(&ret))
                .read_outcome(outcome)
                .told(::agent_otel::__private::told(&ret).response());
        },
    );
    ret
}
