async fn weather(meta: &mut Meta, city: &str) -> Result<Value, Error> {
    let mut operation = {
        let start = &mut ::agent_otel::__private::mcp_call(&("tools/call weather", 10))
            .current();
        start
            .describe(|span| {
                span.argument("city", &city);
            });
        start.inject(meta);
        start.begun()
    };
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<Result<Value, Error>>();
                }
                client.call("weather", meta, city).await
            },
        )
        .await;
    ::agent_otel::__private::end(
        &mut operation,
        |outcome| {
            use ::agent_otel::__private::ReadOutcome as _;
            ::agent_otel::__private::returned(&ret).result(outcome);
            (&&&&&&&&&&&::agent_otel::__private::returned(&ret))
                .read_outcome(outcome)
                .replied(::agent_otel::__private::replied(&ret).fault());
        },
    );
    ret
}
