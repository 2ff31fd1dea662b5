//! A small model server, so that the example runs with nothing but a Rust toolchain.
//!
//! It speaks the chat completions API of OpenAI: what it says comes from rules (`rules.rs`), how it
//! says it is true to the API (`shapes.rs`), down to token counts, cached tokens and errors.

mod rules;
mod shapes;
mod words;

use std::{io, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
    routing::post,
};
use tokio::net::TcpListener;

/// How to reach the model.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) url: String,
    pub(crate) key: String,
}

#[derive(Debug)]
struct Server {
    key: String,
    overloaded: bool,
}

/// Starts the server, in this process and for as long as it lives. When `overloaded`, every request
/// is one too many.
pub(crate) async fn start(overloaded: bool) -> io::Result<Model> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/v1", listener.local_addr()?);
    let key = shapes::new_id("sk-embedded-");
    let server = Server {
        key: key.clone(),
        overloaded,
    };
    let router = Router::new()
        .route("/v1/chat/completions", post(chat_completions))
        .with_state(Arc::new(server));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(Model { url, key })
}

async fn chat_completions(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    body: Result<Json<shapes::Request>, JsonRejection>,
) -> Response {
    let key = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    if key.and_then(|value| value.strip_prefix("Bearer ")) != Some(&server.key) {
        let error = shapes::error(
            "Incorrect API key provided.",
            "invalid_request_error",
            "invalid_api_key",
        );
        return (StatusCode::UNAUTHORIZED, Json(error)).into_response();
    }
    if server.overloaded {
        let message = "Rate limit reached for requests per min. Please try again in 20s.";
        let error = shapes::error(message, "requests", "rate_limit_exceeded");
        return (StatusCode::TOO_MANY_REQUESTS, Json(error)).into_response();
    }
    let request = match body {
        Ok(Json(request)) => request,
        Err(rejection) => {
            let error = shapes::error(
                &rejection.body_text(),
                "invalid_request_error",
                "invalid_json",
            );
            return (StatusCode::BAD_REQUEST, Json(error)).into_response();
        }
    };
    let reply = rules::reply(&request);
    let usage = shapes::Usage::new(&request, &reply);
    tokio::time::sleep(thinking_time(&usage)).await;
    Json(shapes::completion(&request, &reply, &usage)).into_response()
}

/// Reading is fast, writing is slow: as with a model that is served for real.
fn thinking_time(usage: &shapes::Usage) -> Duration {
    let millis = 40 + usage.prompt / 10 + usage.completion * 2;
    Duration::from_millis(millis.min(600))
}
