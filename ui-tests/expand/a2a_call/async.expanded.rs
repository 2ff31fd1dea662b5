async fn ask_orders(headers: &mut HeaderMap, question: &str) -> Result<Answer, Error> {
    let mut operation = {
        let start = &mut ::agent_otel::__private::a2a_call(
                &("invoke_agent order-management", 12),
            )
            .current();
        start
            .describe(|span| {
                span.url(&ORDERS);
            });
        start.inject(headers);
        start.begun()
    };
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<Result<Answer, Error>>();
                }
                let response = post(ORDERS, headers, question).await?;
                response.json().await
            },
        )
        .await;
    ::agent_otel::__private::end(
        &mut operation,
        |outcome| {
            use ::agent_otel::__private::ReadOutcome as _;
            (&&&&&&&&&&&::agent_otel::__private::returned(&ret)).read_outcome(outcome);
        },
    );
    ret
}
