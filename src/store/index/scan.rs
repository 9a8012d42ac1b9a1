//! The scan: all keys of the checkpoint in their order, read on a thread of its own while another takes them in.
//!
//! sled needs as long to find the records as we need to check them, so the two go side by side. Values are copied into
//! a few buffers that go to and fro: nothing is allocated for a record, and what is read ahead is bounded. Knows bytes
//! and numbers, not what a record is.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, scope};

use sled::Tree;

use super::{IndexError, guarded};

/// Bytes of values that one buffer takes, about.
const SIZE: usize = 128 << 10;
/// Buffers under way.
const BUFFERS: usize = 4;

/// Takes a number and its value in.
type Take<'a> = dyn FnMut(u64, &[u8]) -> Result<(), IndexError> + 'a;

/// Values in a buffer, one after another, with their numbers and where each ends.
struct Bundle {
    bytes: Vec<u8>,
    marks: Vec<(u64, usize)>,
}

impl Bundle {
    fn new() -> Self {
        // The last value goes beyond the size.
        Self { bytes: Vec::with_capacity(SIZE + SIZE / 8), marks: Vec::with_capacity(SIZE / 128) }
    }

    fn add(&mut self, number: u64, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        self.marks.push((number, self.bytes.len()));
    }

    fn is_full(&self) -> bool {
        self.bytes.len() >= SIZE
    }

    fn each(&self, take: &mut Take<'_>) -> Result<(), IndexError> {
        let mut start = 0;
        for (number, end) in &self.marks {
            take(*number, self.bytes.get(start..*end).unwrap_or_default())?;
            start = *end;
        }
        Ok(())
    }

    fn emptied(mut self) -> Self {
        self.bytes.clear();
        self.marks.clear();
        self
    }
}

/// Hands all values over in the order of their numbers. Whatever fails first in that order is what is told, and ends
/// both threads.
pub(super) fn scan(keys: &Tree, take: &mut Take<'_>) -> Result<(), IndexError> {
    let (filled, full) = sync_channel(BUFFERS);
    let (returned, empty) = sync_channel(BUFFERS);
    for _ in 0..BUFFERS {
        // There is room for all of them, and `empty` is still here.
        let _ = returned.send(Bundle::new());
    }
    scope(|scope| {
        let read = move || guarded(|| read(keys, &empty, &filled));
        let Ok(reading) = Builder::new().name("scan".into()).spawn_scoped(scope, read) else {
            return one_by_one(keys, take);
        };
        let taken = full.iter().try_for_each(|bundle: Bundle| {
            bundle.each(take)?;
            // Nobody wants it back once all is read.
            let _ = returned.send(bundle.emptied());
            Ok(())
        });
        // The other thread ends where it finds nobody to give to or to take from.
        drop((full, returned));
        let read = reading.join().unwrap_or_else(|_| Err(IndexError::Damaged("its thread gave up".into())));
        taken.and(read)
    })
}

/// The same on this thread alone, where the operating system gives no other.
fn one_by_one(keys: &Tree, take: &mut Take<'_>) -> Result<(), IndexError> {
    for item in keys {
        let (number, value) = item?;
        take(number_of(&number)?, &value)?;
    }
    Ok(())
}

fn number_of(key: &[u8]) -> Result<u64, IndexError> {
    key.try_into().map(u64::from_be_bytes).map_err(|_| misplaced())
}

fn read(keys: &Tree, empty: &Receiver<Bundle>, filled: &SyncSender<Bundle>) -> Result<(), IndexError> {
    let mut items = keys.iter();
    loop {
        let Ok(mut bundle) = empty.recv() else { return Ok(()) };
        let mut end = None;
        while end.is_none() && !bundle.is_full() {
            match items.next() {
                Some(Ok((number, value))) => match number_of(&number) {
                    Ok(number) => bundle.add(number, &value),
                    Err(error) => end = Some(Err(error)),
                },
                Some(Err(error)) => end = Some(Err(error.into())),
                None => end = Some(Ok(())),
            }
        }
        // What was read before an error is judged before it.
        let gone = filled.send(bundle).is_err();
        if let Some(end) = end {
            return end;
        }
        if gone {
            return Ok(());
        }
    }
}

/// A key is not under its own number.
pub(super) fn misplaced() -> IndexError {
    IndexError::Damaged("a key stands in another's place".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More values than all buffers hold together.
    const COUNT: u64 = 8_000;

    fn tree(extra: Option<&[u8]>) -> (sled::Db, Tree) {
        let db = sled::Config::new().temporary(true).flush_every_ms(None).open().unwrap();
        let tree = db.open_tree("keys").unwrap();
        let mut batch = sled::Batch::default();
        for number in 1..=COUNT {
            batch.insert(&number.to_be_bytes(), vec![u8::try_from(number % 251).unwrap(); 300]);
        }
        if let Some(key) = extra {
            batch.insert(key, &b"value"[..]);
        }
        tree.apply_batch(batch).unwrap();
        (db, tree)
    }

    type Way = fn(&Tree, &mut Take<'_>) -> Result<(), IndexError>;
    const WAYS: [Way; 2] = [scan, one_by_one];

    type Taken = Vec<(u64, Vec<u8>)>;

    /// What was taken until the end, or until the one with number `stop` was refused.
    fn taken(way: Way, tree: &Tree, stop: u64) -> (Taken, Result<(), IndexError>) {
        let mut taken = Vec::new();
        let result = way(tree, &mut |number, value| {
            taken.push((number, value.to_vec()));
            if number == stop { Err(IndexError::Damaged(format!("{number} is refused"))) } else { Ok(()) }
        });
        (taken, result)
    }

    #[test]
    fn every_value_comes_once_and_in_order_with_two_threads_as_with_one() {
        let (_db, tree) = tree(None);
        let [two, one] = WAYS.map(|way| taken(way, &tree, 0));
        assert!(two.1.is_ok() && one.1.is_ok());
        assert_eq!(one.0.len(), 8_000);
        assert!(two.0 == one.0, "the same numbers with the same values");
    }

    #[test]
    fn a_value_that_is_refused_ends_both_threads_and_is_what_is_told() {
        // The damaged key at the end is found by the other thread, and must not be told instead.
        let (_db, tree) = tree(Some(b"\xff"));
        for way in WAYS {
            for stop in [1, 2_345, COUNT] {
                let (taken, result) = taken(way, &tree, stop);
                assert_eq!(taken.len() as u64, stop);
                assert!(
                    matches!(result, Err(IndexError::Damaged(what)) if what == format!("{stop} is refused"))
                );
            }
        }
    }

    #[test]
    fn a_key_that_cannot_be_read_is_told_once_all_before_it_are_taken() {
        let (_db, tree) = tree(Some(b"\xff"));
        for way in WAYS {
            let (taken, result) = taken(way, &tree, 0);
            assert_eq!(taken.len(), 8_000);
            assert!(matches!(result, Err(IndexError::Damaged(what)) if what.contains("another's place")));
        }
    }
}
