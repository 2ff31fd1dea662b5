/// Asks the agent for claims.
async fn ask_claims(question: &str) -> Result<Answer, Error> {
    let mut operation = ::agent_otel::__private::remote_agent(
            &("invoke_agent claims", 12),
        )
        .begin(|span| {
            span.provider("aws.bedrock");
            span.id(&CLAIMS);
            span.temperature(&0.2);
        });
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<Result<Answer, Error>>();
                }
                client.invoke(question).await
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
