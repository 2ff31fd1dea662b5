//! What is printed.

use super::program::{printed, run, stderr, told};

#[test]
fn a_line_is_out_before_the_process_is() {
    let output = run("exits_at_once", &[]);
    printed(&output, "going");
    printed(&output, "gone");
}

#[test]
fn levels_come_from_the_environment() {
    let lines = |variables: &[(&str, &str)]| stderr(&run("answers", variables));
    let quiet = lines(&[("RUST_LOG", "logs=error")]);
    assert!(quiet.contains("with an error") && !quiet.contains("no such order"));
    assert!(!quiet.contains("said by log"), "{quiet}");
    let loud = lines(&[("OTEL_LOG_LEVEL", "debug")]);
    assert!(loud.contains("not loud enough"), "{loud}");
    let wrong = run("returns", &[("RUST_LOG", "logs=debug=x,logs=info")]);
    let told = told(&wrong);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("RUST_LOG=\"logs=debug=x\""), "{told:?}");
    printed(&wrong, "last words");
}

/// Eight threads log, and print a waterfall for each record, at the same time.
#[test]
fn lines_and_waterfalls_do_not_garble_each_other() {
    let lines = stderr(&run("logs_on_many_threads", &[]));
    let count = |whole: fn(&str) -> bool| lines.lines().filter(|line| whole(line)).count();
    let is_record = |line: &str| {
        let mut words = line.split(' ');
        let time = words.next().is_some_and(|time| time.ends_with('Z'));
        time && line.contains("  INFO logs  a line with an end  thread=")
            && line
                .rsplit(' ')
                .next()
                .is_some_and(|span| span.len() == "span=".len() + 16)
    };
    assert_eq!(count(is_record), 400, "{lines}");
    let is_head = |line: &str| line.starts_with("trace ") && line.contains(" · shop · 1 span · ");
    assert_eq!(count(is_head), 400);
    let is_row = |line: &str| line.starts_with("  execute_tool noisy ");
    assert_eq!(count(is_row), 400);
    let is_empty = |line: &str| line.is_empty();
    assert_eq!(
        count(is_record) * 3 + count(is_empty),
        lines.lines().count()
    );
}
