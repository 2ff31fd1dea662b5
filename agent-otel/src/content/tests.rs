//! What is captured of values that have no end, and what is left of them.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde_json::json;

use super::*;

const BUDGET: usize = 64 * 1024;

/// What may be written of a value: it is valid JSON within the budget.
fn written(value: &(impl Serialize + ?Sized), budget: usize) -> Value {
    let captured = capture::capture(value, budget).expect("captured");
    assert!(
        cut::size(&captured) <= 5 * budget + 1024,
        "{}",
        cut::size(&captured)
    );
    let value = cut::fit(captured, budget).expect("fits");
    let text = value.to_string();
    assert_eq!(
        text.len(),
        cut::size(&value),
        "the size is that of the JSON"
    );
    assert!(text.len() <= budget, "{} > {budget}", text.len());
    assert_eq!(
        serde_json::from_str::<Value>(&text).expect("valid JSON"),
        value
    );
    value
}

/// A value that fits is kept as `serde_json` has it.
fn same(value: &(impl Serialize + ?Sized)) {
    let expected = serde_json::to_value(value).expect("serializes");
    assert_eq!(written(value, BUDGET), expected);
    assert!(!cut::is_cut(&expected));
}

#[derive(Serialize)]
enum Variants {
    Unit,
    Newtype(u8),
    Tuple(u8, String),
    Struct { a: Option<u8>, b: () },
}

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
struct Wrapper(Vec<Variants>);

#[test]
fn what_fits_is_kept_as_it_is() {
    same(&json!({"a": [1, -2, 3.5, null, true, "x\n\"\u{1}\u{1F600}"], "b": {"c": []}, "d": {}}));
    same(&Wrapper(vec![
        Variants::Unit,
        Variants::Newtype(1),
        Variants::Tuple(2, "x".into()),
        Variants::Struct { a: None, b: () },
    ]));
    same(&(1_u8, 'x', Unit, Some("y"), u64::MAX, i64::MIN));
    same(&BTreeMap::from([(1, "one"), (2, "two")]));
    same(&BTreeMap::from([(true, 'x')]));
    same("text");
    same(&vec![json!({"role": "user"}); 1000]);
    // Two of which one takes nearly all.
    same(&json!(["x".repeat(BUDGET - 100), "y".repeat(50)]));
    same(&json!({"a": "x".repeat(BUDGET - 100), "b": ["y".repeat(50)]}));
}

struct Bytes(Vec<u8>);
impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

#[test]
fn what_is_no_json_becomes_json() {
    assert_eq!(
        written(&[f64::NAN, f64::INFINITY, 1.5], BUDGET),
        json!([null, null, 1.5])
    );
    assert_eq!(written(&0.7_f32, BUDGET), json!(0.7));
    assert_eq!(written(&u128::MAX, BUDGET), json!(u128::MAX.to_string()));
    assert_eq!(written(&-7_i128, BUDGET), json!(-7));
    assert_eq!(
        written(&BTreeMap::from([((1, 2), "pair")]), BUDGET),
        json!({"[1,2]": "pair"})
    );
    for (bytes, text) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
    ] {
        assert_eq!(written(&Bytes(bytes.into()), BUDGET), json!(text));
    }
    assert_eq!(
        written(&Bytes(vec![0; 1 << 20]), BUDGET),
        json!("… [1048576 bytes left out]")
    );
}

#[test]
fn a_long_text_keeps_its_beginning() {
    let prompt = "word ".repeat(64 * 1024 * 1024 / 5);
    let kept = written(&prompt, BUDGET);
    let kept = kept.as_str().expect("a text");
    let (beginning, missing) = kept
        .strip_suffix(" bytes left out]")
        .and_then(|text| text.rsplit_once("… ["))
        .expect("a note");
    assert!(beginning.len() > BUDGET - 64 && prompt.starts_with(beginning));
    let missing: usize = missing.parse().expect("a number");
    assert_eq!(beginning.len() + missing, prompt.len());
    assert!(cut::is_cut(&json!([kept])));
    // Nothing but escapes, and nothing but characters of four bytes.
    for text in ["\u{1}", "\"", "\u{1F600}", "a"] {
        written(&text.repeat(BUDGET), BUDGET);
        for budget in [2, 3, 7, 8, 30, 40, 100] {
            let kept = cut::fit(json!(text.repeat(1000)), budget).expect("fits");
            assert!(kept.to_string().len() <= budget, "{budget}: {kept}");
        }
    }
}

