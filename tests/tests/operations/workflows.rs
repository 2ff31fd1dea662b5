//! Workflows and plans.

use agent_otel::testing::capture;
use agent_otel::{agent, plan, workflow};
use expect_test::expect;

use super::{NoConnection, Outcome};

#[plan]
fn steps(question: &str) -> Outcome<Vec<String>> {
    if question.is_empty() {
        return Err(NoConnection);
    }
    Ok(vec![question.to_owned()])
}

#[plan(agent = "planner")]
fn steps_of_another() {}

#[agent]
fn researcher(question: &str) -> Outcome<usize> {
    steps_of_another();
    Ok(steps(question)?.len())
}

/// Comments are no attribute of a workflow.
#[workflow]
fn newsroom(topic: &str) -> Outcome<usize> {
    researcher(topic)
}

#[test]
fn a_workflow_leads_agents_that_plan() {
    let spans = capture(|| {
        assert!(newsroom("kettles").is_ok());
        assert!(newsroom("").is_err());
    });
    expect![[r#"

        invoke_workflow newsroom [internal]
            gen_ai.operation.name: "invoke_workflow"
            gen_ai.workflow.name: "newsroom"
            invoke_agent researcher [internal]
                gen_ai.agent.name: "researcher"
                gen_ai.operation.name: "invoke_agent"
                plan planner [internal]
                    gen_ai.agent.name: "planner"
                    gen_ai.operation.name: "plan"
                plan researcher [internal]
                    gen_ai.agent.name: "researcher"
                    gen_ai.operation.name: "plan"
        invoke_workflow newsroom [internal]
            error.type: "operations::Failed::NoConnection"
            gen_ai.operation.name: "invoke_workflow"
            gen_ai.workflow.name: "newsroom"
            status: error "no connection"
            invoke_agent researcher [internal]
                error.type: "operations::Failed::NoConnection"
                gen_ai.agent.name: "researcher"
                gen_ai.operation.name: "invoke_agent"
                status: error "no connection"
                plan planner [internal]
                    gen_ai.agent.name: "planner"
                    gen_ai.operation.name: "plan"
                plan researcher [internal]
                    error.type: "operations::Failed::NoConnection"
                    gen_ai.agent.name: "researcher"
                    gen_ai.operation.name: "plan"
                    event exception
                        exception.message: "no connection"
                        exception.type: "operations::Failed"
                    status: error "no connection"
    "#]]
    .assert_eq(&spans.to_string());
}

#[test]
fn a_plan_outside_of_an_agent_has_the_operation_for_a_name() {
    let spans = capture(|| steps("alone"));
    assert_eq!(spans.tree(), "plan\n");
}
