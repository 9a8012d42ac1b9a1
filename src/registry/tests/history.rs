//! The logon history at the door: windows, filters, orders, last uses, and what verification notes by itself.

use super::*;
use crate::model::{Logon, LogonResult, LogonRow, Reference, ResultFilter};

impl House {
    fn history(&self, filter: &LogonFilter, sort: LogonSort, offset: u64, limit: u32) -> HistoryPage {
        let query = Query::History { filter: filter.clone(), sort, window: Window { offset, limit } };
        match self.door.ask(query, &Ticket::new()).unwrap() {
            Answer::History(page) => page,
            other => panic!("{other:?}"),
        }
    }

    fn logons(&self, text: &str) -> Vec<String> {
        let filter = LogonFilter { text: text.into(), ..LogonFilter::default() };
        sources(&self.history(&filter, LogonSort::default(), 0, 100).rows)
    }

    fn last_used(&self, key: KeyId) -> Option<Time> {
        self.page("", Sort::default()).rows.into_iter().find(|row| row.record.key == key)?.record.last_used
    }

    /// Notes so many events, each of its own minute and source.
    fn note_minutes(&self, key: KeyId, count: u64) {
        for n in 0..count {
            let source = format!("s{n}");
            let logon = match n % 3 {
                0 => Logon::accepted(key, &source),
                1 => Logon { table: Some("Asset"), ..Logon::insufficient(key, &source) },
                _ => Logon { agent: "scanner", ..Logon::invalid(&source) },
            };
            self.door.registry().note(&logon);
            self.clock.advance(Duration::from_mins(1));
        }
    }
}

fn sources(rows: &[LogonRow]) -> Vec<String> {
    rows.iter().map(|row| row.source.clone()).collect()
}

#[test]
fn windows_of_the_history_are_the_newest_first_and_never_the_world() {
    let house = House::new();
    let (key, _) = house.create("HR");
    house.note_minutes(key, 50);
    let all = house.history(&LogonFilter::default(), LogonSort::default(), 0, 1_000);
    assert_eq!((all.total, all.of, all.rows.len()), (50, 50, 50));
    assert_eq!(all.rows[0].source, "s49");
    for (offset, limit) in [(0, 1), (0, 7), (10, 7), (43, 7), (48, 7)] {
        let page = house.history(&LogonFilter::default(), LogonSort::default(), offset, limit);
        let from = offset.min(50 - u64::from(limit));
        assert_eq!((page.total, page.offset, page.rows.len()), (50, from, limit as usize));
        let from = usize::try_from(from).unwrap();
        assert_eq!(page.rows, all.rows[from..from + limit as usize]);
    }
}

#[test]
fn filters_and_orders_agree_with_a_plain_search_while_rows_come_in() {
    let house = House::new();
    let (key, _) = house.create("HR");
    let filters = [
        LogonFilter::default(),
        LogonFilter { text: "asset".into(), ..LogonFilter::default() },
        LogonFilter { text: "INVALID scan".into(), ..LogonFilter::default() },
        LogonFilter { key: Some(key), ..LogonFilter::default() },
        LogonFilter { result: Some(ResultFilter::Refused), ..LogonFilter::default() },
        LogonFilter { since: Some(Time(house.clock.now().0 + 900)), ..LogonFilter::default() },
        LogonFilter { newest: Some(9), ..LogonFilter::default() },
        LogonFilter { text: "nothing has this".into(), ..LogonFilter::default() },
    ];
    let fits = |place: usize, row: &LogonRow| match place {
        1 => row.table.is_some(),
        2 => row.agent == "scanner",
        3 => row.key == Some(key),
        4 => row.result != LogonResult::Accepted,
        5 => row.time >= filters[5].since.unwrap(),
        6 => row.id <= 9,
        7 => false,
        _ => true,
    };
    for _ in 0..3 {
        house.note_minutes(key, 11);
        let all = house.history(&filters[0], LogonSort::default(), 0, 1_000).rows;
        for (place, filter) in filters.iter().enumerate() {
            let plain: Vec<_> = all.iter().filter(|row| fits(place, row)).cloned().collect();
            let found = house.history(filter, LogonSort::default(), 0, 1_000);
            assert_eq!(found.rows, plain, "{filter:?}");
            for column in LogonColumn::ALL {
                let up = LogonSort { column: Some(column), descending: false };
                let down = LogonSort { descending: true, ..up };
                let ascending = house.history(filter, up, 0, 1_000).rows;
                let mut descending = house.history(filter, down, 0, 1_000).rows;
                descending.reverse();
                assert_eq!(ascending, descending, "{column:?}");
                let mut ids: Vec<_> = ascending.iter().map(|row| row.id).collect();
                let sorted = match column {
                    LogonColumn::Source => ascending.is_sorted_by_key(|row| row.source.clone()),
                    LogonColumn::Time => ascending.is_sorted_by_key(|row| row.time),
                    LogonColumn::Result => ascending.is_sorted_by_key(|row| row.result),
                    LogonColumn::Target => ascending.is_sorted_by_key(|row| row.target()),
                    LogonColumn::Agent => ascending.is_sorted_by_key(|row| row.agent.clone()),
                    LogonColumn::Key | LogonColumn::Count => true,
                };
                assert!(sorted, "{column:?}");
                ids.sort_unstable();
                let mut wanted: Vec<_> = plain.iter().map(|row| row.id).collect();
                wanted.sort_unstable();
                assert_eq!(ids, wanted);
                for offset in 0..plain.len() as u64 {
                    let page = house.history(filter, up, offset, 3);
                    let from = usize::try_from(page.offset).unwrap();
                    assert_eq!(page.rows, ascending[from..from + page.rows.len()]);
                }
            }
        }
    }
}

