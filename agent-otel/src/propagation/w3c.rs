//! [W3C Trace Context Level 2](https://www.w3.org/TR/trace-context-2/), strict: what is not well-formed is not taken.
//!
//! The `TraceState` of the OpenTelemetry API cannot represent every legal key, and the SDK drops the random flag, so
//! both travel beside the span context, as they came.

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};

use crate::context;

pub(crate) const TRACEPARENT: &str = "traceparent";
pub(crate) const TRACESTATE: &str = "tracestate";

/// Bit of `trace-flags`: the right half of the trace id is random (section 3.2.2.4.2).
const RANDOM: u8 = 0b10;

/// The most that is accepted of a `tracestate`, over all its headers.
const STATE_LIMIT: usize = 8192;

/// The most members of a `tracestate`.
const MEMBERS: usize = 32;

/// What the OpenTelemetry API has no room for.
#[derive(Debug)]
struct Received {
    trace_id: TraceId,
    random: bool,
    tracestate: String,
}

/// The current context with the remote parent of these headers.
pub(crate) fn extract(traceparents: &[&str], tracestates: &[&str]) -> Context {
    let context = context::current();
    let [traceparent] = traceparents else {
        return context;
    };
    let Some((trace_id, span_id, flags)) = parse_traceparent(trimmed(traceparent)) else {
        return context;
    };
    let sampled = TraceFlags::new(flags) & TraceFlags::SAMPLED;
    let random = flags & RANDOM != 0;
    let tracestate = parse_tracestate(tracestates).unwrap_or_default();
    // For samplers, as far as the API can represent it.
    let state = if tracestate.is_empty() {
        TraceState::NONE
    } else {
        tracestate.parse().unwrap_or(TraceState::NONE)
    };
    // What came with this trace before does not count any more.
    let has_more = random || !tracestate.is_empty() || context.get::<Received>().is_some();
    let parent = SpanContext::new(trace_id, span_id, sampled, true, state);
    let context = context.with_remote_span_context(parent);
    if has_more {
        context.with_value(Received {
            trace_id,
            random,
            tracestate,
        })
    } else {
        context
    }
}

/// Without the blanks around it, which hardly a header has.
fn trimmed(header: &str) -> &str {
    let blanks = [' ', '\t'];
    if header.ends_with(blanks) || header.starts_with(blanks) {
        header.trim_matches(blanks)
    } else {
        header
    }
}

/// `traceparent` of the current span.
pub(crate) fn traceparent(context: &Context) -> Option<String> {
    let span = context.span();
    let span_context = span.span_context();
    if !span_context.is_valid() {
        return None;
    }
    let random = received(context).is_some_and(|received| received.random);
    let flags = u8::from(span_context.is_sampled()) | if random { RANDOM } else { 0 };
    let mut header = Vec::with_capacity(55);
    header.extend_from_slice(b"00-");
    write_hex(&mut header, &span_context.trace_id().to_bytes());
    header.push(b'-');
    write_hex(&mut header, &span_context.span_id().to_bytes());
    header.push(b'-');
    header.extend_from_slice(&[b'0', b'0' + flags]);
    String::from_utf8(header).ok()
}

/// `tracestate` of the current trace, where there is one: what the sampler says now, and then what came otherwise.
pub(crate) fn tracestate(context: &Context) -> Option<String> {
    let own = context.span().span_context().trace_state().header();
    let received = received(context).map_or("", |received| received.tracestate.as_str());
    if own.is_empty() && received.is_empty() {
        return None;
    }
    let key = |member: &str| member.split('=').next().map(str::to_owned);
    let said: Vec<_> = own.split(',').map(key).collect();
    let others = received
        .split(',')
        .filter(|member| !said.contains(&key(member)));
    let members: Vec<_> = own
        .split(',')
        .chain(others)
        .filter(|member| !member.is_empty())
        .take(MEMBERS)
        .collect();
    (!members.is_empty()).then(|| members.join(","))
}

/// What came with the trace that is current still; a new root below has nothing to do with it.
fn received(context: &Context) -> Option<&Received> {
    context
        .get::<Received>()
        .filter(|received| received.trace_id == context.span().span_context().trace_id())
}

