//! Names of the events of the conventions: log records with an event name.

/// `gen_ai.client.inference.operation.details`: parameters, messages and outcome of a model call, for those who ask for
/// events.
pub const INFERENCE_OPERATION_DETAILS: &str = "gen_ai.client.inference.operation.details";

/// `gen_ai.client.operation.exception`: an exception that ended a client operation.
pub const CLIENT_OPERATION_EXCEPTION: &str = "gen_ai.client.operation.exception";

/// `gen_ai.evaluation.result`: how good what a model gave is.
pub const EVALUATION_RESULT: &str = "gen_ai.evaluation.result";