#[test]
fn a_row_is_found_by_each_reference_it_kept_however_it_is_typed() {
    let house = House::new();
    let (key, _) = house.create("HR");
    for bits in [11, 12] {
        let reference = Some(Reference::from_bits(bits << 20));
        house.door.registry().note(&Logon { reference, ..Logon::insufficient(key, "phone") });
    }
    house.door.registry().note(&Logon::invalid("other"));
    let typed = Reference::from_bits(11 << 20).to_string();
    for typed in [typed.clone(), typed.to_lowercase(), typed.replace('-', "")] {
        assert_eq!(house.logons(&typed), ["phone"], "{typed}");
    }
}

#[test]
fn an_accepted_call_is_the_last_use_at_once_and_after_a_restart() {
    let house = House::new();
    let (key, secret) = house.create("HR");
    let (other, _) = house.create("Never");
    let by_use = Sort { column: Some(Column::LastUsed), descending: true };
    assert_eq!(house.page("", by_use).rows[0].record.key, key);
    house.clock.advance(Duration::from_hours(1));
    assert!(house.valid(key, &secret));
    let at = house.clock.now();
    assert_eq!((house.last_used(key), house.last_used(other)), (Some(at), None));
    house.door.registry().note(&Logon::insufficient(other, "10.0.0.9"));
    house.door.registry().note(&Logon { key: Some(other), ..Logon::invalid("10.0.0.9") });
    assert_eq!(house.last_used(other), None, "a refused call is no use");
    house.clock.advance(Duration::from_hours(1));
    house.door.registry().note(&Logon { agent: "hr/2", ..Logon::accepted(other, "10.0.0.9") });
    assert_eq!(house.page("", by_use).rows[0].record.key, other, "the order follows");
    let house = house.reopen();
    assert_eq!(house.last_used(key), Some(at));
    let details = house.door.registry().key_details(other).unwrap();
    let last = details.last_use.unwrap();
    assert_eq!((last.source.as_str(), last.agent.as_str()), ("10.0.0.9", "hr/2"));
    assert_eq!(details.row.record.last_used, Some(last.time));
    house.set(Selection::of([other]), Status::Disabled);
    assert_eq!(house.last_used(other), Some(last.time), "a change does not lose it");
}

#[test]
fn verification_on_the_command_line_is_counted_with_what_came_of_it() {
    let house = House::new();
    let (key, secret) = house.create("HR");
    let (_, wrong) = house.create("Another");
    assert!(house.valid(key, &secret) && house.valid(key, &secret) && !house.valid(key, &wrong));
    let page = house.history(&LogonFilter::default(), LogonSort::default(), 0, 10);
    let mut seen: Vec<_> = page.rows.iter().map(|row| (row.result, row.count, row.proved)).collect();
    seen.sort_unstable();
    assert_eq!(seen, [(LogonResult::Accepted, 2, true), (LogonResult::Invalid, 1, false)]);
    let row = page.rows.iter().find(|row| row.proved).unwrap();
    assert_eq!((row.description.as_str(), row.source.as_str(), row.key), ("HR", "local", Some(key)));
    assert_eq!(house.door.registry().logon_counts()[0], (LogonResult::Accepted, 2));
}

#[test]
fn a_rhythm_has_the_calls_of_thirty_days() {
    let house = House::new();
    let (key, secret) = house.create("HR");
    for day in 1..=40 {
        for _ in 0..day {
            assert!(house.valid(key, &secret));
        }
        house.clock.advance(Duration::from_hours(24));
    }
    let house = house.reopen();
    let Answer::Rhythm(rhythm) = house.door.ask(Query::Rhythm { key }, &Ticket::new()).unwrap() else {
        panic!("another answer");
    };
    let wanted: Vec<u64> = (12..=40).chain([0]).collect();
    assert_eq!(rhythm.calls, wanted);
}

#[test]
fn a_receipt_names_the_last_accepted_call_of_all_its_keys_and_whose_it_was() {
    let house = House::new();
    let keys = ["One", "Two", "Three"].map(|name| house.create(name).0);
    let note = |key, source: &str, agent: &str| {
        house.clock.advance(Duration::from_mins(1));
        house.door.registry().note(&Logon { agent, ..Logon::accepted(key, source) });
        house.clock.now()
    };
    note(keys[0], "10.0.0.1", "one/1");
    let at = note(keys[1], "10.0.0.2", "");
    note(keys[2], "10.0.0.3", "three/3");
    house.door.registry().note(&Logon { agent: "guess", ..Logon::insufficient(keys[1], "10.9.9.9") });
    let keys_of = |keys: &[KeyId]| Selection::of(keys.iter().copied());
    let disable =
        |keys: &[KeyId]| Command::SetStatus { keys: keys_of(keys), status: Status::Disabled, expected: None };
    let Outcome::StatusSet { receipt, .. } = house.run(disable(&keys[..2])).unwrap().outcome else {
        panic!()
    };
    let seen = (receipt.last_used, receipt.last_source.as_deref(), receipt.last_agent.as_deref());
    assert_eq!(seen, (Some(at), Some("10.0.0.2"), None), "refused calls are none, nor those of other keys");
    let delete = Command::DeleteKeys { keys: keys_of(&keys[2..]), expected: None };
    let Outcome::KeysDeleted(receipt) = house.run(delete).unwrap().outcome else { panic!() };
    let seen = (receipt.last_source.as_deref(), receipt.last_agent.as_deref());
    assert_eq!(seen, (Some("10.0.0.3"), Some("three/3")));
    let unused = house.create("Four").0;
    let Outcome::StatusSet { receipt, .. } = house.run(disable(&[unused])).unwrap().outcome else { panic!() };
    assert_eq!((receipt.last_used, receipt.last_source), (None, None));
}
