//! aws-sdk-bedrockruntime.

use agent_otel_tests::captured::{input, output, system, tools, with_content};
use aws_sdk_bedrockruntime::config::http::HttpResponse;
use aws_sdk_bedrockruntime::error::{ErrorMetadata, SdkError};
use aws_sdk_bedrockruntime::operation::converse::{ConverseError, ConverseInput, ConverseOutput};
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    CitationGeneratedContent, CitationsContentBlock, ContentBlock, ContentBlockDelta,
    ContentBlockDeltaEvent, ContentBlockStart, ContentBlockStartEvent, ConversationRole,
    ConverseOutput as Answer, ConverseStreamMetadataEvent, ConverseStreamOutput,
    GuardrailConfiguration, GuardrailConverseContentBlock, GuardrailConverseTextBlock, ImageBlock,
    ImageFormat, ImageSource, InferenceConfiguration, Message, MessageStopEvent,
    ReasoningContentBlock, ReasoningContentBlockDelta, ReasoningTextBlock, StopReason,
    SystemContentBlock, TokenUsage, Tool, ToolConfiguration, ToolInputSchema, ToolResultBlock,
    ToolResultContentBlock, ToolSpecification, ToolUseBlock, ToolUseBlockDelta, ToolUseBlockStart,
};
use aws_smithy_types::{Document, Number};
use expect_test::expect;
use serde_json::{Value, json};

use crate::{called, finish_reasons, streamed};

fn object(key: &str, value: Document) -> Document {
    Document::Object([(key.to_owned(), value)].into())
}

fn message(role: ConversationRole, content: Vec<ContentBlock>) -> Message {
    let message = Message::builder().role(role).set_content(Some(content));
    message.build().expect("a message")
}

fn call() -> ContentBlock {
    let call = ToolUseBlock::builder()
        .tool_use_id("tooluse_1")
        .name("top_song");
    let call = call.input(object("sign", "WZPZ".into())).build();
    ContentBlock::ToolUse(call.expect("a call"))
}

fn thought() -> ContentBlock {
    let thought = ReasoningTextBlock::builder()
        .text("A radio station.")
        .build();
    ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(
        thought.expect("a thought"),
    ))
}

fn usage(input: i32, total: i32) -> TokenUsage {
    let usage = TokenUsage::builder().input_tokens(input).output_tokens(15);
    let usage = usage.total_tokens(total).cache_read_input_tokens(100);
    usage.cache_write_input_tokens(10).build().expect("usage")
}

fn request() -> ConverseInput {
    let image = ImageBlock::builder().format(ImageFormat::Png);
    let image = image
        .source(ImageSource::Bytes(Blob::new([1, 2, 3])))
        .build();
    let result = ToolResultBlock::builder().tool_use_id("tooluse_1");
    let result = result.content(ToolResultContentBlock::Json(object(
        "song",
        "Elemental Hotel".into(),
    )));
    let spec = ToolSpecification::builder()
        .name("top_song")
        .description("The most popular song");
    let spec = spec
        .input_schema(ToolInputSchema::Json(object("type", "object".into())))
        .build();
    let tool = Tool::ToolSpec(spec.expect("a tool"));
    let config = InferenceConfiguration::builder()
        .max_tokens(512)
        .temperature(0.5)
        .top_p(0.9);
    let guardrail = GuardrailConfiguration::builder().guardrail_identifier("sgi5gkybzqak");
    ConverseInput::builder()
        .model_id("anthropic.claude-3-5-sonnet-20240620-v1:0")
        .system(SystemContentBlock::Text("Answer with songs.".to_owned()))
        .messages(message(
            ConversationRole::User,
            vec![
                ContentBlock::Text("What is on WZPZ?".to_owned()),
                ContentBlock::Image(image.expect("an image")),
            ],
        ))
        .messages(message(
            ConversationRole::Assistant,
            vec![thought(), call()],
        ))
        .messages(message(
            ConversationRole::User,
            vec![ContentBlock::ToolResult(result.build().expect("a result"))],
        ))
        .inference_config(config.stop_sequences("\n").build())
        .additional_model_request_fields(object("top_k", Document::Number(Number::PosInt(200))))
        .guardrail_config(
            guardrail
                .guardrail_version("1")
                .build()
                .expect("a guardrail"),
        )
        .tool_config(
            ToolConfiguration::builder()
                .tools(tool)
                .build()
                .expect("tools"),
        )
        .build()
        .expect("a request")
}

fn answer() -> ConverseOutput {
    let content = vec![
        thought(),
        ContentBlock::Text("A moment.".to_owned()),
        call(),
    ];
    ConverseOutput::builder()
        .output(Answer::Message(message(
            ConversationRole::Assistant,
            content,
        )))
        .stop_reason(StopReason::ToolUse)
        .usage(usage(5, 130))
        .build()
        .expect("an answer")
}

