//! `POST /v1/embeddings`.

use agent_otel::testing::capture;
use agent_otel_tests::captured::with_content;
use expect_test::expect;
use serde_json::{Value, json};

use crate::{called, embed};

fn answer() -> Value {
    json!({
        "object": "list", "model": "text-embedding-ada-002",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.002_306_4, -0.009_327_3, -0.002_884_2]}],
        "usage": {"prompt_tokens": 8, "total_tokens": 8},
    })
}

#[test]
fn embeddings() {
    let request = json!({"model": "text-embedding-ada-002", "input": "The food was delicious",
        "encoding_format": "float"});
    let spans = capture(|| {
        embed("openai", &request, answer());
    });
    expect![[r#"

        embeddings text-embedding-ada-002 [client]
            gen_ai.embeddings.dimension.count: 3
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.encoding_formats: ["float"]
            gen_ai.request.model: "text-embedding-ada-002"
            gen_ai.response.model: "text-embedding-ada-002"
            gen_ai.usage.input_tokens: 8
    "#]]
    .assert_eq(&spans.to_string());
}

/// What the request asks for counts, and is told once.
#[test]
fn as_many_dimensions_as_were_asked_for() {
    let request =
        json!({"model": "text-embedding-3-small", "input": ["a", "b"], "dimensions": 256});
    let spans = capture(|| {
        embed("openai", &request, answer());
    });
    expect![[r#"

        embeddings text-embedding-3-small [client]
            gen_ai.embeddings.dimension.count: 256
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "text-embedding-3-small"
            gen_ai.response.model: "text-embedding-ada-002"
            gen_ai.usage.input_tokens: 8
    "#]]
    .assert_eq(&spans.to_string());
}

/// Mistral has a word of its own for them, and models that see take more than texts.
#[test]
fn dimensions_of_others() {
    let told = |request: &Value| {
        let spans = capture(|| {
            embed("p", request, Value::Null);
        });
        let told = spans.to_string();
        told.contains("gen_ai.embeddings.dimension.count: 256")
    };
    assert!(told(
        &json!({"model": "codestral-embed", "input": ["a"], "output_dimension": 256})
    ));
    assert!(told(
        &json!({"model": "jina-embeddings-v4", "input": [{"text": "a"}], "dimensions": 256})
    ));
}

/// An encoded vector has no length that can be told.
#[test]
fn base64() {
    let request =
        json!({"model": "text-embedding-3-small", "input": "a", "encoding_format": "base64"});
    let body = json!({"object": "list", "model": "text-embedding-3-small",
        "data": [{"object": "embedding", "index": 0, "embedding": "zczMPc3MTD4="}],
        "usage": {"prompt_tokens": 1, "total_tokens": 1}});
    let spans = capture(|| {
        embed("openai", &request, body);
    });
    expect![[r#"

        embeddings text-embedding-3-small [client]
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.encoding_formats: ["base64"]
            gen_ai.request.model: "text-embedding-3-small"
            gen_ai.response.model: "text-embedding-3-small"
            gen_ai.usage.input_tokens: 1
    "#]]
    .assert_eq(&spans.to_string());
}

/// All tokens of embeddings are those of the input, as Voyage tells no more than the total.
#[test]
fn a_total_alone() {
    let body = json!({"object": "list", "model": "voyage-3.5", "usage": {"total_tokens": 10},
        "data": [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}]});
    let spans = capture(|| {
        embed(
            "voyage",
            &json!({"model": "voyage-3.5", "input": ["a"]}),
            body,
        );
    });
    let told = spans.to_string();
    assert!(told.contains("gen_ai.usage.input_tokens: 10"), "{told}");
}

#[test]
fn an_error() {
    let error = json!({"error": {"message": "This model's maximum context length is 8192 tokens",
        "type": "invalid_request_error", "param": null, "code": null}});
    let spans = capture(|| {
        embed("openai", &json!({"model": "text-embedding-ada-002"}), error);
    });
    expect![[r#"

        embeddings text-embedding-ada-002 [client]
            gen_ai.operation.name: "embeddings"
            gen_ai.provider.name: "openai"
            gen_ai.request.model: "text-embedding-ada-002"
    "#]]
    .assert_eq(&spans.to_string());
}

/// A bare model and input are what the operation makes of them.
#[test]
fn content() {
    with_content(|| {
        let request = json!({"model": "m", "input": "The food was delicious"});
        let spans = capture(|| {
            embed("openai", &request, answer());
        });
        assert!(!spans.to_string().contains("delicious"), "{spans}");
        let spans = called("openai", &request, json!({}));
        assert!(spans.to_string().contains("delicious"), "{spans}");
    });
}
