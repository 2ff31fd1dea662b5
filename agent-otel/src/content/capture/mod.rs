//! A serializer that builds JSON under a budget: what a value serializes to may be endless, and what is captured of it
//! is not.
//!
//! `Serialize` is code of the user. Whatever it gives, this keeps at most a few budgets of it and passes the rest over,
//! or stops it where the rest may have no end. What is missing is noted as in [`cut`].

mod list;
mod serializer;

use std::fmt::{self, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::ser::{self, Serialize};
use serde_json::{Map, Number, Value};

use super::cut;
use list::List;

/// How many budgets are gathered, so that the cut to one can choose what stays.
const GATHERED: usize = 4;

/// Room below which no text is begun: that of the note that says what is missing.
const LEAST_TEXT: usize = 64;

/// The most bytes of a key of a map.
const KEY: usize = 256;

/// The most pointers and wrappers around each other that are no level of the JSON.
const WRAPPERS: usize = 256;

/// How many members are passed over behind the last that had room, in case there is an end.
const PATIENCE: usize = 1 << 16;

/// The value as JSON of at most a few times `budget`; `None` where its `Serialize` fails or panics.
pub(super) fn capture(value: &(impl Serialize + ?Sized), budget: usize) -> Option<Value> {
    let mut capture = Capture::new(budget.saturating_mul(GATHERED), budget);
    let ended = catch_unwind(AssertUnwindSafe(|| capture.inside(value)));
    ended.ok()?.ok()?;
    capture.root
}

/// Why a `Serialize` is stopped.
#[derive(Debug)]
pub(super) enum Halt {
    /// Nothing more has room.
    Full,
    /// It said that it cannot go on.
    Failed,
}

impl Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Halt::Full => "there is no room for more content",
            Halt::Failed => "the value cannot be serialized",
        })
    }
}

impl std::error::Error for Halt {}

impl ser::Error for Halt {
    fn custom<T: Display>(_: T) -> Self {
        Halt::Failed
    }
}

type Done = Result<(), Halt>;

/// What is gathered, and what is open.
#[derive(Debug)]
struct Capture {
    /// Bytes that are left for what is being captured.
    room: usize,
    /// The most bytes of one element of a long list.
    share: usize,
    wrappers: usize,
    frames: Vec<Frame>,
    root: Option<Value>,
}

/// An array or an object that is open.
#[derive(Debug)]
enum Frame {
    List(List),
    Members {
        members: Map<String, Value>,
        key: Option<String>,
        missing: u64,
        seen: usize,
    },
    /// A value below the deepest level: how much of it was passed over.
    Deep(usize),
}

impl Capture {
    fn new(room: usize, share: usize) -> Self {
        Self {
            room,
            share,
            wrappers: 0,
            frames: Vec::new(),
            root: None,
        }
    }

    /// Captures a value where it belongs. What had no room, or had no end, is closed; the rest goes on.
    fn inside(&mut self, value: &(impl Serialize + ?Sized)) -> Done {
        let level = self.frames.len();
        let ended = value.serialize(&mut *self);
        // A `Serialize` may leave open what it has opened.
        while self.frames.len() > level {
            self.close(ended.is_ok());
        }
        match ended {
            Err(Halt::Failed) => Err(Halt::Failed),
            Ok(()) | Err(Halt::Full) => Ok(()),
        }
    }

    /// Captures what a pointer or a wrapper holds, which is no level of the JSON and may be without end.
    fn wrapped(&mut self, value: &(impl Serialize + ?Sized)) -> Done {
        if self.wrappers >= WRAPPERS {
            return self.scalar(cut::too_deep());
        }
        self.wrappers += 1;
        let ended = value.serialize(&mut *self);
        self.wrappers -= 1;
        ended
    }

    fn take(&mut self, size: usize) -> Done {
        self.room = self.room.checked_sub(size).ok_or(Halt::Full)?;
        Ok(())
    }

    fn put(&mut self, value: Value) {
        match self.frames.last_mut() {
            None => self.root = Some(value),
            Some(Frame::List(list)) => list.put(value),
            Some(Frame::Members { members, key, .. }) => {
                if let Some(key) = key.take() {
                    members.insert(key, value);
                }
            }
            Some(Frame::Deep(_)) => {}
        }
    }

    fn scalar(&mut self, value: impl Into<Value>) -> Done {
        let value = value.into();
        self.take(cut::size(&value))?;
        self.put(value);
        Ok(())
    }

