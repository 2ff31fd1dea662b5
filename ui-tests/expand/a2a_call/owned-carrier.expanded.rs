async fn send(name: &str, mut request: Request) -> Response {
    let mut operation = {
        let mut start = ::agent_otel::__private::a2a_call(&("invoke_agent", 12))
            .current();
        start
            .describe(|span| {
                span.agent(&name);
            });
        start.inject(&mut request);
        start.begun()
    };
    let ret = operation
        .run(async move {
            if false {
                return ::agent_otel::__private::never::<Response>();
            }
            let _ = &request;
            request.set_timeout(TIMEOUT);
            client().execute(request).await
        })
        .await;
    operation
        .end(|outcome| {
            use ::agent_otel::__private::ReadOutcome as _;
            (&&&&&&&&&&::agent_otel::__private::returned(&ret)).outcome(outcome);
        });
    ret
}
