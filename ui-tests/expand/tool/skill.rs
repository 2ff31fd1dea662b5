#[tool(skill = skill, skill_resource = "run.py", executable = "python3")]
fn run(skill: &str) -> Result<String, Error> {
    shell.run(skill)
}
