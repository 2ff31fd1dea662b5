fn send(method: &str, tool: Option<&str>, params: Value) -> Result<Value, Error> {
    ::agent_otel::__private::mcp_call(&("", 0))
        .run_sync_with(
            move |operation| -> Result<Value, Error> {
                let _ = (&params, &tool);
                operation
                    .begin(|span| {
                        span.method(&method);
                        span.tool(&tool);
                    });
                client.send(method, params)
            },
            |ret, outcome| {
                use ::agent_otel::__private::ReadOutcome as _;
                (&&&&&&&&&&&::agent_otel::__private::returned(ret))
                    .read_outcome(outcome)
                    .replied(::agent_otel::__private::replied(ret).fault());
            },
        )
}
