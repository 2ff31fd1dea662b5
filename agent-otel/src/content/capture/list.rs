//! The elements of one array as they are captured: all of them where they have room, else the first and the last.

use std::collections::VecDeque;

use serde_json::Value;

use super::super::cut;
use super::Halt;

/// The most elements at the end of a long list that are looked at, and the least.
const LAST: (usize, usize) = (8, 256);

/// The most elements that are passed over on the way to the last ones.
const PATIENCE: usize = 1 << 20;

/// The elements of an array.
///
/// A list that has a lot of room is long: it is one of messages or documents, and of those the last ones count. Its
/// first elements have half a share, its last ones a share at least, and no single element has more than one, so that
/// whatever fits a share is kept as it is. Other lists take elements until nothing more has room.
#[derive(Debug)]
pub(super) struct List {
    length: Option<usize>,
    seen: usize,
    fresh: Option<Value>,
    first: Vec<Value>,
    /// Whether an element has had no room.
    is_full: bool,
    long: Option<Long>,
}

#[derive(Debug)]
struct Long {
    share: usize,
    first_room: usize,
    first_used: usize,
    last: VecDeque<(Value, usize)>,
    last_room: usize,
    last_used: usize,
    /// The element to go on with.
    resume: usize,
    has_jumped: bool,
}

impl List {
    pub(super) fn new(length: Option<usize>, room: usize, share: usize) -> Self {
        let is_long = room / 5 >= share / 2;
        Self {
            length,
            seen: 0,
            fresh: None,
            first: Vec::new(),
            is_full: false,
            long: is_long.then(|| Long {
                share,
                first_room: share / 2,
                first_used: 0,
                last: VecDeque::new(),
                last_room: room.saturating_sub(share / 2 + share),
                last_used: 0,
                resume: 0,
                has_jumped: false,
            }),
        }
    }

    pub(super) fn is_long(&self) -> bool {
        self.long.is_some()
    }

    /// What the elements of a long list use, beside the room of the rest.
    pub(super) fn own_use(&self) -> usize {
        self.long
            .as_ref()
            .map_or(0, |long| long.first_used + long.last_used)
    }

    /// The room for the next element.
    pub(super) fn room(&self, room: usize) -> usize {
        self.long.as_ref().map_or(room, |long| room.min(long.share))
    }

    /// Whether the next element is not even looked at; `Full` where there is no end in sight.
    pub(super) fn passes_over(&mut self) -> Result<bool, Halt> {
        self.seen += 1;
        if self.length.is_some_and(|length| length < self.seen) {
            self.length = None;
        }
        if self.is_full {
            return self.end_in_sight().map(|_| true);
        }
        Ok(self
            .long
            .as_ref()
            .is_some_and(|long| self.seen <= long.resume))
    }

    /// How many elements follow.
    fn end_in_sight(&self) -> Result<usize, Halt> {
        let rest = self.length.map(|length| length - self.seen);
        rest.filter(|rest| *rest <= PATIENCE).ok_or(Halt::Full)
    }

    pub(super) fn put(&mut self, value: Value) {
        self.fresh = Some(value);
    }

    /// Keeps the element that was put, or finds that there is no more room.
    pub(super) fn settle(&mut self, used: usize) -> Result<(), Halt> {
        let rest = self.end_in_sight();
        let Some(value) = self.fresh.take() else {
            self.is_full |= self.long.is_none();
            return Ok(());
        };
        let Some(long) = &mut self.long else {
            self.first.push(value);
            return Ok(());
        };
        if long.last.is_empty() && !long.has_jumped && used <= long.first_room {
            long.first_room -= used;
            long.first_used += used;
            self.first.push(value);
            return Ok(());
        }
        if long.last_used + used > long.last_room && !long.has_jumped {
            // Here it is known that not all have room.
            long.has_jumped = true;
            if long.jumps(self.seen, rest?) {
                return Ok(());
            }
        }
        long.last_used += used;
        long.last.push_back((value, used));
        while long.last_used > long.last_room {
            let Some((_, size)) = long.last.pop_front() else {
                break;
            };
            long.last_used -= size;
        }
        Ok(())
    }

    /// The array, with notes of what is missing. One that is not `whole` was stopped.
    pub(super) fn close(self, is_whole: bool) -> Value {
        let last = self.long.map(|long| long.last).unwrap_or_default();
        let all = match self.length {
            Some(length) if !is_whole => length.max(self.seen),
            _ => self.seen,
        };
        let missing = all.saturating_sub(self.first.len() + last.len());
        let missing = u64::try_from(missing).unwrap_or(u64::MAX);
        let mut kept = self.first.iter().chain(last.iter().map(|(value, _)| value));
        let objects = kept.all(Value::is_object);
        let items = self
            .first
            .into_iter()
            .map(Ok)
            .chain((missing > 0).then_some(Err(missing)))
            .chain(last.into_iter().map(|(value, _)| Ok(value)));
        Value::Array(cut::joined(items, objects))
    }
}

impl Long {
    /// Goes on with the last elements only, as many as will have room by the size of those seen so far; or not, where all
    /// that follow may have some.
    fn jumps(&mut self, seen: usize, rest: usize) -> bool {
        let used = self.first_used + self.last_used;
        let average = (used / seen.max(1)).max(1);
        let window = (2 * self.last_room / average).clamp(LAST.0, LAST.1);
        if rest <= window {
            return false;
        }
        self.resume = seen + rest - window;
        self.last.clear();
        self.last_used = 0;
        true
    }
}
