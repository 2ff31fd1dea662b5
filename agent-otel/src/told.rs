//! What a return value tells beside its outcome, where its type tells anything: the response of a model, the reply of MCP.
//!
//! As in [`outcome`](crate::outcome), each tier has the method for the values it knows and dereferences to the next.

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};

use opentelemetry::KeyValue;

use crate::failure::Failure;
use crate::llm_response::LlmResponse;
use crate::mcp::{McpFault, McpReply};
use crate::outcome::Outcome;
use crate::records::Records;
use crate::response::Response;
use crate::span::key;
use crate::usage::count;
use crate::{mcp, semconv};

/// Tier of values that are a response of a model.
#[derive(Debug)]
pub struct Told<'a, T: ?Sized>(Silent<'a, T>);

/// Tier of replies of MCP, errors that are one included.
#[derive(Debug)]
pub struct Replied<'a, T: ?Sized>(Refused<'a, T>);

/// Tier of results of which only the error tells a fault.
#[derive(Debug)]
pub struct Refused<'a, T: ?Sized>(Answered<'a, T>);

/// Tier of results of which only the value tells a fault.
#[derive(Debug)]
pub struct Answered<'a, T: ?Sized>(Silent<'a, T>);

/// Tier of values that tell nothing.
#[derive(Debug)]
pub struct Silent<'a, T: ?Sized>(&'a T);

/// Begins to read what a model has responded, if this is a response.
pub fn told<T: ?Sized>(value: &T) -> Told<'_, T> {
    Told(Silent(value))
}

/// Begins to read what the other side of MCP has replied, if this is a reply.
pub fn replied<T: ?Sized>(value: &T) -> Replied<'_, T> {
    Replied(Refused(Answered(Silent(value))))
}

macro_rules! tiers {
    ($($tier:ident => $next:ident),*) => {$(
        impl<'a, T: ?Sized> Deref for $tier<'a, T> {
            type Target = $next<'a, T>;

            fn deref(&self) -> &$next<'a, T> {
                &self.0
            }
        }
    )*};
}

tiers!(Told => Silent, Replied => Refused, Refused => Answered, Answered => Silent);

impl<T: LlmResponse + ?Sized> Told<'_, T> {
    /// What the response tells.
    #[expect(clippy::unnecessary_wraps, reason = "another tier gives none")]
    pub fn response(&self) -> Option<Response> {
        let mut response = Response::default();
        response.read(self.0.0);
        Some(response)
    }
}

impl<T: McpReply + ?Sized> Replied<'_, T> {
    /// What went wrong on the other side.
    pub fn fault(&self) -> Option<McpFault> {
        fault(self.0.0.0.0)
    }
}

impl<T, E: McpReply> Refused<'_, Result<T, E>> {
    /// What went wrong on the other side.
    pub fn fault(&self) -> Option<McpFault> {
        fault(self.0.0.0.as_ref().err()?)
    }
}

impl<T: McpReply, E> Answered<'_, Result<T, E>> {
    /// What went wrong on the other side.
    pub fn fault(&self) -> Option<McpFault> {
        fault(self.0.0.as_ref().ok()?)
    }
}

impl<T: ?Sized> Silent<'_, T> {
    /// No response.
    #[expect(clippy::unused_self, reason = "another tier reads it")]
    pub fn response(&self) -> Option<Response> {
        None
    }

    /// No reply.
    #[expect(clippy::unused_self, reason = "another tier reads it")]
    pub fn fault(&self) -> Option<McpFault> {
        None
    }
}

/// `McpReply` is code of the user.
fn fault(reply: &(impl McpReply + ?Sized)) -> Option<McpFault> {
    catch_unwind(AssertUnwindSafe(|| reply.fault())).ok()?
}

impl Outcome {
    /// Adds what a response tells.
    pub fn told(&mut self, response: Option<Response>) -> &mut Self {
        if let Some(response) = response {
            self.response = response;
            self.has_responded = true;
        }
        self
    }

    /// Adds what the other side of MCP says of its failure.
    pub fn replied(&mut self, fault: Option<McpFault>) -> &mut Self {
        match fault {
            None => {}
            Some(McpFault::Tool) => {
                let failure = || Failure::told(semconv::ERROR_TYPE_TOOL.into());
                self.failure.get_or_insert_with(|| Box::new(failure()));
            }
            Some(McpFault::Rpc { code, message }) => {
                let code = mcp::code(&code.to_string());
                let failure = self
                    .failure
                    .get_or_insert_with(|| Box::new(Failure::told(code.clone())));
                failure.says(&message);
                let key = key(semconv::RPC_RESPONSE_STATUS_CODE);
                self.attribute(KeyValue::new(key, code));
            }
        }
        self
    }

    /// Adds how many records a memory has given.
    pub fn record_count<R: Records + ?Sized>(&mut self, records: &R) -> &mut Self {
        if self.failure.is_none() {
            // Code of the user.
            if let Ok(records) = catch_unwind(AssertUnwindSafe(|| records.count())) {
                let records = count(u64::try_from(records).unwrap_or(u64::MAX));
                let key = key(semconv::GEN_AI_MEMORY_RECORD_COUNT);
                self.attribute(KeyValue::new(key, records));
            }
        }
        self
    }
}
