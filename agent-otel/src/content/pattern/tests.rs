//! What is masked, and what is not.

use super::*;

fn masked(text: &str) -> String {
    mask(text, Patterns::ALL).into_owned()
}

/// Each of these is masked, and what stands around it stays.
#[test]
fn secrets_are_masked() {
    for (secret, as_what) in [
        ("sk-proj-4f9aBcD_efGhIjKl-mNoPqRsT", "api_key"),
        ("sk-ant-api03-abcDEF123456-_xyz", "api_key"),
        ("sk-1234567890abcdef1234567890abcdef", "api_key"),
        ("AKIAIOSFODNN7EXAMPLE", "api_key"),
        ("ASIAIOSFODNN7EXAMPLE", "api_key"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "api_key"),
        ("github_pat_11ABCDEFG0abcdefghijkl_mnop", "api_key"),
        ("AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "api_key"),
        ("xoxb-123456789012-abcdefABCDEF", "api_key"),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "api_key"),
        ("glpat-abcdefghij0123456789", "api_key"),
        ("SG.abcdefghijklmnopqrstuv.ABCDEFGHIJ", "api_key"),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
            "token",
        ),
        ("alice@example.com", "email"),
        ("alice.smith+shop@mail.example.co.uk", "email"),
        ("j\u{f6}rg@b\u{fc}cher.example", "email"),
        ("alice%40example.com", "email"),
        ("4111 1111 1111 1111", "card"),
        ("4111-1111-1111-1111", "card"),
        ("5500000000000004", "card"),
        ("3782 822463 10005", "card"),
        ("6011111111111117", "card"),
    ] {
        for (before, after) in [
            ("it is ", " here"),
            ("it is \"", "\"."),
            ("", ""),
            ("(", ")"),
            ("line\\n", "\\n"),
            ("at ", ". Then"),
            ("at ", "\n"),
        ] {
            let text = format!("{before}{secret}{after}");
            assert_eq!(
                masked(&text),
                format!("{before}[redacted:{as_what}]{after}"),
                "{text}"
            );
        }
    }
}

