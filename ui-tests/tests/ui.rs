//! What the attributes accept and what they refuse, and with which words.
//!
//! `TRYBUILD=overwrite cargo test -p agent-otel-ui-tests --test ui` refreshes the messages; read the difference before
//! you commit it. They are those of the stable compiler that `rust-toolchain.toml` or the CI names.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*/*.rs");
    cases.compile_fail("fail/*/*.rs");
}
