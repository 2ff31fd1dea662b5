/// Answers a customer's question.
async fn answer(headers: &HeaderMap, question: &str) -> Result<String, Error> {
    let mut operation = {
        let start = &mut ::agent_otel::__private::agent(&("invoke_agent answer", 12))
            .extract(&headers);
        start
            .begin(|span| {
                span.description("Answers a customer's question.");
                span.input(&question);
            });
        start.begun()
    };
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<Result<String, Error>>();
                }
                let plan = plan(question).await?;
                run(plan).await
            },
        )
        .await;
    ::agent_otel::__private::end(
        &mut operation,
        |outcome| {
            use ::agent_otel::__private::ReadOutcome as _;
            ::agent_otel::__private::returned(&ret).output(outcome);
            (&&&&&&&&&&&::agent_otel::__private::returned(&ret)).read_outcome(outcome);
        },
    );
    ret
}