#[test]
fn what_is_assigned_to_a_name_is_masked() {
    for (text, expected) in [
        ("password: hunter2", "password: [redacted:secret]"),
        ("PASSWORD=hunter2;x=1", "PASSWORD=[redacted:secret];x=1"),
        ("api_key=\"a b\" rest", "api_key=\"[redacted:secret]\" rest"),
        ("x-api-key: abc", "x-api-key: [redacted:secret]"),
        ("?api_key=abc&page=2", "?api_key=[redacted:secret]&page=2"),
        (
            r#"{"client_secret":"ab\"c","x":1}"#,
            r#"{"client_secret":"[redacted:secret]","x":1}"#,
        ),
        (
            r#"{\"password\":\"hunter2\",\"x\":1}"#,
            r#"{\"password\":\"[redacted:secret]\",\"x\":1}"#,
        ),
        (
            "Config { password: \"hunter2\", port: 1 }",
            "Config { password: \"[redacted:secret]\", port: 1 }",
        ),
        (
            "password: Some(\"hunter2\")",
            "password: Some(\"[redacted:secret]\")",
        ),
        (
            "password: Secret(Inner(\"hunter2\"))",
            "password: Secret(Inner(\"[redacted:secret]\"))",
        ),
        (
            "password: Secret { value: \"hunter2\" }, port: 1",
            "password: [redacted:secret], port: 1",
        ),
        ("db_password => hunter2", "db_password => [redacted:secret]"),
        (
            "headers[\"authorization\"] = \"Basic abc\"",
            "headers[\"authorization\"] = \"[redacted:token]\"",
        ),
        (
            "Authorization: Basic dXNlcjpwYXNz\r\nHost: x",
            "Authorization: [redacted:token]\r\nHost: x",
        ),
        (
            "curl -H 'Authorization: Bearer abc' http://x",
            "curl -H 'Authorization: [redacted:token]' http://x",
        ),
        (
            "Cookie: a=b; session=c\nHost: x",
            "Cookie: [redacted:token]\nHost: x",
        ),
        ("refreshToken=abc.def", "refreshToken=[redacted:secret]"),
        ("token=abcdef123456", "token=[redacted:secret]"),
        (
            "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG",
            "AWS_SECRET_ACCESS_KEY=[redacted:secret]",
        ),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn tokens_and_credentials_are_masked() {
    for (text, expected) in [
        (
            "sent Bearer abc.def-123 to it",
            "sent Bearer [redacted:token] to it",
        ),
        ("bearer  s3cret-token, and", "bearer  [redacted:token], and"),
        ("Basic dXNlcjpwYXNzd29yZA==", "Basic [redacted:token]"),
        (
            "https://user:pass@host/x?y=1",
            "https://[redacted:credentials]@host/x?y=1",
        ),
        (
            "postgres://app:p@ss@db:5432/shop",
            "postgres://[redacted:credentials]@db:5432/shop",
        ),
        (
            "redis://:secret@cache",
            "redis://[redacted:credentials]@cache",
        ),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\nabc\n-----END RSA PRIVATE KEY-----";
    assert_eq!(masked(&format!("a {key} b")), "a [redacted:private_key] b");
    assert_eq!(
        masked("-----BEGIN PRIVATE KEY-----\nMIIB"),
        "[redacted:private_key]"
    );
    for before in [
        "Authorization: Basic abc ",
        "password=",
        "private_key: \"",
        "a, ",
    ] {
        let text = masked(&format!("{before}{key}"));
        assert!(text.ends_with("[redacted:private_key]"), "{text}");
    }
}

/// What only looks like a secret stays as it is, and is not even copied.
#[test]
fn what_is_none_is_left_alone() {
    for text in [
        "",
        "there is no order 9999",
        "order 4532-1234-5678-9012 is late",
        "order 1234567890123456",
        "at 1764337000000000000 ns",
        "call +49 151 2345 6789",
        "0.4111111111111111",
        "trace 4bf92f3577b34da6a3ce929d0e0e4736",
        "uuid 6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "react@18.2.0 and a@b and @handle and x @ y",
        "sk-learn and sk-fading-circle, task-management-1234567",
        "max_tokens=100, input_tokens: 7, token: 5",
        "unexpected token: `}`",
        "token::Token, Token::Eof, a == b",
        "Bearer token expired, Bearer authentication",
        "Basic authentication is required",
        "password: null, secret=*** api_key: None",
        "password: [redacted:secret]",
        "password: \"\", user: \"bob\"",
        "https://host/a@b and http://host:8080/x",
        "http://***@host/x?*** and http://@host",
        "the secretary: Bob; the author: Eve; keyboard: qwerty",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "key: value, name = x, a=b&c=d",
        "what should ghosts do with npm and python? wherever, doing, happy, xargs",
    ] {
        assert!(
            matches!(mask(text, Patterns::ALL), Cow::Borrowed(same) if same == text),
            "{text}: {}",
            masked(text)
        );
    }
}

#[test]
fn a_pattern_that_is_off_masks_nothing() {
    let text = "alice@example.com password=x 4111 1111 1111 1111 sk-proj-abcdef Bearer abcdefg1 \
                https://u:p@h -----BEGIN PRIVATE KEY-----";
    assert_eq!(mask(text, Patterns::NONE), text);
    let all = [
        Pattern::ApiKey,
        Pattern::Token,
        Pattern::Secret,
        Pattern::PrivateKey,
        Pattern::UrlCredentials,
        Pattern::Email,
        Pattern::Card,
    ];
    for pattern in all {
        let shown = mask(text, Patterns::ALL.without(pattern)).into_owned();
        for other in all {
            assert_eq!(
                shown.contains(other.mask()),
                other != pattern,
                "{pattern:?}: {shown}"
            );
        }
    }
    assert_eq!(
        all.iter().fold(Patterns::ALL, |on, off| on.without(*off)),
        Patterns::NONE
    );
}

/// Masking twice is masking once.
#[test]
fn a_mask_is_no_secret() {
    let once =
        masked("password: x, to a@b.cd by Bearer abcdef12 at https://u:p@h with sk-proj-abcdef");
    assert_eq!(masked(&once), once);
}

/// The work grows with the length of a text and not with its square, whatever is in it and whatever is off.
#[test]
fn no_text_takes_long() {
    let parts = [
        "a@",
        "@",
        "4",
        "4 ",
        "4111 ",
        "-",
        "-----BEGIN PRIVATE KEY",
        "://",
        "://a",
        "password:",
        "password=\"",
        "sk-",
        "sk-a",
        "eyJ",
        "eyJ.",
        "Bearer ",
        "Bearer a",
        ":",
        "=",
        "\\",
        "\"",
        "token: ",
        "%40",
        "a%40",
        "\u{f6}",
        "password: {",
        "password: A(",
        "cookie:",
    ];
    for part in parts {
        let text = part.repeat(1 << 15);
        for patterns in [
            Patterns::ALL,
            Patterns::ALL.without(Pattern::Secret),
            Patterns(1),
            Patterns(2),
        ] {
            let masked = mask(&text, patterns);
            assert!(masked.len() <= text.len() * 10, "{part}");
        }
    }
}
