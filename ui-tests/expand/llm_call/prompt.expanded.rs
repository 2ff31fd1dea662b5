fn greet(name: &str) -> Result<ChatResponse, Error> {
    ::agent_otel::__private::llm_call("chat gpt-4o")
        .run_sync_with(
            move |operation| -> Result<ChatResponse, Error> {
                let _ = ::agent_otel::__private::response::<Result<ChatResponse, Error>>;
                operation
                    .begin(|span| {
                        span.provider("openai")
                            .prompt("greeting", "3")
                            .prompt_variable("name", &name)
                            .prompt_variable("tone", "warm")
                            .stream(&true);
                    });
                client.greet(name)
            },
            |ret, outcome| {
                ::agent_otel::__private::returned(ret).response(outcome);
            },
        )
}
