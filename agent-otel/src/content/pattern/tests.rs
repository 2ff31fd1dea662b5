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

/// All of a list goes, and what is behind it stays.
#[test]
fn a_list_of_secrets_is_masked() {
    for (text, expected) in [
        (
            "passwords: [\"aaa1\", \"bbb2\"], port: 1",
            "passwords: [redacted:secret], port: 1",
        ),
        (
            "Config { api_keys: [\n    \"a]b\",\n    \"c\",\n], port: 1 }",
            "Config { api_keys: [redacted:secret], port: 1 }",
        ),
        (
            r#"{"secrets":[["a"],{"b":"c]"}],"x":1}"#,
            r#"{"secrets":[redacted:secret],"x":1}"#,
        ),
        (
            "secret: Pair { a: Some({1: 2}), b: \"}c\" }, x",
            "secret: [redacted:secret], x",
        ),
        (
            r#"{"authorization": ["Basic abc"], "x": 1}"#,
            r#"{"authorization": [redacted:token], "x": 1}"#,
        ),
        (
            "token: [\"abcdef123456\", \"ghijkl789012\"]",
            "token: [redacted:secret]",
        ),
        ("password: [aaa1", "password: [redacted:secret]"),
    ] {
        assert_eq!(masked(text), expected, "{text}");
        assert_eq!(masked(expected), expected, "once more");
    }
}

