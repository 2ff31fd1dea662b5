//! Tools.

use agent_otel::testing::capture;
use agent_otel::{agent, current, tool};
use expect_test::expect;

use super::{NoConnection, Outcome, attribute};

#[tool(agent = "another", skill = skill, skill_source = "https://key@skills.example/review?token=secret", skill_description = "Reviews")]
fn load_skill(skill: &str) {
    let _ = skill;
}

#[tool(skill = skill, skill_resource = "references/policy.md")]
fn read_resource(skill: Option<&str>) {
    let _ = skill;
}

#[tool(name = "shell", executable = program, executable_path = path)]
fn run(program: &str, path: &str) -> Outcome<()> {
    current().exit_code(i32::from(path.is_empty()));
    let _ = program;
    if path.is_empty() {
        Err(NoConnection)
    } else {
        Ok(())
    }
}

#[tool(name = "shell", skill = "review", skill_resource = script, executable = "python3")]
fn run_script(script: Option<&str>) {
    let _ = script;
}

#[test]
fn the_name_of_a_tool_tells_what_it_loads_reads_or_runs() {
    let spans = capture(|| {
        #[agent]
        fn reviewer() {
            load_skill("review");
            read_resource(Some("review"));
            read_resource(None);
            assert!(run("ls", "/bin/ls").is_ok() && run("ls", "").is_err());
            run_script(Some("check.py"));
            run_script(None);
        }
        reviewer();
    });
    expect![[r#"
        invoke_agent reviewer
        ├ execute_tool load_skill review
        ├ execute_tool read_resource review references/policy.md
        ├ execute_tool read_resource references/policy.md
        ├ execute_tool shell ls
        ├ execute_tool shell ls
        ├ execute_tool shell review check.py
        └ execute_tool shell python3
    "#]]
    .assert_eq(&spans.tree());
    assert_eq!(
        attribute(&spans, 0, "gen_ai.agent.name").as_deref(),
        Some("another")
    );
    assert_eq!(
        attribute(&spans, 1, "gen_ai.agent.name").as_deref(),
        Some("reviewer")
    );
    assert_eq!(
        attribute(&spans, 0, "gen_ai.skill.source.uri").as_deref(),
        Some("https://skills.example/review")
    );
    assert_eq!(
        attribute(&spans, 0, "gen_ai.skill.description").as_deref(),
        Some("Reviews")
    );
    assert_eq!(
        attribute(&spans, 3, "process.exit.code").as_deref(),
        Some("0")
    );
    assert_eq!(
        attribute(&spans, 4, "process.exit.code").as_deref(),
        Some("1")
    );
    assert_eq!(
        attribute(&spans, 3, "process.executable.path").as_deref(),
        Some("/bin/ls")
    );
}
