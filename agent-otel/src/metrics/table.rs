//! A table that only grows, and is read without a lock.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Heads of the chains of entries.
const BUCKETS: usize = 256;

/// A table of entries that live as long as the program. Their number is bounded, so what is leaked is, too.
#[derive(Debug)]
pub(super) struct Table<K: 'static, V: 'static> {
    buckets: [Link<K, V>; BUCKETS],
    entries: AtomicUsize,
    limit: usize,
}

type Link<K, V> = OnceLock<&'static Entry<K, V>>;

#[derive(Debug)]
struct Entry<K: 'static, V: 'static> {
    hash: u64,
    entry: (K, V),
    next: Link<K, V>,
}

impl<K, V> Table<K, V> {
    pub(super) const fn new(limit: usize) -> Self {
        Self {
            buckets: [const { OnceLock::new() }; BUCKETS],
            entries: AtomicUsize::new(0),
            limit,
        }
    }

    /// The entry with this hash that `matches`, made where there is none; `None` where the table is full.
    pub(super) fn get(
        &self,
        hash: u64,
        matches: impl Fn(&K) -> bool,
        make: impl FnOnce() -> (K, V),
    ) -> Option<&'static (K, V)> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "any bits of a hash will do"
        )]
        let mut link = self.buckets.get(hash as usize % BUCKETS)?;
        while let Some(entry) = link.get() {
            if entry.hash == hash && matches(&entry.entry.0) {
                return Some(&entry.entry);
            }
            link = &entry.next;
        }
        if self.entries.fetch_add(1, Ordering::Relaxed) >= self.limit {
            self.entries.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let entry: &'static Entry<K, V> = Box::leak(Box::new(Entry {
            hash,
            entry: make(),
            next: OnceLock::new(),
        }));
        // Another thread may have linked an entry here meanwhile, or even the same one: then two are alike, and the
        // first is found from then on.
        while link.set(entry).is_err() {
            link = &link.get()?.next;
        }
        Some(&entry.entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_made_once_and_found_again() {
        static TABLE: Table<u32, u32> = Table::new(2);
        let get = |key: u32, hash| TABLE.get(hash, |known| *known == key, || (key, key + 1));
        let first = get(7, 1).expect("there is room");
        assert!(std::ptr::eq(first, get(7, 1).expect("it is there")));
        assert_eq!(get(8, 1), Some(&(8, 9)), "another key of the same hash");
        assert_eq!(get(9, 2), None, "the table is full");
        assert_eq!(get(8, 1), Some(&(8, 9)), "what is there is found still");
    }

    #[test]
    fn threads_agree() {
        static TABLE: Table<u32, u32> = Table::new(1024);
        let threads: Vec<_> = (0..8)
            .map(|_| {
                std::thread::spawn(|| {
                    for key in 0..64_u32 {
                        let value =
                            TABLE.get(u64::from(key % 3), |known| *known == key, || (key, key));
                        assert_eq!(value, Some(&(key, key)));
                    }
                })
            })
            .collect();
        for thread in threads {
            assert!(thread.join().is_ok());
        }
    }
}
