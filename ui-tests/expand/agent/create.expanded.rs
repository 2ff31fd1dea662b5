async fn create(name: &str, instructions: &str) -> Result<String, Error> {
    let mut operation = ::agent_otel::__private::create_agent(&("create_agent", 12))
        .begin(|span| {
            span.provider("openai");
            span.name(&name);
            span.system(&instructions);
        });
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<Result<String, Error>>();
                }
                client.create(name, instructions).await
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
