async fn newsroom(topic: &str) -> Result<Article, Error> {
    let mut operation = ::agent_otel::__private::workflow(
            &("invoke_workflow newsroom", 15),
        )
        .begin(|span| {
            span.input(&topic);
        });
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<Result<Article, Error>>();
                }
                let notes = research(topic).await?;
                write(notes).await
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
