fn order_status(order_id: u64) -> Result<Order, Error> {
    ::agent_otel::__private::tool(&("execute_tool order_status", 12))
        .run_sync(
            move || -> Result<Order, Error> {
                let order = find(order_id)?;
                Ok(order)
            },
            |ret, outcome| {
                use ::agent_otel::__private::ReadOutcome as _;
                (&&&&&&&&&&&::agent_otel::__private::returned(ret))
                    .read_outcome(outcome);
            },
        )
}
