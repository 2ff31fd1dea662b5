async fn send(name: &str, mut request: Request) -> Response {
    let mut operation = {
        let start = &mut ::agent_otel::__private::a2a_call(&("invoke_agent", 12))
            .current();
        start
            .describe(|span| {
                span.agent(&name);
            });
        start.inject(&mut request);
        start.begun()
    };
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<Response>();
                }
                let _ = &request;
                request.set_timeout(TIMEOUT);
                client().execute(request).await
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