/// Section 3.2: fields of fixed width in lower-case hexadecimal, with room for higher versions.
fn parse_traceparent(header: &str) -> Option<(TraceId, SpanId, u8)> {
    let bytes = header.as_bytes();
    let (fixed, rest) = bytes.split_at_checked(55)?;
    let dashes = [2, 35, 52]
        .iter()
        .all(|&dash| fixed.get(dash) == Some(&b'-'));
    let version = hex(fixed.get(..2)?)?;
    let known_end = match version {
        0 => rest.is_empty(),
        0xff => false,
        _ => matches!(rest.first(), None | Some(b'-')),
    };
    if !dashes || !known_end {
        return None;
    }
    let [left, right] = [hex(fixed.get(3..19)?)?, hex(fixed.get(19..35)?)?];
    let trace_id = TraceId::from(u128::from(left) << 64 | u128::from(right));
    let span_id = SpanId::from(hex(fixed.get(36..52)?)?);
    let flags = u8::try_from(hex(fixed.get(53..55)?)?).ok()?;
    let valid = trace_id != TraceId::INVALID && span_id != SpanId::INVALID;
    valid.then_some((trace_id, span_id, flags))
}

/// What each byte stands for as a digit in lower case.
const VALUES: [u8; 256] = {
    let digits = b"0123456789abcdef";
    let mut values = [NO_DIGIT; 256];
    let (mut at, mut value) = (0, 0);
    while at < digits.len() {
        values[digits[at] as usize] = value;
        (at, value) = (at + 1, value + 1);
    }
    values
};

const NO_DIGIT: u8 = 0xff;

/// The number of up to 16 digits.
fn hex(digits: &[u8]) -> Option<u64> {
    let (mut number, mut seen) = (0, 0);
    for &digit in digits {
        let value = VALUES.get(usize::from(digit)).copied().unwrap_or(NO_DIGIT);
        number = number << 4 | u64::from(value);
        seen |= value;
    }
    // Looked at once, and not after each digit.
    (seen != NO_DIGIT).then_some(number)
}

/// The digits of `bytes`, which are four, or eight, and so on.
fn write_hex(header: &mut Vec<u8>, mut bytes: &[u8]) {
    while let Some((four, others)) = bytes.split_first_chunk() {
        header.extend_from_slice(&digits(*four));
        bytes = others;
    }
}

/// The digits of four bytes.
fn digits(bytes: [u8; 4]) -> [u8; 8] {
    /// 1 in each byte.
    const EACH: u64 = 0x0101_0101_0101_0101;

    // All at once: halves are moved apart until each digit has a byte of its own.
    let mut digits = u64::from(u32::from_be_bytes(bytes));
    digits = (digits << 16 | digits) & 0x0000_ffff_0000_ffff;
    digits = (digits << 8 | digits) & 0x00ff_00ff_00ff_00ff;
    digits = (digits << 4 | digits) & 0x0f0f_0f0f_0f0f_0f0f;
    // Only with 10 and more do 6 more make 16.
    let letters = (digits + 6 * EACH) >> 4 & EACH;
    let ascii = digits + u64::from(b'0') * EACH + letters * u64::from(b'a' - b'0' - 10);
    ascii.to_be_bytes()
}

/// Section 3.3: the members of all headers in order; one bad member spoils the state, and never the parent.
fn parse_tracestate(headers: &[&str]) -> Option<String> {
    if headers.iter().map(|header| header.len()).sum::<usize>() > STATE_LIMIT {
        return None;
    }
    let mut members: Vec<(&str, &str)> = Vec::new();
    for member in headers.iter().flat_map(|header| header.split(',')) {
        let member = member.trim_matches([' ', '\t']);
        if member.is_empty() {
            continue;
        }
        let (key, value) = member.split_once('=')?;
        if !is_key(key) || !is_value(value) {
            return None;
        }
        if !members.iter().any(|(known, _)| *known == key) {
            members.push((key, value));
        }
        if members.len() > MEMBERS {
            return None;
        }
    }
    let members: Vec<_> = members
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    Some(members.join(","))
}

