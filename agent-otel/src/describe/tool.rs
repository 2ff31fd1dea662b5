//! Tools: those of the program, those that load a skill or read a resource of one, and those that run a command.

use opentelemetry::Value;
use serde::Serialize;

use super::{Describe, Text};
use crate::content;
use crate::semconv as key;
use crate::semconv::value::mcp_method::PROMPTS_GET;
use crate::url::without_credentials;
use crate::value::IntoAttribute;

impl Describe {
    /// `gen_ai.tool.type`.
    pub fn kind(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_TOOL_TYPE, value)
    }

    /// `gen_ai.tool.call.id`.
    pub fn call_id(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_TOOL_CALL_ID, value)
    }

    /// `gen_ai.skill.description`.
    pub fn skill_description(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::GEN_AI_SKILL_DESCRIPTION, value)
    }

    /// `process.executable.path`.
    pub fn executable_path(&mut self, value: impl IntoAttribute<Text>) -> &mut Self {
        self.set(key::PROCESS_EXECUTABLE_PATH, value)
    }

    /// `gen_ai.skill.name`, part of the span's name.
    pub fn skill(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        self.rare().refined = true;
        self.set(key::GEN_AI_SKILL_NAME, name)
    }

    /// `gen_ai.skill.resource.name`, part of the span's name.
    pub fn skill_resource(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        self.rare().refined = true;
        self.set(key::GEN_AI_SKILL_RESOURCE_NAME, name)
    }

    /// `gen_ai.skill.source.uri`, without what opens it.
    pub fn skill_source(&mut self, uri: impl IntoAttribute<Text>) -> &mut Self {
        let uri = uri.into_attribute();
        let uri = uri.map(|uri| without_credentials(uri.as_str()));
        self.put_some(key::GEN_AI_SKILL_SOURCE_URI, uri)
    }

    /// `process.executable.name`, part of the span's name where no resource of a skill is.
    pub fn executable(&mut self, name: impl IntoAttribute<Text>) -> &mut Self {
        self.rare().refined = true;
        self.set(key::PROCESS_EXECUTABLE_NAME, name)
    }

    /// The name of a tool that has to do with a skill or a command (GenAI conventions, "Execute tool", its refinements):
    /// a skill that is loaded, or the resource with the skill it belongs to, or what is run.
    pub(super) fn refine_name(&mut self) {
        let text = |key| match self.get(key) {
            Some(Value::String(text)) => Some(text.as_str()),
            _ => None,
        };
        let skill = text(key::GEN_AI_SKILL_NAME);
        let resource = text(key::GEN_AI_SKILL_RESOURCE_NAME);
        let executable = text(key::PROCESS_EXECUTABLE_NAME);
        let name = match (skill, resource, executable) {
            (Some(skill), Some(resource), _) => format!("{} {skill} {resource}", self.name),
            (None, Some(last), _) | (_, None, Some(last)) | (Some(last), None, None) => {
                format!("{} {last}", self.name)
            }
            (None, None, None) => return,
        };
        self.name = name.into();
    }

    /// One member of `gen_ai.tool.call.arguments`, or one `gen_ai.prompt.variable.{name}` where a prompt is asked for; if
    /// capture is on.
    pub fn argument(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) -> &mut Self {
        if self.kind.role.is_mcp() && self.name.starts_with(PROMPTS_GET) {
            return self.prompt_variable(name, value);
        }
        if let Some(value) = content::value(value) {
            self.rare().arguments.0.insert(name.to_owned(), value);
        }
        self
    }
}
