//! When each key was last accepted, from where and by what, and how often on each of the last 30 days.
//!
//! It outlives the rows it was gathered from: a snapshot beside the segments carries it, and opening adds the rows of
//! later closings. Knows nothing of how rows are kept.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::model::{KeyId, LastUse, LogonResult, LogonRow, Time};
use crate::store::entry::StoreError;
use crate::store::holding::write_new;

const MAGIC: &[u8; 4] = b"CLVU";
const VERSION: u8 = 1;
/// The snapshot's name in the directory.
const NAME: &str = "uses";
/// Days that are counted, today included.
pub(super) const DAYS: u32 = 30;

/// One key's uses.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Use {
    time: Time,
    source: Arc<str>,
    agent: Arc<str>,
    /// Day since 1970 and calls, oldest first; days without a call are left out.
    days: Vec<(u32, u32)>,
}

/// The uses of all keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Uses {
    keys: HashMap<KeyId, Use>,
}

/// Writes the snapshot in place of the old one.
pub(super) fn save(dir: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    write_new(dir, NAME, bytes)
}

/// The day of a time.
pub(super) fn day(time: Time) -> u32 {
    u32::try_from(time.0.div_euclid(86_400)).unwrap_or(0)
}

impl Uses {
    /// Takes a row in.
    pub(super) fn absorb(&mut self, row: &LogonRow) {
        let (LogonResult::Accepted, Some(key)) = (row.result, row.key) else { return };
        let used = self.keys.entry(key).or_insert_with(|| Use {
            time: Time(i64::MIN),
            source: "".into(),
            agent: "".into(),
            days: Vec::new(),
        });
        if row.time >= used.time {
            used.time = row.time;
            if *used.source != *row.source {
                used.source = row.source.as_str().into();
            }
            if *used.agent != *row.agent {
                used.agent = row.agent.as_str().into();
            }
        }
        let (today, count) = (day(row.time), u32::try_from(row.count).unwrap_or(u32::MAX));
        match used.days.binary_search_by_key(&today, |(day, _)| *day) {
            Ok(place) => used.days[place].1 = used.days[place].1.saturating_add(count),
            Err(place) => used.days.insert(place, (today, count)),
        }
        let newest = used.days.last().map_or(0, |(day, _)| *day);
        used.days.retain(|(day, _)| day + DAYS > newest);
    }

    /// When every key was used last.
    pub(super) fn times(&self) -> Vec<(KeyId, Time)> {
        self.keys.iter().map(|(key, used)| (*key, used.time)).collect()
    }

    /// When a key was used last.
    pub(super) fn time(&self, key: &KeyId) -> Option<Time> {
        self.keys.get(key).map(|used| used.time)
    }

    /// A key's last use.
    pub(super) fn last(&self, key: &KeyId) -> Option<LastUse> {
        let used = self.keys.get(key)?;
        let (source, agent) = (used.source.to_string(), used.agent.to_string());
        Some(LastUse { time: used.time, source, agent })
    }

    /// Adds a key's calls of the 30 days up to `today`, oldest first.
    pub(super) fn add_days(&self, key: &KeyId, today: u32, calls: &mut [u64]) {
        for (day, count) in self.keys.get(key).map_or(&[][..], |used| &used.days) {
            let ago = today.checked_sub(*day).and_then(|ago| usize::try_from(ago).ok());
            if let Some(call) = ago.and_then(|ago| calls.iter_mut().rev().nth(ago)) {
                *call += u64::from(*count);
            }
        }
    }

    /// Only these keys.
    pub(super) fn of(&self, key: &KeyId) -> Self {
        Self { keys: self.keys.get_key_value(key).map(|(k, u)| (*k, u.clone())).into_iter().collect() }
    }

