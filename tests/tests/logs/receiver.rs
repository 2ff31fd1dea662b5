//! An OTLP receiver of log records, and what is in them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use agent_otel_tests::server::Server;
use axum::body::Bytes;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs};
use prost::Message;

/// An OTLP receiver that keeps each request for `/v1/logs`.
pub struct Receiver {
    server: Server,
    requests: Arc<Mutex<Vec<Vec<ResourceLogs>>>>,
}

impl Receiver {
    pub fn start() -> Self {
        Self::rejecting(0)
    }

    /// One that takes all but so many records of each request.
    pub fn rejecting(rejected_log_records: i64) -> Self {
        let answer = ExportLogsServiceResponse {
            partial_success: Some(ExportLogsPartialSuccess {
                rejected_log_records,
                error_message: String::new(),
            }),
        };
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        let app = axum::Router::new()
            .route(
                "/v1/logs",
                post(move |body: Bytes| async move {
                    let request = ExportLogsServiceRequest::decode(body).unwrap();
                    kept.lock().unwrap().push(request.resource_logs);
                    answer.encode_to_vec()
                }),
            )
            .route("/v1/traces", post(|| async {}))
            .route("/v1/metrics", post(|| async {}));
        Self {
            server: Server::start(app),
            requests,
        }
    }

    pub fn address(&self) -> &str {
        &self.server.address
    }

    pub fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    pub fn resources(&self) -> Vec<ResourceLogs> {
        self.requests.lock().unwrap().concat()
    }

    pub fn records(&self) -> Vec<(String, LogRecord)> {
        let scopes = self
            .resources()
            .into_iter()
            .flat_map(|resource| resource.scope_logs);
        scopes
            .flat_map(|logs| {
                let scope = logs.scope.unwrap_or_default();
                assert_eq!(scope.version, "", "no version of ours on a scope of others");
                let target = scope.name;
                logs.log_records
                    .into_iter()
                    .map(move |record| (target.clone(), record))
            })
            .collect()
    }

    pub fn bodies(&self) -> Vec<String> {
        self.records()
            .iter()
            .map(|(_, record)| text(record.body.as_ref()))
            .collect()
    }

    /// The only record with this message.
    pub fn record(&self, body: &str) -> (String, LogRecord) {
        let mut records = self.records();
        records.retain(|(_, record)| text(record.body.as_ref()) == body);
        assert_eq!(records.len(), 1, "{body}: {:?}", self.bodies());
        records.remove(0)
    }
}

pub fn text(value: Option<&AnyValue>) -> String {
    match value.and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => format!("int {number}"),
        Some(Value::BoolValue(value)) => format!("bool {value}"),
        other => format!("{other:?}"),
    }
}

pub fn attributes(record: &LogRecord) -> HashMap<&str, String> {
    let pair = |attribute: &KeyValue| text(attribute.value.as_ref());
    record
        .attributes
        .iter()
        .map(|attribute| (attribute.key.as_str(), pair(attribute)))
        .collect()
}

pub fn hexadecimal(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}
