fn run(skill: &str) -> Result<String, Error> {
    ::agent_otel::__private::tool("execute_tool run")
        .begin(|span| {
            span.skill(&skill).skill_resource("run.py").executable("python3");
        })
        .run_sync(
            move || -> Result<String, Error> { shell.run(skill) },
            |ret, outcome| {
                ::agent_otel::__private::returned(ret).outcome(outcome);
            },
        )
}
