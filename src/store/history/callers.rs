//! Who calls with which key, and when: what rhythms are learned from. It outlives the rows it was gathered from.
//!
//! Bounded: a key keeps its latest callers, and all keys together so many. A snapshot beside the segments carries it;
//! opening adds the rows of later closings, or of all where a store of an earlier version has no snapshot.

use std::collections::HashMap;

use super::row::{Rest, put_text};
use super::snapshot::Snapshot;
use crate::model::{Caller, KeyId, LogonResult, LogonRow, Time, Touched};

/// Callers that one key keeps.
const OF_ONE: usize = 8;
/// Callers that all keys together keep; beyond it an eighth goes, those that called longest ago.
const OF_ALL: usize = 100_000;

/// The callers of one key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Callers {
    /// Those that are kept.
    pub kept: Vec<Caller>,
    /// How many gave way to later ones; one that came back may be among them.
    pub gone: u32,
}

impl Callers {
    /// Takes a row of an accepted call in; how many callers there are more.
    pub(super) fn absorb(&mut self, row: &LogonRow) -> usize {
        let same = |caller: &&mut Caller| caller.source == row.source && caller.agent == row.agent;
        if let Some(caller) = self.kept.iter_mut().find(same) {
            caller.absorb(row);
            return 0;
        }
        let mut caller = Caller::new(row.source.clone(), row.agent.clone());
        caller.absorb(row);
        let room = self.kept.len() < OF_ONE;
        if !room && let Some(place) = (0..self.kept.len()).min_by_key(|place| self.kept[*place].last) {
            self.kept.remove(place);
            self.gone = self.gone.saturating_add(1);
        }
        self.kept.push(caller);
        usize::from(room)
    }
}

/// The callers of all keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Directory {
    keys: HashMap<KeyId, Callers>,
    count: usize,
    /// When the first call happened that it knows of.
    since: Option<Time>,
}

impl Directory {
    /// Takes a row in.
    pub(super) fn absorb(&mut self, row: &LogonRow) {
        self.since = Some(self.since.map_or(row.first, |since| since.min(row.first)));
        let (LogonResult::Accepted, Some(key)) = (row.result, row.key) else { return };
        self.count += self.keys.entry(key).or_default().absorb(row);
        if self.count > OF_ALL {
            self.make_room(OF_ALL - OF_ALL / 8);
        }
    }

    /// Lets those go that called longest ago, until no more than this are left.
    fn make_room(&mut self, most: usize) {
        let mut times: Vec<Time> = self.keys.values().flat_map(|of| of.kept.iter().map(|c| c.last)).collect();
        let over = times.len().saturating_sub(most);
        if over == 0 {
            return;
        }
        let (_, last, _) = times.select_nth_unstable(over - 1);
        let last = *last;
        for of in self.keys.values_mut() {
            let before = of.kept.len();
            of.kept.retain(|caller| caller.last > last);
            of.gone = of.gone.saturating_add(u32::try_from(before - of.kept.len()).unwrap_or(u32::MAX));
        }
        // Last uses are kept elsewhere; of a key without a caller there is nothing to tell.
        self.keys.retain(|_, of| !of.kept.is_empty());
        self.count = self.keys.values().map(|of| of.kept.len()).sum();
    }

    /// The callers of a key.
    pub(super) fn of(&self, key: &KeyId) -> Option<&Callers> {
        self.keys.get(key)
    }

    /// When the first event happened that it knows of.
    pub(super) fn since(&self) -> Option<Time> {
        self.since
    }
}

impl Snapshot for Directory {
    const MAGIC: &[u8; 4] = b"CLVC";
    const VERSION: u8 = 1;
    const NAME: &str = "callers";
    const WHAT: &str = "callers";

    fn size(&self) -> usize {
        self.count * 240
    }

    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.since.map_or(i64::MIN, |since| since.0).to_le_bytes());
        bytes.extend_from_slice(&(self.keys.len() as u64).to_le_bytes());
        let mut sorted: Vec<_> = self.keys.iter().collect();
        sorted.sort_unstable_by_key(|(key, _)| **key);
        for (key, of) in sorted {
            bytes.extend_from_slice(key.as_str().as_bytes());
            bytes.extend_from_slice(&of.gone.to_le_bytes());
            bytes.push(u8::try_from(of.kept.len()).unwrap_or(0));
            of.kept.iter().for_each(|caller| put(caller, bytes));
        }
    }

    fn take(rest: &mut Rest<'_>) -> Option<Self> {
        let since = Some(Time(rest.number()?.cast_signed())).filter(|since| since.0 != i64::MIN);
        let mut directory = Self { since, ..Self::default() };
        for _ in 0..rest.number()? {
            let key = rest.key()?;
            let gone = u32::from_le_bytes(rest.take()?);
            let [count] = rest.take()?;
            let kept = (0..count).map(|_| take(rest)).collect::<Option<Vec<_>>>()?;
            directory.count += kept.len();
            directory.keys.insert(key, Callers { kept, gone });
        }
        Some(directory)
    }
}

