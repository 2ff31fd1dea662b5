//! [W3C Baggage](https://www.w3.org/TR/baggage/), of which three members are ours: the ids of conversation, user and session.
//!
//! Nothing else is read and nothing else is sent: what a caller puts into its baggage is not carried to third parties.

use std::fmt::Write as _;

use opentelemetry::{Context, StringValue};

use crate::semconv;
use crate::surroundings::{Ids, Surroundings};

pub(crate) const BAGGAGE: &str = "baggage";

/// The most that is read of a `baggage`, over all its headers, in bytes (section 3.3.2).
const LIMIT: usize = 8192;

/// The longest id that is taken, in bytes: what is longer is no id.
const ID_LIMIT: usize = 256;

/// The ids that `context` wants to send, as a header value.
pub(crate) fn header(context: &Context) -> Option<String> {
    let ids = Surroundings::ids(context).filter(|ids| ids.across)?;
    let members = [
        (semconv::GEN_AI_CONVERSATION_ID, &ids.conversation),
        (semconv::USER_ID, &ids.user),
        (semconv::SESSION_ID, &ids.session),
    ];
    let mut header = String::new();
    for (key, id) in members {
        if let Some(id) = id.as_ref().filter(|id| is_id(id.as_str())) {
            let separator = if header.is_empty() { "" } else { "," };
            let _ = write!(header, "{separator}{key}=");
            encode(id.as_str(), &mut header);
        }
    }
    (!header.is_empty()).then_some(header)
}

/// `context` with the ids that these headers bring.
pub(crate) fn extract(context: Context, headers: &[&str]) -> Context {
    if headers.is_empty() || headers.iter().map(|header| header.len()).sum::<usize>() > LIMIT {
        return context;
    }
    let mut ids = Ids {
        across: true,
        ..Ids::default()
    };
    let nothing = ids.clone();
    for member in headers.iter().flat_map(|header| header.split(',')) {
        // Behind a semicolon stand properties, which say nothing to us.
        let member = member.split(';').next().unwrap_or_default();
        let Some((key, value)) = member.split_once('=') else {
            continue;
        };
        let id = match key.trim() {
            semconv::GEN_AI_CONVERSATION_ID => &mut ids.conversation,
            semconv::USER_ID => &mut ids.user,
            semconv::SESSION_ID => &mut ids.session,
            _ => continue,
        };
        *id = decode(value.trim())
            .filter(|value| is_id(value))
            .map(StringValue::from);
    }
    if ids == nothing {
        context
    } else {
        ids.in_context(&context)
    }
}

/// What may be an id: short, and without anything that a terminal or a log would take for more than text.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= ID_LIMIT && !text.chars().any(char::is_control)
}

/// Percent-encodes all that is not unreserved (RFC 3986, section 2.3).
fn encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(char::from(byte));
        } else {
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(conversation: &'static str) -> Ids {
        Ids {
            conversation: Some(conversation.into()),
            user: Some("Zoë, 7".into()),
            session: None,
            across: true,
        }
    }

    #[test]
    fn ids_travel_there_and_back() {
        let context = ids("thread=1;2,3%").in_context(&Context::new());
        let header = header(&context).expect("ids were asked to travel");
        assert_eq!(
            header,
            "gen_ai.conversation.id=thread%3D1%3B2%2C3%25,user.id=Zo%C3%AB%2C%207"
        );
        let arrived = extract(Context::new(), &["other=1", &header]);
        assert_eq!(Surroundings::ids(&arrived), Some(&ids("thread=1;2,3%")));
    }

    #[test]
    fn ids_stay_where_nobody_asked() {
        let mut quiet = ids("c");
        quiet.across = false;
        assert_eq!(header(&quiet.in_context(&Context::new())), None);
    }

    #[test]
    fn what_is_no_id_is_not_taken() {
        let long = format!("user.id={}", "x".repeat(300));
        for hostile in [
            "user.id=%0d%0aforged",
            "user.id=%1b[31m",
            "user.id=%f",
            "user.id=%zz",
            "user.id=",
            "user.id=%ff",
            "user.id",
            &long,
            "secret=1",
        ] {
            let context = extract(Context::new(), &[hostile]);
            assert_eq!(Surroundings::ids(&context), None, "{hostile}");
        }
        let many = "a=b,".repeat(4000);
        let context = extract(Context::new(), &[&many, "user.id=u"]);
        assert_eq!(Surroundings::ids(&context), None);
    }
}
