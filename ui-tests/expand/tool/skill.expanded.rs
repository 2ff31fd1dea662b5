fn run(skill: &str) -> Result<String, Error> {
    ::agent_otel::__private::tool(&("execute_tool run", 12))
        .run_sync_with(
            move |operation| -> Result<String, Error> {
                operation
                    .begin(|span| {
                        span.skill(&skill);
                        span.skill_resource("run.py");
                        span.executable("python3");
                    });
                shell.run(skill)
            },
            |ret, outcome| {
                use ::agent_otel::__private::ReadOutcome as _;
                (&&&&&&&&&&&::agent_otel::__private::returned(ret))
                    .read_outcome(outcome);
            },
        )
}
