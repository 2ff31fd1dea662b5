//! What a reply to a request of MCP says of its failure.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use opentelemetry::KeyValue;
use serde_json::Value;

use crate::kind::Role;
use crate::outcome::Outcome;
use crate::{error_type, semconv};

/// A reply to a request of MCP, or an error that stands for one: what `#[mcp_call]` reads of a return value.
///
/// Implemented for JSON (`isError` of the result of a tool, `error` of a whole response of JSON-RPC), for the results and
/// errors of `rmcp` behind the feature of that name, and for references, `Box`, `Rc`, `Arc`, `Option` and `Result`. Implement
/// it for the result and the error of a client or a server of your own. A type that does not implement it fails by its
/// `Err` alone, as elsewhere.
///
/// # Examples
///
/// ```
/// use agent_otel::{McpFault, McpReply};
///
/// enum Error { Rpc(i64, String), Closed }
///
/// impl McpReply for Error {
///     fn fault(&self) -> Option<McpFault> {
///         match self {
///             Error::Rpc(code, message) => Some(McpFault::Rpc { code: *code, message: message.clone() }),
///             Error::Closed => None,
///         }
///     }
/// }
/// ```
pub trait McpReply {
    /// What went wrong on the other side; `None` where nothing did, or where no reply came.
    fn fault(&self) -> Option<McpFault>;
}

/// What the other side of MCP says went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum McpFault {
    /// The tool failed: a result with `isError`. It becomes `error.type` = `tool_error`.
    Tool,
    /// An error of JSON-RPC. Its code becomes `rpc.response.status_code` and `error.type`, its message the status.
    Rpc {
        /// `code` of the error.
        code: i64,
        /// `message` of the error.
        message: String,
    },
}

impl McpReply for Value {
    fn fault(&self) -> Option<McpFault> {
        let result = if self.get("jsonrpc").is_some() {
            if let Some(error) = self.get("error").filter(|error| !error.is_null()) {
                let message = error.get("message").and_then(Value::as_str);
                return Some(McpFault::Rpc {
                    code: error.get("code")?.as_i64()?,
                    message: message.unwrap_or_default().to_owned(),
                });
            }
            self.get("result")?
        } else {
            self
        };
        let is_error = result.get("isError").and_then(Value::as_bool);
        (is_error == Some(true)).then_some(McpFault::Tool)
    }
}

#[cfg(feature = "rmcp")]
mod rmcp {
    use rmcp::model::{CallToolResult, ErrorData};
    use rmcp::service::ServiceError;

    use super::{McpFault, McpReply};

    impl McpReply for CallToolResult {
        fn fault(&self) -> Option<McpFault> {
            (self.is_error == Some(true)).then_some(McpFault::Tool)
        }
    }

    impl McpReply for ErrorData {
        fn fault(&self) -> Option<McpFault> {
            Some(McpFault::Rpc {
                code: self.code.0.into(),
                message: self.message.clone().into_owned(),
            })
        }
    }

    impl McpReply for ServiceError {
        fn fault(&self) -> Option<McpFault> {
            match self {
                ServiceError::McpError(error) => error.fault(),
                _ => None,
            }
        }
    }
}

macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<R: McpReply + ?Sized> McpReply for $pointer {
            fn fault(&self) -> Option<McpFault> {
                (**self).fault()
            }
        }
    )*};
}

through!(&R, &mut R, Box<R>, Rc<R>, Arc<R>);

impl<R: McpReply> McpReply for Option<R> {
    fn fault(&self) -> Option<McpFault> {
        self.as_ref()?.fault()
    }
}

impl<R: McpReply, E: McpReply> McpReply for Result<R, E> {
    fn fault(&self) -> Option<McpFault> {
        match self {
            Ok(reply) => reply.fault(),
            Err(error) => error.fault(),
        }
    }
}

/// Codes of errors that the caller has made: parse error, invalid request, method not found, invalid params, resource not
/// found (MCP conventions, `rpc.response.status_code`).
const CALLERS: [&str; 5] = ["-32700", "-32600", "-32601", "-32602", "-32002"];

