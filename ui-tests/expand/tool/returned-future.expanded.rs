fn order_status(order_id: u64) -> impl Future<Output = Result<Order, Error>> + Send {
    let start = &mut ::agent_otel::__private::tool(&("execute_tool order_status", 12))
        .current();
    start
        .run_future(
            move || { async move { find(order_id).await } },
            |ret: &Result<Order, Error>, outcome| {
                use ::agent_otel::__private::ReadOutcome as _;
                ::agent_otel::__private::returned(ret).result(outcome);
                (&&&&&&&&&&&::agent_otel::__private::returned(ret))
                    .read_outcome(outcome);
            },
        )
}
fn boxed<'a>(
    db: &'a Pool,
    query: String,
) -> Pin<Box<dyn Future<Output = Vec<Order>> + Send + 'a>> {
    let start = &mut ::agent_otel::__private::tool(&("execute_tool boxed", 12))
        .current();
    start
        .run_boxed(
            move || -> Pin<Box<dyn Future<Output = Vec<Order>> + Send + 'a>> {
                let _ = &query;
                Box::pin(async move { db.search(query).await })
            },
            |ret, outcome| {
                use ::agent_otel::__private::ReadOutcome as _;
                (&&&&&&&&&&&::agent_otel::__private::returned(ret))
                    .read_outcome(outcome);
            },
        )
}
