fn complete(prompt: &str) -> String {
    ::agent_otel::__private::llm_call(&("chat gpt-4o-mini", 4))
        .run_sync_with(
            move |operation| -> String {
                operation
                    .begin(|span| {
                        span.provider("openai");
                        span.temperature(&0.2);
                    });
                let (text, usage) = ask(prompt);
                agent_otel::current().usage(usage);
                text
            },
            |ret, outcome| {
                use ::agent_otel::__private::ReadOutcome as _;
                (&&&&&&&&&&&::agent_otel::__private::returned(ret))
                    .read_outcome(outcome);
            },
        )
}