fn put(caller: &Caller, bytes: &mut Vec<u8>) {
    put_text(bytes, &caller.source);
    put_text(bytes, &caller.agent);
    for number in [caller.first.0.cast_unsigned(), caller.last.0.cast_unsigned(), caller.calls] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    for times in [&caller.visits, &caller.starts] {
        bytes.push(u8::try_from(times.len()).unwrap_or(0));
        for time in times {
            bytes.extend_from_slice(&time.0.to_le_bytes());
        }
    }
    bytes.push(u8::try_from(caller.tables.len()).unwrap_or(0));
    for table in &caller.tables {
        put_text(bytes, &table.name);
        bytes.push(table.operations);
    }
}

fn take(rest: &mut Rest<'_>) -> Option<Caller> {
    let (source, agent) = (rest.text()?.to_owned(), rest.text()?.to_owned());
    let (first, last) = (Time(rest.number()?.cast_signed()), Time(rest.number()?.cast_signed()));
    let calls = rest.number()?;
    let mut times = || {
        let [count] = rest.take()?;
        (0..count).map(|_| Some(Time(rest.number()?.cast_signed()))).collect::<Option<Vec<_>>>()
    };
    let (visits, starts) = (times()?, times()?);
    let [count] = rest.take()?;
    let table = |_| {
        let name = rest.text()?.to_owned();
        let [operations] = rest.take()?;
        Some(Touched { name, operations })
    };
    let tables = (0..count).map(table).collect::<Option<Vec<_>>>()?;
    Some(Caller { source, agent, first, last, calls, visits, starts, tables })
}

#[cfg(test)]
mod tests {
    use super::super::row::tests::row;
    use super::*;
    use crate::model::Environment;
    use proptest::prelude::*;

    const DAY: i64 = 86_400;

    fn call(at: i64, n: u8, source: &str) -> LogonRow {
        let key = KeyId::from_digits(Environment::Production, [n % 32; 16]);
        let (first, time) = (Time(at), Time(at + 30));
        LogonRow {
            key: Some(key),
            first,
            time,
            result: LogonResult::Accepted,
            source: source.into(),
            ..row(1)
        }
    }

    fn directory(calls: &[LogonRow]) -> Directory {
        let mut directory = Directory::default();
        for row in calls {
            directory.absorb(row);
        }
        directory
    }

    #[test]
    fn callers_come_back_from_the_snapshot() {
        let calls: Vec<_> =
            (0..40).map(|n| call(n * DAY, 1, "a")).chain([call(50 * DAY, 2, "b"), row(9)]).collect();
        let directory = directory(&calls);
        let (again, closing) = Directory::from_bytes(&directory.to_bytes(9)).unwrap();
        assert_eq!((&again, closing), (&directory, 9));
        assert_eq!(again.since(), Some(Time(0)));
        let of = again.of(&calls[0].key.unwrap()).unwrap();
        assert_eq!((of.kept.len(), of.kept[0].calls, of.kept[0].visits.len()), (1, 40 * 17, Caller::VISITS));
        assert_eq!(of.kept[0].tables[0].text(), "Asset (update)");
    }

    #[test]
    fn a_key_keeps_its_latest_callers_and_says_how_many_went() {
        let calls: Vec<_> = (0..20).map(|n| call(n * 60, 1, &format!("s{n}"))).collect();
        let directory = directory(&calls);
        let of = directory.of(&calls[0].key.unwrap()).unwrap();
        let sources: Vec<_> = of.kept.iter().map(|caller| caller.source.as_str()).collect();
        assert_eq!((sources, of.gone), (vec!["s12", "s13", "s14", "s15", "s16", "s17", "s18", "s19"], 12));
        assert_eq!(directory.count, OF_ONE);
    }

    #[test]
    fn all_keys_together_keep_those_that_called_last() {
        let calls: Vec<_> = (0..32)
            .flat_map(|n| [call(i64::from(n) * 60, n, "a"), call(i64::from(n) * 60, n, "b")])
            .collect();
        let mut directory = directory(&calls);
        directory.make_room(10);
        assert_eq!((directory.count, directory.keys.len()), (10, 5));
        assert!(directory.of(&calls[0].key.unwrap()).is_none());
        assert_eq!(directory.of(&calls[63].key.unwrap()).unwrap().kept.len(), 2);
    }

    #[test]
    fn the_first_format_is_read_for_ever() {
        let calls = [
            call(1_772_323_200, 1, "10.0.0.7"),
            call(1_772_326_800, 1, "10.0.0.7"),
            call(1_772_326_800, 2, "local"),
        ];
        let directory = directory(&calls);
        let fixture = include_bytes!("fixtures/callers-v1");
        assert_eq!(directory.to_bytes(3), fixture, "the format changed: give it a new version instead");
        assert_eq!(Directory::from_bytes(fixture), Some((directory, 3)));
    }

    proptest! {
        #[test]
        fn a_damaged_snapshot_is_none(place in 0_usize..1_000, bit in 0_u32..8) {
            let mut bytes = directory(&[call(5 * DAY, 1, "a")]).to_bytes(1);
            let place = place % bytes.len();
            bytes[place] ^= 1_u8 << bit;
            prop_assert!(Directory::from_bytes(&bytes).is_none());
            prop_assert!(Directory::from_bytes(&bytes[..place]).is_none());
        }
    }
}
