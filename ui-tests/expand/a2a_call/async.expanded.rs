async fn ask_orders(headers: &mut HeaderMap, question: &str) -> Result<Answer, Error> {
    {
        let run = ::agent_otel::__private::a2a_call("invoke_agent order-management")
            .current()
            .describe(|span| {
                span.url(&ORDERS);
            })
            .inject(headers)
            .run(
                async move {
                    if false {
                        return ::agent_otel::__private::never::<Result<Answer, Error>>();
                    }
                    let response = post(ORDERS, headers, question).await?;
                    response.json().await
                },
                |ret, outcome| {
                    ::agent_otel::__private::returned(ret).outcome(outcome);
                },
            );
        run
    }
        .await
}