    fn float(&mut self, value: f64) -> Done {
        // JSON has neither NaN nor infinities.
        self.scalar(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn text(&mut self, text: &str) -> Done {
        let room = self.room.checked_sub(LEAST_TEXT).ok_or(Halt::Full)?;
        self.scalar(cut::head(text, room, 0))
    }

    fn open(&mut self, frame: impl FnOnce(&Self) -> Frame) -> Done {
        let frame = if self.frames.len() < cut::DEPTH {
            self.take(3)?;
            frame(self)
        } else {
            self.take(cut::size(&cut::too_deep()) + 1)?;
            Frame::Deep(0)
        };
        self.frames.push(frame);
        Ok(())
    }

    fn list(&mut self, length: Option<usize>) -> Done {
        self.open(|capture| Frame::List(List::new(length, capture.room, capture.share)))
    }

    fn members(&mut self) -> Done {
        self.open(|_| Frame::Members {
            members: Map::new(),
            key: None,
            missing: 0,
            seen: 0,
        })
    }

    /// Opens an object, and in it the member that the value of a variant is.
    fn variant(&mut self, variant: &'static str) -> Done {
        self.members()?;
        self.key(variant)
    }

    fn element(&mut self, element: &(impl Serialize + ?Sized)) -> Done {
        match self.frames.last_mut() {
            Some(Frame::List(list)) => {
                if list.passes_over()? {
                    return Ok(());
                }
                let outer = self.room;
                let room = list.room(outer);
                self.room = room;
                let captured = self.inside(element);
                let used = room - self.room;
                let Some(Frame::List(list)) = self.frames.last_mut() else {
                    return Err(Halt::Failed);
                };
                // A long list has room of its own, of which it tells when it is closed.
                self.room = if list.is_long() { outer } else { outer - used };
                captured?;
                list.settle(used)
            }
            Some(Frame::Deep(seen)) => wait(seen),
            _ => Err(Halt::Failed),
        }
    }

    fn key(&mut self, key: &str) -> Done {
        let key = cut::head(key, KEY, 0);
        let has_room = self.take(key.len() + 4).is_ok();
        match self.frames.last_mut() {
            Some(Frame::Members {
                key: next, seen, ..
            }) => {
                *next = has_room.then_some(key);
                if has_room { Ok(()) } else { wait(seen) }
            }
            Some(Frame::Deep(seen)) => wait(seen),
            _ => Err(Halt::Failed),
        }
    }

    /// Captures the value of the member whose key came before.
    fn member(&mut self, value: &(impl Serialize + ?Sized)) -> Done {
        let has_key = match self.frames.last() {
            Some(Frame::Members { key, .. }) => key.is_some(),
            Some(Frame::Deep(_)) => return Ok(()),
            _ => return Err(Halt::Failed),
        };
        if has_key {
            self.inside(value)?;
        }
        if let Some(Frame::Members { key, missing, .. }) = self.frames.last_mut() {
            // The key is gone where the value was put.
            *missing += u64::from(key.take().is_some() || !has_key);
        }
        Ok(())
    }

    fn close(&mut self, is_whole: bool) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let value = match frame {
            Frame::Deep(_) => cut::too_deep(),
            Frame::List(list) => {
                self.room = self.room.saturating_sub(list.own_use());
                list.close(is_whole)
            }
            Frame::Members {
                members,
                key,
                missing,
                ..
            } => {
                let missing = missing + u64::from(key.is_some() || !is_whole);
                plain(members).unwrap_or_else(|members| cut::noted(members, missing))
            }
        };
        self.put(value);
    }
}

/// Waits for the end of what keeps nothing any more, though not forever.
fn wait(seen: &mut usize) -> Done {
    *seen += 1;
    if *seen > PATIENCE {
        Err(Halt::Full)
    } else {
        Ok(())
    }
}

/// What a number or a text of JSON is that `serde_json` hands over as an object of its own, by features of that crate.
fn plain(members: Map<String, Value>) -> Result<Value, Map<String, Value>> {
    const OWN: &str = "$serde_json::private::";

    let Some((key, Value::String(text))) = members.iter().next().filter(|_| members.len() == 1)
    else {
        return Err(members);
    };
    if !key.starts_with(OWN) {
        return Err(members);
    }
    Ok(serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into()))
}

/// A key as text: what is none is written as JSON.
fn key_text(key: &(impl Serialize + ?Sized)) -> Result<String, Halt> {
    let mut capture = Capture::new(KEY * 4, KEY);
    capture.inside(key)?;
    Ok(match capture.root {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    })
}