/// A secret that is cut in half is no secret to any pattern, so there is no half of one.
#[test]
fn no_word_is_cut_in_half() {
    for secret in [
        "alice@example.com",
        "4111 1111 1111 1111",
        "password=hunter2",
        "sk-proj-abcdefgh",
    ] {
        for before in 0..40 {
            let text = format!("{} {secret} {}", "x ".repeat(before), "y ".repeat(200));
            let kept = cut::head(&text, 100, 0);
            let masked = pattern::mask(&kept, pattern::Patterns::ALL);
            let is_whole = masked.contains("[redacted:");
            for part in ["alice", "4111", "hunter", "sk-"] {
                assert!(!masked.contains(part), "{kept}");
            }
            assert!(
                is_whole || !kept.contains(secret.split(' ').next().expect("a word")),
                "{kept}"
            );
        }
    }
}

fn messages_of(count: usize, length: usize) -> Vec<Value> {
    (0..count)
        .map(|number| {
            let role = if number == 0 { "system" } else { "user" };
            json!({"role": role, "content": format!("{number} {}", "x".repeat(length))})
        })
        .collect()
}

#[test]
fn a_long_conversation_keeps_its_first_and_its_last_messages() {
    for (count, length) in [
        (10_000, 1_000),
        (10_000, 10),
        (3_000, 0),
        (300, 10_000),
        (70, 1_000),
    ] {
        let messages = messages_of(count, length);
        let kept = written(&messages, BUDGET);
        let kept = kept.as_array().expect("a list");
        assert!(kept.len() > 4, "{count} {length}: {}", kept.len());
        assert_eq!(kept[0]["role"], "system");
        let number = |message: &Value| -> usize {
            let content = message["content"].as_str().expect("a text");
            content
                .split(' ')
                .next()
                .expect("a number")
                .parse()
                .expect("a number")
        };
        // In their order, each as it was or shortened, and the missing ones counted in their place.
        let mut next = 0;
        for message in kept {
            assert_eq!(number(message), next, "{count} {length}");
            let missing = message
                .get("agent_otel.left_out_after")
                .and_then(Value::as_u64);
            next += 1 + usize::try_from(missing.unwrap_or(0)).expect("a count");
        }
        assert_eq!(next, count, "{count} {length}");
        assert!(cut::is_cut(&json!(kept)));
    }
}

#[test]
fn one_long_message_is_shortened_and_the_others_stay() {
    let messages = json!([
        {"role": "system", "content": "Be brief"},
        {"role": "user", "content": "x ".repeat(200_000)},
        {"role": "assistant", "content": "y ".repeat(1_000)},
        {"role": "user", "content": "And now?"},
    ]);
    let kept = written(&messages, BUDGET);
    assert_eq!(kept.as_array().expect("a list").len(), 4);
    for index in [0, 2, 3] {
        assert_eq!(kept[index], messages[index]);
    }
    assert!(
        kept[1]["content"]
            .as_str()
            .expect("a text")
            .ends_with("bytes left out]")
    );
    assert!(kept.to_string().len() > BUDGET - 1024);
}

#[test]
fn what_is_deep_ends_at_some_depth() {
    let mut deep = json!("the end");
    for level in 0..1_000 {
        deep = if level % 2 == 0 {
            json!([deep])
        } else {
            json!({"a": deep})
        };
    }
    let kept = written(&deep, BUDGET);
    assert!(cut::is_cut(&kept));
    assert!(kept.to_string().contains("deeper than 64 levels"));
    // From elsewhere than the serializer.
    assert_eq!(cut::fit(deep, BUDGET), Some(kept));
}

