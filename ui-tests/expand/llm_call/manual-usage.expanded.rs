fn complete(prompt: &str) -> String {
    ::agent_otel::__private::llm_call("chat gpt-4o-mini")
        .begin(|span| {
            span.provider("openai").temperature(&0.2);
        })
        .run_sync(
            move || -> String {
                let (text, usage) = ask(prompt);
                agent_otel::current().usage(usage);
                text
            },
            |ret, outcome| {
                ::agent_otel::__private::returned(ret).outcome(outcome);
            },
        )
}
