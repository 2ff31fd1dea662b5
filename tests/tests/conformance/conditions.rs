//! Where an attribute is conditionally required, and where it must not be: the conditions of the conventions, as far as
//! they can be read off the operation itself. What is not here has its condition met throughout the run.

use super::exported::{Attribute, value};
use super::run::RESOURCES;

/// Whether the condition of `key` is met by the operation that tells these attributes. A row without `error.type` on a
/// failed operation is of a metric or an event of something that went well.
pub fn applies(row: &str, key: &str, told: &[Attribute], failed: bool) -> bool {
    let text = |key| value(told, key).unwrap_or_default();
    let has = |key| value(told, key).is_some();
    let method = text("mcp.method.name");
    let operation = text("gen_ai.operation.name");
    let over_a2a = text("gen_ai.provider.name") == "a2a";
    match key {
        "error.type" => failed,
        "server.port" => has("server.address"),
        "gen_ai.prompt.version" => has("gen_ai.prompt.name"),
        "rpc.response.status_code" => failed,
        "jsonrpc.request.id" => !method.starts_with("notifications/"),
        "gen_ai.tool.name" if row.starts_with("mcp.") => method == "tools/call",
        "gen_ai.operation.name" if row.starts_with("mcp.") => method == "tools/call",
        "gen_ai.prompt.name" if row.starts_with("mcp.") => method == "prompts/get",
        "mcp.resource.uri" => RESOURCES.contains(&method),
        // A memory and an agent that is asked over A2A have no model that anybody knows of, and no request to one.
        "gen_ai.request.model" if row == "gen_ai.client.operation.duration" => {
            !operation.contains("memory") && !over_a2a
        }
        "gen_ai.data_source.id"
        | "gen_ai.output.type"
        | "gen_ai.request.choice.count"
        | "gen_ai.request.seed" => !over_a2a,
        "gen_ai.memory.record.id" => !operation.ends_with("store") && operation != "search_memory",
        // A command is run by its name, or is the script of a skill.
        "process.executable.name" => !has("gen_ai.skill.name"),
        "gen_ai.skill.name" | "gen_ai.skill.resource.name" => !has("process.executable.name"),
        "gen_ai.evaluation.score.value" | "gen_ai.evaluation.score.label" => !failed,
        _ => true,
    }
}