/// Serializes to a list, a map or a wrapper around itself.
struct Ring(&'static str);

impl Serialize for Ring {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            "list" => serializer.collect_seq([self, self]),
            "map" => serializer.collect_map([("self", self), ("again", self)]),
            "some" => serializer.serialize_some(self),
            "newtype" => serializer.serialize_newtype_struct("Ring", self),
            _ => serializer.serialize_newtype_variant("Ring", 0, "Ring", self),
        }
    }
}

/// Serializes without an end.
struct Endless(&'static str);

impl Serialize for Endless {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            "list" => {
                let mut list = serializer.serialize_seq(None)?;
                loop {
                    list.serialize_element("again")?;
                }
            }
            "units" => {
                let mut list = serializer.serialize_seq(Some(usize::MAX))?;
                loop {
                    list.serialize_element(&())?;
                }
            }
            "false length" => {
                let mut list = serializer.serialize_seq(Some(3))?;
                loop {
                    list.serialize_element(&json!({"a": 1}))?;
                }
            }
            "map" => {
                let mut map = serializer.serialize_map(None)?;
                for number in 0_u64.. {
                    map.serialize_entry(&number, "again")?;
                }
                map.end()
            }
            "text" => serializer.collect_str(self),
            _ => {
                let mut list = serializer.serialize_seq(Some(2))?;
                list.serialize_element(&Endless("list"))?;
                list.serialize_element("behind it")?;
                list.end()
            }
        }
    }
}

impl Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        loop {
            f.write_str("and so on, ")?;
        }
    }
}

#[test]
fn what_never_ends_is_stopped() {
    for kind in ["list", "map", "some", "newtype", "variant"] {
        assert!(cut::is_cut(&written(&Ring(kind), BUDGET)), "{kind}");
    }
    for kind in ["list", "units", "false length", "map", "text"] {
        assert!(cut::is_cut(&written(&Endless(kind), BUDGET)), "{kind}");
        assert!(cut::is_cut(&written(
            &json!({"a": written(&Endless(kind), BUDGET)}),
            BUDGET
        )));
    }
    // What comes behind it is still there.
    let kept = written(&Endless("inside"), BUDGET);
    assert_eq!(kept[1], "behind it");
}

#[test]
fn a_serialize_that_fails_or_panics_gives_nothing() {
    struct Fails;
    impl Serialize for Fails {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("on purpose"))
        }
    }
    struct Panics;
    impl Serialize for Panics {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("on purpose")
        }
    }
    struct Opens;
    impl Serialize for Opens {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(None)?;
            list.serialize_element("kept")?;
            list.serialize_element(&Fails)?;
            list.end()
        }
    }
    assert_eq!(capture::capture(&Fails, BUDGET), None);
    assert_eq!(capture::capture(&Panics, BUDGET), None);
    assert_eq!(capture::capture(&vec![Some(Panics)], BUDGET), None);
    assert_eq!(capture::capture(&Opens, BUDGET), None);
}

/// Whatever the value and the budget: valid JSON within it, of the same type.
#[test]
fn every_budget_is_kept() {
    let values = [
        json!({"role": "user", "parts": [{"type": "text", "content": "x ".repeat(5_000)}]}),
        json!([{"role": "user", "parts": [{"type": "blob", "modality": "image", "content": "A".repeat(9_000)}]}]),
        json!((0..3_000).collect::<Vec<_>>()),
        json!(
            (0..3_000)
                .map(|n| (format!("key {n}"), n))
                .collect::<BTreeMap<_, _>>()
        ),
        json!(messages_of(500, 100)),
        json!([[["x".repeat(3_000)], ["y".repeat(3_000)]], {"a": {"b": {"c": "z".repeat(3_000)}}}]),
    ];
    for value in values {
        for budget in (0..600).chain([1_000, 2_000, 4_000, 8_000, 16_000]) {
            let Some(kept) = cut::fit(value.clone(), budget) else {
                assert!(budget < 100, "{budget} is enough");
                continue;
            };
            let text = kept.to_string();
            assert!(text.len() <= budget, "{} > {budget}: {text}", text.len());
            assert_eq!(kept.is_object(), value.is_object());
            assert_eq!(
                kept == value,
                cut::size(&value) <= budget,
                "{budget}: {text}"
            );
        }
    }
}