    /// How many keys were ever used.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The snapshot: it knows all closings up to this one.
    pub(super) fn to_bytes(&self, closing: u64) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(32 + self.keys.len() * 80);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&closing.to_le_bytes());
        bytes.extend_from_slice(&(self.keys.len() as u64).to_le_bytes());
        let mut sorted: Vec<_> = self.keys.iter().collect();
        sorted.sort_unstable_by_key(|(key, _)| **key);
        for (key, used) in sorted {
            bytes.extend_from_slice(key.as_str().as_bytes());
            bytes.extend_from_slice(&used.time.0.to_le_bytes());
            for text in [&used.source, &used.agent] {
                bytes.extend_from_slice(&u16::try_from(text.len()).unwrap_or(0).to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
            bytes.push(u8::try_from(used.days.len()).unwrap_or(0));
            for (day, count) in &used.days {
                bytes.extend_from_slice(&day.to_le_bytes());
                bytes.extend_from_slice(&count.to_le_bytes());
            }
        }
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads the snapshot, and up to which closing it knows all; empty and 0 where there is none that can be read.
    pub(super) fn load(dir: &Path, notes: &mut Vec<String>) -> (Self, u64) {
        match fs::read(dir.join(NAME)) {
            Ok(bytes) => Self::from_bytes(&bytes).unwrap_or_else(|| {
                notes.push(
                    "History: the snapshot of last uses is damaged; it is made anew from the rows".into(),
                );
                (Self::default(), 0)
            }),
            Err(_) => (Self::default(), 0),
        }
    }

    fn from_bytes(bytes: &[u8]) -> Option<(Self, u64)> {
        fn cut<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
            let (head, tail) = rest.split_at_checked(count)?;
            *rest = tail;
            Some(head)
        }
        fn number<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
            cut(rest, N)?.try_into().ok()
        }
        let (body, crc) = bytes.split_last_chunk::<4>()?;
        let mut rest = body.strip_prefix(MAGIC)?.strip_prefix(&[VERSION])?;
        if *crc != crc32fast::hash(body).to_le_bytes() {
            return None;
        }
        let closing = u64::from_le_bytes(number(&mut rest)?);
        let count = u64::from_le_bytes(number(&mut rest)?);
        let mut uses = Self::default();
        for _ in 0..count {
            let key = std::str::from_utf8(cut(&mut rest, KeyId::LEN)?).ok()?.parse().ok()?;
            let time = Time(i64::from_le_bytes(number(&mut rest)?));
            let mut text = || {
                let length = usize::from(u16::from_le_bytes(number(&mut rest)?));
                std::str::from_utf8(cut(&mut rest, length)?).ok().map(Arc::<str>::from)
            };
            let (source, agent) = (text()?, text()?);
            let [days] = number(&mut rest)?;
            let days = (0..days).map(|_| {
                let day = u32::from_le_bytes(number(&mut rest)?);
                Some((day, u32::from_le_bytes(number(&mut rest)?)))
            });
            let days = days.collect::<Option<_>>()?;
            uses.keys.insert(key, Use { time, source, agent, days });
        }
        rest.is_empty().then_some((uses, closing))
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::tests::row;
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400;

    fn accepted(time: i64, count: u64, source: &str) -> LogonRow {
        LogonRow { time: Time(time), result: LogonResult::Accepted, count, source: source.into(), ..row(1) }
    }

    #[test]
    fn the_last_use_and_the_calls_of_thirty_days_come_back_from_the_snapshot() {
        let (mut uses, key) = (Uses::default(), row(1).key.unwrap());
        uses.absorb(&accepted(100 * DAY, 5, "a"));
        uses.absorb(&accepted(129 * DAY, 7, "b"));
        uses.absorb(&accepted(129 * DAY + 5, 1, "c"));
        uses.absorb(&accepted(128 * DAY, 2, "late"));
        uses.absorb(&row(1));
        let (again, closing) = Uses::from_bytes(&uses.to_bytes(9)).unwrap();
        assert_eq!((&again, closing), (&uses, 9));
        let last = again.last(&key).unwrap();
        assert_eq!((last.time, last.source.as_str()), (Time(129 * DAY + 5), "c"));
        let mut calls = [0; 30];
        again.add_days(&key, 129, &mut calls);
        assert_eq!((calls[0], calls[28], calls[29]), (5, 2, 8));
        uses.absorb(&accepted(130 * DAY, 1, "d"));
        assert_eq!(uses.keys[&key].days.len(), 3, "a day that is 30 days ago is no longer counted");
    }

    #[test]
    fn the_first_format_is_read_for_ever() {
        let mut uses = Uses::default();
        uses.absorb(&accepted(1_772_323_259, 17, "10.0.0.7"));
        let fixture = include_bytes!("fixtures/uses-v1");
        assert_eq!(uses.to_bytes(3), fixture, "the format changed: give it a new version instead");
        assert_eq!(Uses::from_bytes(fixture), Some((uses, 3)));
    }

    proptest! {
        #[test]
        fn a_damaged_snapshot_is_none(place in 0_usize..1_000, bit in 0_u32..8) {
            let mut uses = Uses::default();
            uses.absorb(&accepted(5 * DAY, 1, "a"));
            let mut bytes = uses.to_bytes(1);
            let place = place % bytes.len();
            bytes[place] ^= 1_u8 << bit;
            prop_assert!(Uses::from_bytes(&bytes).is_none());
            prop_assert!(Uses::from_bytes(&bytes[..place]).is_none());
        }
    }
}
