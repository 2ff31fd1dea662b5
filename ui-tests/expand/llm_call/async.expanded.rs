async fn complete(client: &Client, request: ChatRequest) -> Result<ChatResponse, Error> {
    ::agent_otel::__private::llm_call(&("chat", 4))
        .begin(|span| {
            span.provider("openai");
            span.request(&request);
        })
        .run(
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
            |ret, outcome| {
                ::agent_otel::__private::returned(ret).response(outcome);
            },
        )
        .await
}