#[test]
fn secrets_in_json_are_masked_by_name_and_by_look() {
    let mut value = json!({
        "password": "hunter2",
        "Authorization": ["Bearer abc"],
        "token": "abcdef123456",
        "api_key": 42,
        "credentials": {"user": "bob", "pin": 1234, "active": true},
        "headers": [{"name": "x-api-key", "value": "abc"}, {"name": "accept", "value": "json"}],
        "card": 4_111_111_111_111_111_u64,
        "order": 4_532_123_456_789_012_u64,
        "alice@example.com": 1,
        "bob@example.com": 2,
        "logprobs": [{"token": "Hel", "logprob": -0.1}],
        "max_tokens": 100,
        "text": "write to carol@example.com",
    });
    redact::mask(&mut value, pattern::Patterns::ALL);
    assert_eq!(
        value,
        json!({
            "password": "[redacted:secret]",
            "Authorization": ["[redacted:token]"],
            "token": "[redacted:secret]",
            "api_key": "[redacted:secret]",
            "credentials": {"user": "[redacted:secret]", "pin": "[redacted:secret]", "active": true},
            "headers": [{"name": "x-api-key", "value": "[redacted:secret]"}, {"name": "accept", "value": "json"}],
            "card": "[redacted:card]",
            "order": 4_532_123_456_789_012_u64,
            "[redacted:email]": 1,
            "[redacted:email] 2": 2,
            "logprobs": [{"token": "Hel", "logprob": -0.1}],
            "max_tokens": 100,
            "text": "write to [redacted:email]",
        })
    );
    let mut value = json!({
        "DB_PASS": "correcthorse",
        "api_keys": ["abc", {"one": "def"}],
        "secrets": {"one": "def"},
        "access_tokens": ["abcdef123456", 7],
        "usage": {"input_tokens": 1_234_567, "tokens": [1, 2], "session_tokens": 1_234_567},
        "header": ["x-api-key", "abcdef123"],
        "raw": ["accept", "json", "authorization", "Basic abc123="],
        "command": ["mysql", "--password", "hunter", "--token", "--host", "db"],
        "fields": ["password", "confirm_password"],
        "required": ["apiKey", "organizationIdentifier"],
    });
    redact::mask(&mut value, pattern::Patterns::ALL);
    assert_eq!(
        value,
        json!({
            "DB_PASS": "[redacted:secret]",
            "api_keys": ["[redacted:secret]", {"one": "[redacted:secret]"}],
            "secrets": {"one": "[redacted:secret]"},
            "access_tokens": ["[redacted:secret]", 7],
            "usage": {"input_tokens": 1_234_567, "tokens": [1, 2], "session_tokens": 1_234_567},
            "header": ["x-api-key", "[redacted:secret]"],
            "raw": ["accept", "json", "authorization", "[redacted:token]"],
            "command": ["mysql", "--password", "[redacted:secret]", "--token", "--host", "db"],
            "fields": ["password", "confirm_password"],
            "required": ["apiKey", "organizationIdentifier"],
        })
    );
    // A schema names what it describes, and holds no value of it.
    let schema = json!({"type": "object", "properties": {"password": {"type": "string", "description": "the new one"}}});
    let mut masked = schema.clone();
    redact::mask(&mut masked, pattern::Patterns::ALL);
    assert_eq!(masked, schema);
}
