fn greet(name: &str) -> Result<ChatResponse, Error> {
    ::agent_otel::__private::llm_call(&("chat gpt-4o", 4))
        .run_sync_with(
            move |operation| -> Result<ChatResponse, Error> {
                let _ = ::agent_otel::__private::response::<Result<ChatResponse, Error>>;
                operation
                    .begin(|span| {
                        span.provider("openai");
                        span.prompt("greeting", "3");
                        span.prompt_variable("name", &name);
                        span.prompt_variable("tone", "warm");
                        span.stream(&true);
                    });
                client.greet(name)
            },
            |ret, outcome| {
                use ::agent_otel::__private::ReadResponse as _;
                (&&&&&&&&&&&::agent_otel::__private::returned(ret))
                    .read_response(outcome);
            },
        )
}
