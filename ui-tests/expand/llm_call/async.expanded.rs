async fn complete(client: &Client, request: ChatRequest) -> Result<ChatResponse, Error> {
    let mut operation = ::agent_otel::__private::llm_call(&("chat", 4))
        .begin(|span| {
            span.provider("openai");
            span.request(&request);
        });
    let ret = ::agent_otel::__private::run(
            &mut operation,
            async move {
                if false {
                    return ::agent_otel::__private::response::<
                        Result<ChatResponse, Error>,
                    >();
                }
                let _ = &request;
                let response = client.chat(request).await?;
                Ok(response)
            },
        )
        .await;
    ::agent_otel::__private::end(
        &mut operation,
        |outcome| {
            use ::agent_otel::__private::ReadResponse as _;
            (&&&&&&&&&&&::agent_otel::__private::returned(&ret)).read_response(outcome);
        },
    );
    ret
}
