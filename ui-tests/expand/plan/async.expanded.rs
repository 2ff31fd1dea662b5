/// Takes a question apart.
async fn steps(question: &str) -> Result<Vec<Step>, Error> {
    let mut operation = ::agent_otel::__private::plan(&("plan", 4)).begun();
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<Result<Vec<Step>, Error>>();
                }
                model.steps(question).await
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
