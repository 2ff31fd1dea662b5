async fn serve(request: Request) -> Result<CallToolResult, ErrorData> {
    let mut operation = {
        let mut start = ::agent_otel::__private::mcp_serve(&("tools/call", 10))
            .extract(&request.meta);
        start
            .begin(|span| {
                span.tool(&request.name);
            });
        start.begun()
    };
    let ret = operation
        .run(async move {
            if false {
                return ::agent_otel::__private::never::<
                    Result<CallToolResult, ErrorData>,
                >();
            }
            let _ = &request;
            tools.call(request).await
        })
        .await;
    operation
        .end(|outcome| {
            use ::agent_otel::__private::ReadOutcome as _;
            (&&&&&&&&&&::agent_otel::__private::returned(&ret))
                .outcome(outcome)
                .replied(::agent_otel::__private::replied(&ret).fault());
        });
    ret
}
