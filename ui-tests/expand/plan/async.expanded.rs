/// Takes a question apart.
async fn steps(question: &str) -> Result<Vec<Step>, Error> {
    ::agent_otel::__private::plan(&("plan", 4))
        .begun()
        .run(
            async move {
                if false {
                    return ::agent_otel::__private::never::<Result<Vec<Step>, Error>>();
                }
                model.steps(question).await
            },
            |ret, outcome| {
                ::agent_otel::__private::returned(ret).outcome(outcome);
            },
        )
        .await
}
