//! [W3C Baggage](https://www.w3.org/TR/baggage/), of which three members are ours: the ids of conversation, user and session.
//!
//! Nothing else is read and nothing else is sent: what a caller puts into its baggage is not carried to third parties.
//! What the application itself puts into the baggage of a request stays there beside ours.

use std::fmt::Write as _;

use opentelemetry::Context;

use crate::semconv;
use crate::surroundings::{Id, Ids};

pub(crate) const BAGGAGE: &str = "baggage";

/// The most that is read or written of a `baggage`, over all its headers, in bytes (section 3.3.2).
const LIMIT: usize = 8192;

/// The most members of a `baggage` that is written (section 3.3.2).
const MEMBERS: usize = 64;

/// The longest id that is taken, in bytes: what is longer is no id.
const ID_LIMIT: usize = 256;

/// The keys that are ours.
const KEYS: [&str; 3] = [
    semconv::GEN_AI_CONVERSATION_ID,
    semconv::USER_ID,
    semconv::SESSION_ID,
];

/// One entry that is ours: its key, and its value as it is written.
type Member = (&'static str, String);

/// Those of the ids that go to other services.
pub(crate) fn members(ids: &Ids) -> Vec<Member> {
    let travels = |id: &Id| (ids.across || id.received) && is_id(id.text.as_str());
    ids.each()
        .filter(|(_, id)| travels(id))
        .map(|(key, id)| (key, encode(id.text.as_str())))
        .collect()
}

/// One header value with what the carrier holds already and our members, which take the place of all that were ours: a
/// carrier may be used again, and ids of two requests are not to be mixed. What the application wrote stays as it is: where
/// ours do not fit beside it, they stay out. `None` where it is to stay as it is, and an empty text where nothing is left of it.
pub(crate) fn merge(held: &[&str], ours: &[Member]) -> Option<String> {
    let is_text = |header: &&str| {
        let mut chars = header.chars();
        chars.all(|char| matches!(char, '\t' | ' '..='~'))
    };
    if !held.iter().all(is_text) {
        return None;
    }
    let is_ours = |member: &str| {
        let key = member.split(['=', ';']).next().unwrap_or_default().trim();
        KEYS.contains(&key)
    };
    let members = held.iter().flat_map(|header| header.split(','));
    let members = members.map(str::trim).filter(|member| !member.is_empty());
    let (earlier, theirs): (Vec<_>, Vec<_>) = members.partition(|member| is_ours(member));
    let mut count = theirs.len();
    let mut header = theirs.join(",");
    let mut wrote = !earlier.is_empty();
    for (key, value) in ours {
        let separator = if header.is_empty() { "" } else { "," };
        let length = separator.len() + key.len() + "=".len() + value.len();
        if count < MEMBERS && header.len() + length <= LIMIT {
            let _ = write!(header, "{separator}{key}={value}");
            count += 1;
            wrote = true;
        }
    }
    wrote.then_some(header)
}

/// `context` with the ids that these headers bring.
pub(crate) fn extract(context: Context, headers: &[&str]) -> Context {
    if headers.is_empty() || headers.iter().map(|header| header.len()).sum::<usize>() > LIMIT {
        return context;
    }
    let mut ids = Ids::default();
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
            .map(|value| Id {
                text: value.into(),
                received: true,
            });
    }
    if ids == Ids::default() {
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
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
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
    use crate::surroundings::Surroundings;

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
        let header = merge(&[], &members(Surroundings::ids(&context).expect("ids")))
            .expect("ids were asked to travel");
        assert_eq!(
            header,
            "gen_ai.conversation.id=thread%3D1%3B2%2C3%25,user.id=Zo%C3%AB%2C%207"
        );
        let arrived = extract(Context::new(), &["other=1", &header]);
        let arrived = Surroundings::ids(&arrived).expect("ids");
        let texts = |ids: &Ids| {
            ids.each()
                .map(|(_, id)| id.text.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(arrived), texts(&ids("thread=1;2,3%")));
        assert_eq!(merge(&[], &members(arrived)), Some(header));
    }

    /// What a caller sends says nothing of what is told here.
    #[test]
    fn ids_of_this_service_do_not_go_with_those_that_came() {
        let mut own = ids("c");
        own.across = false;
        let came = ["gen_ai.conversation.id=c,session.id=s"];
        let sent = |context: &Context| merge(&[], &members(Surroundings::ids(context)?));
        let expected = Some("gen_ai.conversation.id=c,session.id=s".to_owned());
        let before = own.clone().in_context(&Context::new());
        assert_eq!(sent(&extract(before, &came)), expected);
        let after = own.clone().in_context(&extract(Context::new(), &came));
        assert_eq!(sent(&after), expected);
        own.conversation = Some("other".into());
        let instead = own.in_context(&after);
        assert_eq!(sent(&instead).as_deref(), Some("session.id=s"));
    }

    #[test]
    fn ids_stay_where_nobody_asked() {
        let mut quiet = ids("c");
        quiet.across = false;
        let quiet = quiet.in_context(&Context::new());
        assert_eq!(members(Surroundings::ids(&quiet).expect("ids")), []);
    }

    #[test]
    fn the_limits_hold_for_both_together() {
        let ours = [("user.id", "7".to_owned()), ("session.id", "9".to_owned())];
        let member = |number: usize| format!("k{number}=v");
        let theirs = |count: usize| (0..count).map(member).collect::<Vec<_>>().join(",");
        let merged = |theirs: &str| merge(&[theirs], &ours);
        let both = format!("{},user.id=7,session.id=9", theirs(62));
        assert_eq!(merged(&theirs(62)), Some(both));
        assert_eq!(
            merged(&theirs(63)),
            Some(format!("{},user.id=7", theirs(63)))
        );
        assert_eq!(merged(&theirs(64)), None);
        assert_eq!(merged(&theirs(200)), None);
        let long = format!("k={}", "x".repeat(LIMIT - 2 - ",user.id=7".len()));
        assert_eq!(merged(&long), Some(format!("{long},user.id=7")));
        assert_eq!(merged(&format!("{long}xxxxxxxxxx")), None);
    }

    /// Headers are kept with a connection, and the next request on it is another's.
    #[test]
    fn ids_of_two_requests_are_not_mixed() {
        let held = "gen_ai.conversation.id=c1,tenant=7,user.id=u1;p=1";
        let ours = [("user.id", "u2".to_owned())];
        let merged = merge(&[held], &ours);
        assert_eq!(merged.as_deref(), Some("tenant=7,user.id=u2"));
        let full = vec!["k=v"; MEMBERS].join(",");
        let merged = merge(&[&format!("{full},user.id=u1")], &ours);
        assert_eq!(merged, Some(full));
    }

    #[test]
    fn what_is_no_text_is_left_alone() {
        let ours = [("user.id", "7".to_owned())];
        for held in ["a=\u{fffd}", "a=\u{0}", "\u{fffd}"] {
            assert_eq!(merge(&["b=1", held], &ours), None, "{held:?}");
        }
        for empty in [&[][..], &[""], &[" ,\t,", ""]] {
            assert_eq!(merge(empty, &ours).as_deref(), Some("user.id=7"));
        }
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