/// Whether an error with this code is none of the side that has this role: what the caller has made wrong is no failure of
/// the side that serves.
pub(crate) fn is_callers(role: Role, code: &str) -> bool {
    role == Role::McpServer && CALLERS.contains(&code)
}

/// Internal error, and the first of the codes that servers may choose (JSON-RPC 2.0, "Error object").
const SERVERS: [&str; 2] = ["-32603", "-32000"];

/// The code of an error as it is told: those of the specifications, and as many others as may be labels.
pub(crate) fn code(code: &str) -> Cow<'static, str> {
    let known = CALLERS.iter().chain(&SERVERS).find(|known| **known == code);
    let code = match known {
        Some(known) => Cow::Borrowed(*known),
        None => Cow::Owned(code.to_owned()),
    };
    error_type::of_code("rpc", code)
}

/// Judges a failure by the code of JSON-RPC, of the reply or of the error itself: the code is its label. The body may know
/// another one, by which it is judged when the span ends.
pub(crate) fn judge(role: Role, outcome: &mut Outcome) {
    let mut attributes = outcome.attributes().iter();
    let replied = attributes
        .find(|attribute| attribute.key.as_str() == semconv::RPC_RESPONSE_STATUS_CODE)
        .map(|attribute| attribute.value.as_str().into_owned());
    let code = replied.or_else(|| {
        let code = of_label(&outcome.failure.as_ref()?.error_type)?;
        let attribute = KeyValue::new(semconv::RPC_RESPONSE_STATUS_CODE, code.clone());
        outcome.attribute(attribute);
        Some(code)
    });
    let Some(code) = code else {
        return;
    };
    if is_callers(role, &code) {
        outcome.failure = None;
    } else if let Some(failure) = &mut outcome.failure {
        failure.error_type = code.into();
    }
}

/// The code that the label of an error is. Those of HTTP are from below.
fn of_label(label: &str) -> Option<String> {
    let code: i64 = label.parse().ok()?;
    (!(100..600).contains(&code)).then(|| label.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::failure::Failure;

    #[test]
    fn a_server_does_not_answer_for_its_callers() {
        let judged = |label: &'static str, role| {
            let mut outcome = Outcome::default();
            outcome.failed(Failure::told(label.into()));
            judge(role, &mut outcome);
            (!outcome.attributes().is_empty(), outcome.failure.is_some())
        };
        for (label, client, server) in [
            ("-32602", (true, true), (true, false)),
            ("-32002", (true, true), (true, false)),
            ("-32603", (true, true), (true, true)),
            ("7", (true, true), (true, true)),
            ("503", (false, true), (false, true)),
            ("tool_error", (false, true), (false, true)),
        ] {
            assert_eq!(judged(label, Role::McpClient), client, "{label}");
            assert_eq!(judged(label, Role::McpServer), server, "{label}");
        }
    }

    #[test]
    fn json_tells_what_failed() {
        let rpc = |code, message: &str| {
            Some(McpFault::Rpc {
                code,
                message: message.to_owned(),
            })
        };
        assert_eq!(
            json!({"content": [], "isError": true}).fault(),
            Some(McpFault::Tool)
        );
        assert_eq!(json!({"content": [], "isError": false}).fault(), None);
        assert_eq!(json!({"content": []}).fault(), None);
        let response = json!({"jsonrpc": "2.0", "id": 1, "result": {"isError": true}});
        assert_eq!(response.fault(), Some(McpFault::Tool));
        let response = json!({"jsonrpc": "2.0", "id": 1, "error": {"code": -32602, "message": "no such tool"}});
        assert_eq!(response.fault(), rpc(-32602, "no such tool"));
        let response = json!({"jsonrpc": "2.0", "error": {"code": "x"}});
        assert_eq!(response.fault(), None);
        // Servers of JSON-RPC 1.0 write an error that is none.
        let response = json!({"jsonrpc": "2.0", "error": null, "result": {"isError": true}});
        assert_eq!(response.fault(), Some(McpFault::Tool));
        // What a tool gives may be called so as well.
        assert_eq!(json!({"error": {"code": 7}}).fault(), None);
    }
}