fn events() -> Vec<ConverseStreamOutput> {
    let delta = |index: i32, delta: ContentBlockDelta| {
        let event = ContentBlockDeltaEvent::builder().content_block_index(index);
        ConverseStreamOutput::ContentBlockDelta(event.delta(delta).build().expect("a delta"))
    };
    let input = |json: &str| {
        let input = ToolUseBlockDelta::builder().input(json).build();
        delta(1, ContentBlockDelta::ToolUse(input.expect("input")))
    };
    let begun = ToolUseBlockStart::builder()
        .tool_use_id("tooluse_1")
        .name("top_song")
        .build();
    let begun = ContentBlockStart::ToolUse(begun.expect("a start"));
    let begun = ContentBlockStartEvent::builder()
        .content_block_index(1)
        .start(begun)
        .build();
    let stop = MessageStopEvent::builder()
        .stop_reason(StopReason::ToolUse)
        .build();
    let thought = ReasoningContentBlockDelta::Text("A radio station.".to_owned());
    vec![
        delta(0, ContentBlockDelta::ReasoningContent(thought)),
        delta(0, ContentBlockDelta::Text("A mo".to_owned())),
        delta(0, ContentBlockDelta::Text("ment.".to_owned())),
        ConverseStreamOutput::ContentBlockStart(begun.expect("a start")),
        input("{\"sign\":"),
        input("\"WZPZ\"}"),
        ConverseStreamOutput::MessageStop(stop.expect("a stop")),
        ConverseStreamOutput::Metadata(
            ConverseStreamMetadataEvent::builder()
                .usage(usage(115, 130))
                .build(),
        ),
    ]
}

