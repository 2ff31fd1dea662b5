/// Looks an order up by its number.
async fn order_status(db: &Pool, order_id: u64) -> Result<Order, Error> {
    let mut operation = ::agent_otel::__private::tool(&("execute_tool order_status", 12))
        .begin(|span| {
            span.description("Looks an order up by its number.");
            span.argument("order_id", &order_id);
        });
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::never::<Result<Order, Error>>();
                }
                let order = db.find(order_id).await?;
                Ok(order)
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