/// Section 3.3.1.3.1.
fn is_key(key: &str) -> bool {
    let mut bytes = key.bytes();
    let begins = bytes
        .next()
        .is_some_and(|first| first.is_ascii_lowercase() || first.is_ascii_digit());
    let goes_on =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-*/@".contains(&byte);
    begins && key.len() <= 256 && bytes.all(goes_on)
}

/// Section 3.3.1.3.2: printable ASCII without `,` and `=`. Spaces at the end were trimmed with the member.
fn is_value(value: &str) -> bool {
    (1..=256).contains(&value.len())
        && value
            .bytes()
            .all(|byte| (0x20..=0x7e).contains(&byte) && byte != b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    fn accepts(header: &str) -> bool {
        parse_traceparent(header).is_some()
    }

    #[test]
    fn a_traceparent_is_taken_by_the_letter() {
        assert!(accepts(&format!("00-{TRACE}-{SPAN}-01")));
        assert!(accepts(&format!("00-{TRACE}-{SPAN}-ff")));
        assert!(accepts(&format!("cc-{TRACE}-{SPAN}-01")));
        assert!(accepts(&format!("cc-{TRACE}-{SPAN}-01-what-comes-later")));
        for bad in [
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("cc-{TRACE}-{SPAN}-01.later"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{}-{SPAN}-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("0-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}-1"),
            format!("00-{TRACE}-{SPAN}-001"),
            "00-1-1-1".to_owned(),
            String::new(),
        ] {
            assert!(!accepts(&bad), "{bad}");
        }
    }

    #[test]
    fn one_bad_member_spoils_the_state_and_not_the_parent() {
        assert_eq!(
            parse_tracestate(&["a=1, b=2 ", "", "a=3,c@d@e=4"]).as_deref(),
            Some("a=1,b=2,c@d@e=4")
        );
        assert_eq!(parse_tracestate(&["a=1,B=2"]), None);
        assert_eq!(parse_tracestate(&["a=1,b=x=y"]), None);
        let many: Vec<_> = (0..33).map(|n| format!("k{n}=1")).collect();
        assert_eq!(parse_tracestate(&[&many.join(",")]), None);

        let context = extract(&[&format!("00-{TRACE}-{SPAN}-03")], &["=bad"]);
        assert_eq!(traceparent(&context), Some(format!("00-{TRACE}-{SPAN}-03")));
        assert_eq!(tracestate(&context), None);
    }

    #[test]
    fn two_parents_are_none() {
        let header = format!("00-{TRACE}-{SPAN}-01");
        let context = extract(&[&header, &header], &[]);
        assert!(!context.span().span_context().is_valid());
    }

    #[test]
    fn what_was_received_goes_on() {
        let context = extract(&[&format!("00-{TRACE}-{SPAN}-01")], &["foo@@bar=1"]);
        assert_eq!(tracestate(&context).as_deref(), Some("foo@@bar=1"));
    }

    #[test]
    fn what_was_received_before_does_not_come_back() {
        let first = extract(&[&format!("00-{TRACE}-{SPAN}-03")], &["foo@@bar=1"]);
        let _attached = first.attach();
        let second = extract(&[&format!("00-{TRACE}-{SPAN}-01")], &[]);
        assert_eq!(traceparent(&second), Some(format!("00-{TRACE}-{SPAN}-01")));
        assert_eq!(tracestate(&second), None);
    }

    #[test]
    fn what_the_sampler_says_comes_first_and_once() {
        let header = format!("00-{TRACE}-{SPAN}-01");
        let received = extract(&[&header], &["ot=th:1,foo@@bar=1"]);
        let parent = received.span().span_context().clone();
        let said: TraceState = "ot=th:8".parse().unwrap_or_default();
        let sampled = SpanContext::new(
            parent.trace_id(),
            parent.span_id(),
            parent.trace_flags(),
            false,
            said,
        );
        let context = received.with_remote_span_context(sampled);
        assert_eq!(tracestate(&context).as_deref(), Some("ot=th:8,foo@@bar=1"));
    }
}