#[test]
fn converse() {
    expect![[r#"

        chat anthropic.claude-3-5-sonnet-20240620-v1:0 [client]
            aws.bedrock.guardrail.id: "sgi5gkybzqak"
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "aws.bedrock"
            gen_ai.request.max_tokens: 512
            gen_ai.request.model: "anthropic.claude-3-5-sonnet-20240620-v1:0"
            gen_ai.request.stop_sequences: ["
        "]
            gen_ai.request.temperature: 0.5
            gen_ai.request.top_k: 200
            gen_ai.request.top_p: 0.9
            gen_ai.response.finish_reasons: ["tool_use"]
            gen_ai.usage.cache_read.input_tokens: 100
            gen_ai.usage.cache_write.input_tokens: 10
            gen_ai.usage.input_tokens: 115
            gen_ai.usage.output_tokens: 15
    "#]]
    .assert_eq(&called("aws.bedrock", &request(), answer()).to_string());
    expect![[r#"

        chat [client]
            agent_otel.stream.chunks: 8
            agent_otel.stream.time_per_output_chunk: some time
            gen_ai.operation.name: "chat"
            gen_ai.provider.name: "aws.bedrock"
            gen_ai.request.stream: true
            gen_ai.response.finish_reasons: ["tool_use"]
            gen_ai.response.time_to_first_chunk: some time
            gen_ai.usage.cache_read.input_tokens: 100
            gen_ai.usage.cache_write.input_tokens: 10
            gen_ai.usage.input_tokens: 115
            gen_ai.usage.output_tokens: 15
    "#]]
    .assert_eq(&streamed("aws.bedrock", events()).to_string());
}

/// Counts that are none: negative ones, and a total that neither sum comes to.
#[test]
fn what_is_no_count_tells_none() {
    let negative = TokenUsage::builder()
        .input_tokens(-1)
        .output_tokens(-2)
        .total_tokens(-3);
    for usage in [negative.build().expect("usage"), usage(5, 77)] {
        let answer = ConverseOutput::builder().stop_reason(StopReason::EndTurn);
        let told = called(
            "aws.bedrock",
            &request(),
            answer.usage(usage).build().expect("an answer"),
        );
        let told = told.to_string();
        assert!(!told.contains("usage.input_tokens"), "{told}");
    }
}

type Failed = SdkError<ConverseError>;

fn throttled() -> Failed {
    let metadata = ErrorMetadata::builder()
        .code("ThrottlingException")
        .message("slow down");
    let status = 429_u16.try_into().expect("a status");
    let response = HttpResponse::new(status, "".into());
    Failed::service_error(ConverseError::generic(metadata.build()), response)
}

#[test]
fn an_error() {
    let told = failed!("aws.bedrock", ConverseOutput, events()[..3].to_vec(), Failed: throttled());
    expect![[r#"

        chat m [client]
            error.type: "ThrottlingException"
            gen_ai.response.finish_reasons: ["error"]
            status: error "service error: unhandled error (ThrottlingException): Error { code: \"ThrottlingException\", message: \"slow down\" }"
        chat m [client]
            agent_otel.stream.chunks: 3
            error.type: "ThrottlingException"
            gen_ai.response.finish_reasons: ["error"]
            gen_ai.response.time_to_first_chunk: some time
            status: error "service error: unhandled error (ThrottlingException): Error { code: \"ThrottlingException\", message: \"slow down\" }"
    "#]].assert_eq(&told);
}

#[test]
fn an_answer_without_a_tool() {
    let text = vec![ContentBlock::Text("A cat.".to_owned())];
    let plain = ConverseOutput::builder()
        .output(Answer::Message(message(ConversationRole::Assistant, text)))
        .stop_reason(StopReason::EndTurn)
        .usage(usage(5, 130))
        .build()
        .expect("an answer");
    assert_eq!(
        finish_reasons(&called("aws.bedrock", &request(), plain)),
        r#"["end_turn"]"#
    );
}

/// Models of Amazon have it beside the other parameters.
#[test]
fn top_k_of_nova() {
    let parameters = object("topK", Document::Number(Number::PosInt(20)));
    let request = ConverseInput::builder()
        .additional_model_request_fields(object("inferenceConfig", parameters))
        .build()
        .expect("a request");
    let answer = ConverseOutput::builder().stop_reason(StopReason::EndTurn);
    let spans = called("aws.bedrock", &request, answer.build().expect("an answer"));
    let told = spans.to_string();
    assert!(told.contains("gen_ai.request.top_k: 20"), "{told}");
}

/// Text that cites comes in a block of its own, and so does what a guardrail is to look at.
#[test]
fn texts_in_blocks() {
    let guarded = |text: &str| {
        let text = GuardrailConverseTextBlock::builder().text(text);
        GuardrailConverseContentBlock::Text(text.build().expect("a text"))
    };
    let request = ConverseInput::builder()
        .system(SystemContentBlock::GuardContent(guarded("Songs only.")))
        .messages(message(
            ConversationRole::User,
            vec![ContentBlock::GuardContent(guarded("What is on WZPZ?"))],
        ));
    let cited = CitationsContentBlock::builder()
        .content(CitationGeneratedContent::Text("Elemental ".to_owned()))
        .content(CitationGeneratedContent::Text("Hotel".to_owned()));
    let answer = vec![
        ContentBlock::Text("It is ".to_owned()),
        ContentBlock::CitationsContent(cited.build()),
    ];
    let answer = ConverseOutput::builder()
        .output(Answer::Message(message(
            ConversationRole::Assistant,
            answer,
        )))
        .stop_reason(StopReason::EndTurn);
    with_content(|| {
        let request = request.build().expect("a request");
        let spans = called("aws.bedrock", &request, answer.build().expect("an answer"));
        assert_eq!(
            input(&spans),
            json!([{"role": "user", "parts": [{"type": "text", "content": "What is on WZPZ?"}]}])
        );
        assert_eq!(
            system(&spans),
            json!([{"type": "text", "content": "Songs only."}])
        );
        assert_eq!(
            output(&spans),
            json!([{"role": "assistant", "finish_reason": "end_turn", "parts": [
                {"type": "text", "content": "It is "}, {"type": "text", "content": "Elemental Hotel"},
            ]}])
        );
    });
}

#[test]
fn content() {
    with_content(|| {
        let call = json!({"type": "tool_call", "id": "tooluse_1", "name": "top_song", "arguments": {"sign": "WZPZ"}});
        let thought = json!({"type": "reasoning", "content": "A radio station."});
        let spans = called("aws.bedrock", &request(), answer());
        assert_eq!(
            input(&spans),
            json!([
                {"role": "user", "parts": [
                    {"type": "text", "content": "What is on WZPZ?"},
                    {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "AQID"},
                ]},
                {"role": "assistant", "parts": [thought, call]},
                {"role": "user", "parts": [{"type": "tool_call_response", "id": "tooluse_1",
                    "response": {"song": "Elemental Hotel"}}]},
            ])
        );
        assert_eq!(
            system(&spans),
            json!([{"type": "text", "content": "Answer with songs."}])
        );
        assert_eq!(
            tools(&spans),
            json!([{"type": "function", "name": "top_song", "description": "The most popular song",
                "parameters": {"type": "object"}}])
        );
        let answered: Value = json!([{"role": "assistant", "finish_reason": "tool_use", "parts": [
            thought, {"type": "text", "content": "A moment."}, call,
        ]}]);
        assert_eq!(output(&spans), answered);
        assert_eq!(output(&streamed("aws.bedrock", events())), answered);
    });
}
