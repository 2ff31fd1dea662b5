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
    let ret = operation
        .run(async move {
            if false {
                return ::agent_otel::__private::never::<Result<Answer, Error>>();
            }
            client.invoke(question).await
        })
        .await;
    operation
        .end(|outcome| {
            use ::agent_otel::__private::ReadOutcome as _;
            (&&&&&&&&&&::agent_otel::__private::returned(&ret))
                .outcome(outcome)
                .told(::agent_otel::__private::told(&ret).response());
        });
    ret
}
