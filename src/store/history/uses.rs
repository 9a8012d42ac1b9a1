//! When each key was last accepted, from where and by what, and how often on each of the last 30 days.
//!
//! It outlives the rows it was gathered from: a snapshot beside the segments carries it, and opening adds the rows of
//! later closings. Knows nothing of how rows are kept.

use std::collections::HashMap;
use std::sync::Arc;

use super::row::{Rest, put_text};
use super::snapshot::Snapshot;
use crate::model::{KeyId, LastUse, LogonResult, LogonRow, Time};

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
}

impl Snapshot for Uses {
    const MAGIC: &[u8; 4] = b"CLVU";
    const VERSION: u8 = 1;
    const NAME: &str = "uses";
    const WHAT: &str = "last uses";

    fn size(&self) -> usize {
        self.keys.len() * 80
    }

    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&(self.keys.len() as u64).to_le_bytes());
        let mut sorted: Vec<_> = self.keys.iter().collect();
        sorted.sort_unstable_by_key(|(key, _)| **key);
        for (key, used) in sorted {
            bytes.extend_from_slice(key.as_str().as_bytes());
            bytes.extend_from_slice(&used.time.0.to_le_bytes());
            put_text(bytes, &used.source);
            put_text(bytes, &used.agent);
            bytes.push(u8::try_from(used.days.len()).unwrap_or(0));
            for (day, count) in &used.days {
                bytes.extend_from_slice(&day.to_le_bytes());
                bytes.extend_from_slice(&count.to_le_bytes());
            }
        }
    }

    fn take(rest: &mut Rest<'_>) -> Option<Self> {
        let mut uses = Self::default();
        for _ in 0..rest.number()? {
            let key = rest.key()?;
            let time = Time(rest.number()?.cast_signed());
            let (source, agent) = (rest.text()?.into(), rest.text()?.into());
            let [days] = rest.take()?;
            let days = (0..days).map(|_| {
                let day = u32::from_le_bytes(rest.take()?);
                Some((day, u32::from_le_bytes(rest.take()?)))
            });
            let days = days.collect::<Option<_>>()?;
            uses.keys.insert(key, Use { time, source, agent, days });
        }
        Some(uses)
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
