async fn serve(request: Request) -> Result<CallToolResult, ErrorData> {
    let mut operation = {
        let start = &mut ::agent_otel::__private::mcp_serve(&("tools/call", 10))
            .extract(&request.meta);
        start
            .begin(|span| {
                span.tool(&request.name);
            });
        start.begun()
    };
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<
                        Result<CallToolResult, ErrorData>,
                    >();
                }
                let _ = &request;
                tools.call(request).await
            },
        )
        .await;
    ::agent_otel::__private::end(
        &mut operation,
        |outcome| {
            use ::agent_otel::__private::ReadOutcome as _;
            (&&&&&&&&&&&::agent_otel::__private::returned(&ret))
                .read_outcome(outcome)
                .replied(::agent_otel::__private::replied(&ret).fault());
        },
    );
    ret
}