/// The forms in which names and values are written beside `name: value`.
#[test]
fn what_belongs_to_a_name_is_masked_in_each_form() {
    for (text, expected) in [
        ("password%3Dhunter2secret", "password%3D[redacted:secret]"),
        (
            "/?next=%3Fapi_key%3Dabc%26page%3d2 HTTP/1.1",
            "/?next=%3Fapi_key%3D[redacted:secret]%26page%3d2 HTTP/1.1",
        ),
        (
            "%7B%22password%22%3a%20%22hun%2Cter%22%2C%22x%22%3A1%7D",
            "%7B%22password%22%3a%20%22[redacted:secret]%22%2C%22x%22%3A1%7D",
        ),
        (
            "h=Authorization%3A%20Basic%20abc%0D%0AHost",
            "h=Authorization%3A%20[redacted:token]%0D%0AHost",
        ),
        ("q%3Dsk-proj-abcdefgh12345678", "q%3D[redacted:api_key]"),
        ("n=%204111111111111111", "n=%20[redacted:card]"),
        (
            "u=https%3A%2F%2Fuser%3Ahunter2pass%40host%2Fdb",
            "u=https%3A%2F%2F[redacted:credentials]%40host%2Fdb",
        ),
        (
            "https%3a//user:hunter2pass@host",
            "https%3a//[redacted:credentials]@host",
        ),
        ("DB_PASS=correcthorse", "DB_PASS=[redacted:secret]"),
        ("smtp-pass: hunter2", "smtp-pass: [redacted:secret]"),
        ("smtpPass: hunter2", "smtpPass: [redacted:secret]"),
        (
            "postgres://app:hun/ter2@db/x",
            "postgres://[redacted:credentials]@db/x",
        ),
        (
            "postgres://app:p?w#@db:5432",
            "postgres://[redacted:credentials]@db:5432",
        ),
        (
            "<db><password>hunter2</password></db>",
            "<db><password>[redacted:secret]</password></db>",
        ),
        (
            "<wsse:Password Type=\"x#Text\">\n  hunter two\n</wsse:Password>",
            "<wsse:Password Type=\"x#Text\">\n  [redacted:secret]\n</wsse:Password>",
        ),
        (
            "mysql --password hunter2secret db",
            "mysql --password [redacted:secret] db",
        ),
        (
            "sh -c 'x --api-key \"a b\"'",
            "sh -c 'x --api-key \"[redacted:secret]\"'",
        ),
        (
            "\"mysql\" \"--password\" \"hunter\" \"db\"",
            "\"mysql\" \"--password\" \"[redacted:secret]\" \"db\"",
        ),
        (
            "['mysql', '--password', 'hunter', 'db']",
            "['mysql', '--password', '[redacted:secret]', 'db']",
        ),
        (
            r#"[("accept", "json"), ("x-api-key", "abcdef123")]"#,
            r#"[("accept", "json"), ("x-api-key", "[redacted:secret]")]"#,
        ),
        (
            r#"[[\"x-api-key\",\"abcdef123\"]]"#,
            r#"[[\"x-api-key\",\"[redacted:secret]\"]]"#,
        ),
        (
            "(\n    \"x-api-key\",\n    \"abcdef123\",\n)",
            "(\n    \"x-api-key\",\n    \"[redacted:secret]\",\n)",
        ),
        ("api_keys: abc1234", "api_keys: [redacted:secret]"),
        (
            "SERVICE_PASS=Bearer abcdef0123456789",
            "SERVICE_PASS=Bearer [redacted:secret]",
        ),
        (
            "password_session_tokens=abcdefgh12345678",
            "password_session_tokens=[redacted:secret]",
        ),
        (
            "refresh_tokens: abcdef123",
            "refresh_tokens: [redacted:secret]",
        ),
    ] {
        assert_eq!(masked(text), expected, "{text}");
        assert_eq!(masked(expected), expected, "once more");
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
        "passwords: [], secrets: {}, passwords: [redacted:secret]",
        "input_tokens: 1234567, tokens=100000, session_tokens: 1234567, valid_tokens: 1234567",
        "compass: north123, bypass=route66, first_pass: 12, pass: 3",
        "--password is required, --password <PASSWORD>, --token or --api-key, --password --verbose",
        "-- password hunter2secret; x--password abc123; --page 12345678",
        "expected Vec<Password>, found Vec<u8> in <T as Secret>::x</a> <password/> <password></a>",
        "[\"username\", \"password\", \"confirm_password\"], (\"api_key\", \"organization_id\")",
        "(\"order\", \"1234567890\"), call(\"password\", 1234567), [\"secret\", \"true\"]",
        "use <token>\nReturns the weather of tomorrow.\n</usage>, <p>use <secret> for it</p>",
        "<a>login <user> <password> and fetch the order of the customer</a>",
        "fn login(p: Arc<Password>) { f(\"hi\"); }\nlet html = \"</Password>\";",
        "Validation(\"password\", \"must be at least 8 characters long\")",
        "('api_key', 'Missing required key'), (\"password\", \"address2\")",
        "(\"authorization\", \"required for all endpoints\"), [\"token\",\"created_at_2\"]",
        "There are three secrets: patience, practice; Chamber of Secrets: film; secrets: inherit",
        "api_keys: Vec<String>, found 3 access_keys: 12 expired, secrets=3, auth_tokens: 1234567",
        "http://localhost:{port}/users/@me, http://localhost:PORT/users/@me, oci://r:latest/a@sha256:1",
        "https://host:$PORT/npm/@scope/pkg git+ssh://github.com:org/repo.git@v1.0",
        "either `--password`, `DATABASE_URL` or; flags: \"--api-key\", \"OPENAI_API_KEY\"",
        "--api-key ANTHROPIC_API_KEY   the key; git push --no-password https://github.com/a/b2",
        "use --token\nAuthentication-by-certificate1 is, first_pass: 2024-01-01T00:00",
        "min_pass: 1234567, boardingPass: LH1234X, ski-pass: 3-day-adult, TEST_PASS: 12 of 12",
        "100%3D is page%3A2, https%3A%2F%2Fhost%3A8080%2Fa, 50%off",
        "see http://a:80,http://b:90/x and skill://review/@latest, http://[::1]:9000/x@y",
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
        "password: [",
        "password: [\"",
        "password:[redacted:",
        "token: [",
        "password%3D",
        "password%3D%22",
        "password%3D[redacted:",
        "https%3A%2F%2F",
        "%3A%2F%2Fa%40",
        "%3A",
        "://a:b/",
        "<",
        "<password>",
        "<password ",
        "<password>a",
        "--password ",
        "--password \"",
        "\"--password\" ",
        "(\"password\",",
        "[\\\"password\\\",\"",
        "\",",
    ];
    for part in parts {
        let text = part.repeat(1 << 14);
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
