//! Who would break: what the door says about the callers of keys.

use super::*;
use crate::model::{KeyId, Logon, Operation, Outlook};

impl House {
    fn call(&self, key: KeyId, source: &str, agent: &str) {
        let table = Some("Asset");
        let logon =
            Logon { agent, table, operation: Some(Operation::Select), ..Logon::accepted(key, source) };
        self.door.registry().note(&logon);
    }

    fn impact(&self, keys: Selection) -> Impact {
        match self.door.ask(Query::Impact { keys }, &Ticket::new()).unwrap() {
            Answer::Impact(impact) => *impact,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_key_in_use_says_who_calls_how_often_and_when_next() {
    let house = House::new();
    let (key, _) = house.create("HR");
    let (quiet, _) = house.create("Quiet");
    house.call(quiet, "10.0.0.9", "");
    for hour in 0..10 {
        house.call(key, "10.0.0.7", "hr-sync/2");
        if hour == 4 {
            house.call(key, "10.0.0.8", "curl");
        }
        house.clock.advance(Duration::from_hours(1));
    }
    house.clock.advance(Duration::from_mins(10));
    house.call(key, "10.0.0.7", "hr-sync/2");
    house.clock.advance(Duration::from_mins(46));
    let now = house.clock.now();
    for house in [house.impact(Selection::of([key])), house.reopen().impact(Selection::of([key]))] {
        let [told] = &house.worst[..] else { panic!("{house:?}") };
        assert_eq!((house.total, house.breaks, told.callers.len()), (1, 1, 2));
        assert_eq!(told.callers[0].habit(now), "hourly; next call in about 14 min");
        assert_eq!(told.callers[0].reach(), "Asset (select)");
        assert_eq!(
            told.sentence(now),
            "In use, will break within minutes: 10.0.0.7 hr-sync/2, next call in about 14 min"
        );
        assert_eq!(told.callers[1].outlook, Outlook::Unclear(told.callers[1].last));
        assert_eq!(told.last.as_ref().unwrap().source, "10.0.0.7");
    }
}

#[test]
fn many_keys_are_counted_and_the_worst_come_first() {
    let house = House::new();
    let keys: Vec<KeyId> = (0..12).map(|n| house.create(&format!("key {n}")).0).collect();
    house.call(keys[1], "old", "");
    house.clock.advance(Duration::from_hours(24 * 93));
    house.call(keys[3], "once", "");
    for _ in 0..5 {
        house.clock.advance(Duration::from_hours(1));
        house.call(keys[2], "hourly", "");
        house.call(keys[4], "hourly", "");
    }
    house.clock.advance(Duration::from_mins(10));
    house.call(keys[5], "stopped", "");
    house.set(Selection::of([keys[5]]), Status::Disabled);
    let all = Selection { matching: Some(KeyFilter::default()), ..Selection::default() };
    let impact = house.impact(all.clone());
    assert_eq!(
        (impact.total, impact.breaks, impact.unclear, impact.silent, impact.refused, impact.never),
        (12, 2, 1, 1, 1, 7)
    );
    assert_eq!(impact.counts(), "2 in use, 1 used lately, 1 silent, 7 never used, 1 refused already");
    let worst: Vec<_> = impact.worst.iter().map(|told| told.description.as_str()).collect();
    assert_eq!(&worst[..5], ["key 2", "key 4", "key 3", "key 1", "key 5"]);
    assert_eq!(worst.len(), Impact::SHOWN);
    let now = house.clock.now();
    assert_eq!(impact.worst[3].sentence(now), "Silent 93 d");
    assert_eq!(impact.worst[4].outlook, Outlook::Refused);
    let none = house.impact(Selection { except: keys, ..all });
    assert_eq!((none.total, none.worst.len()), (0, 0));
}

#[test]
fn an_empty_history_says_so() {
    let house = House::new();
    let (key, _) = house.create("HR");
    let impact = house.impact(Selection::of([key]));
    assert_eq!((impact.never, impact.since), (1, None));
    assert_eq!(impact.worst[0].sentence(house.clock.now()), "Never used");
    assert_eq!(impact.coverage(), "The logon history is empty");
    let gone = Query::Impact { keys: Selection::of(["ck_prd_0000000000000000".parse().unwrap()]) };
    assert!(matches!(house.door.ask(gone, &Ticket::new()), Err(Refusal::NoSuchKey(_))));
}
