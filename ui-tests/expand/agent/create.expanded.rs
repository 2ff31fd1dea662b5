async fn create(name: &str, instructions: &str) -> Result<String, Error> {
    ::agent_otel::__private::create_agent(&("create_agent", 12))
        .begin(|span| {
            span.provider("openai");
            span.name(&name);
            span.system(&instructions);
        })
        .run(
            async move {
                if false {
                    return ::agent_otel::__private::never::<Result<String, Error>>();
                }
                client.create(name, instructions).await
            },
            |ret, outcome| {
                ::agent_otel::__private::returned(ret).outcome(outcome);
            },
        )
        .await
}
