//! Findings at the door: who meets whom by the logon history, and what is not claimed.

use super::*;
use crate::model::{Logon, Practice, SomeLimits};

const DAY: u64 = 86_400;

/// A window of the review with the limits of the store.
fn asked(stamp: Option<u64>, window: Window) -> Query {
    let (limits, text) = (SomeLimits::default(), String::new());
    Query::Review { limits, text, stamp, whole: false, window }
}

impl House {
    fn page_of_review(&self, query: Query) -> ReviewPage {
        match self.door.ask(query, &Ticket::new()).unwrap() {
            Answer::Review(page) => page,
            other => panic!("{other:?}"),
        }
    }

    fn review(&self) -> ReviewPage {
        self.page_of_review(asked(None, Window { offset: 0, limit: 100 }))
    }

    fn found(&self, practice: Practice) -> Vec<Finding> {
        self.review().rows.into_iter().filter(|row| row.practice == practice).collect()
    }

    fn in_environment(&self, description: &str, environment: Environment) -> KeyId {
        let draft = KeyDraft { environment, ..draft(description) };
        self.run(Command::CreateKey(draft)).unwrap().fresh.unwrap().key
    }

    fn used_from(&self, key: KeyId, source: &'static str, agent: &'static str) {
        self.door.registry().note(&Logon { agent, ..Logon::accepted(key, source) });
    }
}

#[test]
fn environments_that_meet_and_callers_with_two_keys_are_told_with_the_other_key() {
    let house = House::new();
    let live = house.in_environment("Live", Environment::Production);
    let test = house.in_environment("Test", Environment::Development);
    let other = house.in_environment("Other", Environment::Production);
    house.used_from(live, "10.0.0.7", "sync");
    house.used_from(test, "10.0.0.7", "curl");
    house.used_from(other, "10.0.0.8", "sync");
    let met = house.found(Practice::MixedEnvironments);
    assert_eq!((met.len(), met[0].key), (1, Some(live)));
    assert!(met[0].evidence.contains("10.0.0.7") && met[0].evidence.contains(&format!("Test ({test})")));
    assert_eq!(house.found(Practice::SharedCaller), []);
    house.used_from(other, "10.0.0.7", "sync");
    let shared = house.found(Practice::SharedCaller);
    assert_eq!(shared.len(), 2);
    assert!(shared.iter().any(|row| row.key == Some(live) && row.evidence.contains(&other.to_string())));
    let across = house.found(Practice::SharedGroup);
    assert_eq!((across.len(), across[0].key), (1, None));
    assert_eq!(across[0].evidence, "keys of 2 production, 1 development");
    house.clock.advance(Duration::from_secs(31 * DAY));
    assert_eq!(house.found(Practice::MixedEnvironments), [], "what was long ago says nothing of now");
}

#[test]
fn both_halves_of_a_rotation_may_have_one_caller() {
    let house = House::new();
    let old = house.in_environment("Live", Environment::Production);
    house.used_from(old, "10.0.0.7", "sync");
    let new = house.run(Command::StartRotation(RotationDraft::of(old))).unwrap().fresh.unwrap().key;
    house.used_from(new, "10.0.0.7", "sync");
    assert_eq!(house.found(Practice::SharedCaller), []);
    house.run(Command::FinishRotation { pair: Pair { old, new }, keep: true }).unwrap();
    assert_eq!(house.found(Practice::SharedCaller).len(), 2, "control: they are two keys again");
}

#[test]
fn never_used_waits_for_the_history_and_gaps_are_told() {
    let house = House::new();
    let idle = house.in_environment("Idle", Environment::Production);
    house.clock.advance(Duration::from_secs(40 * DAY));
    let page = house.review();
    assert!(page.gaps[0].contains("No call was ever noted") && page.looked_at == 1, "{page:?}");
    assert_eq!(house.found(Practice::NeverUsed), []);
    let busy = house.in_environment("Busy", Environment::Production);
    house.used_from(busy, "10.0.0.7", "sync");
    house.clock.advance(Duration::from_secs(10 * DAY));
    assert!(
        house.review().gaps[0].contains("The logon history begins 2026-04-10"),
        "{:?}",
        house.review().gaps
    );
    assert_eq!(house.found(Practice::NeverUsed), [], "ten days are known, not thirty");
    house.clock.advance(Duration::from_secs(21 * DAY));
    let never = house.found(Practice::NeverUsed);
    assert_eq!((never.len(), never[0].key), (1, Some(idle)));
    assert!(never[0].evidence.ends_with("not used since the history begins, 2026-04-10"), "{never:?}");
    house.clock.advance(Duration::from_secs(60 * DAY));
    assert_eq!(house.found(Practice::Silent).len(), 1);
    assert!(house.review().gaps.is_empty());
    let later = house.in_environment("Later", Environment::Production);
    house.clock.set_back(Duration::from_hours(1));
    let gaps = house.review().gaps;
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert!(gaps[0].starts_with("1 key was made or used at a time that lies ahead"), "{gaps:?}");
    let page = house.review();
    let mut claims = page.rows.iter().filter(|row| row.key == Some(later)).map(|row| row.practice);
    let aged = [Practice::Unrotated, Practice::NeverUsed, Practice::Silent];
    assert!(claims.all(|practice| !aged.contains(&practice)), "its age is not claimed: {page:?}");
}

#[test]
fn a_review_is_kept_until_something_changes_and_windows_belong_together() {
    let house = House::new();
    for n in 0..5 {
        house.create(&format!("Key {n}"));
    }
    let page = |offset, limit| house.page_of_review(asked(None, Window { offset, limit }));
    let all = page(0, 100);
    assert_eq!(all.total, 15, "no owner, no expiry, no copy confirmed");
    let (first, second) = (page(0, 10), page(10, 10));
    assert_eq!((first.stamp, second.offset), (second.stamp, 5), "the last page is full");
    assert_eq!(first.rows[..5], all.rows[..5]);
    assert_eq!(second.rows[..], all.rows[5..]);
    house.create("Another");
    let anew = page(0, 100);
    assert!(anew.stamp != all.stamp && anew.total == 18);
    let cancelled = Ticket::new();
    cancelled.cancel();
    let limits = SomeLimits { unused: Some(7), ..SomeLimits::default() };
    let window = Window { offset: 0, limit: 1 };
    let asked = Query::Review { limits, text: String::new(), stamp: None, whole: false, window };
    assert_eq!(house.door.ask(asked, &cancelled).unwrap_err(), Refusal::Cancelled);
}

#[test]
fn who_asks_anew_sees_the_calls_and_edits_that_came_and_a_window_stays_with_its_review() {
    let house = House::new();
    let one = house.in_environment("One", Environment::Production);
    let two = house.in_environment("Two", Environment::Production);
    house.used_from(one, "10.0.0.7", "sync");
    let ask = |stamp| house.page_of_review(asked(stamp, Window { offset: 0, limit: 100 }));
    let first = ask(None);
    assert_eq!(ask(None).stamp, first.stamp, "nothing happened");
    house.used_from(two, "10.0.0.7", "sync");
    assert_eq!(ask(Some(first.stamp)), first, "rows that are shown already belong together");
    let second = ask(None);
    assert_ne!(second.stamp, first.stamp);
    assert!(second.rows.iter().any(|row| row.practice == Practice::SharedCaller));
    assert_eq!(ask(Some(first.stamp)).stamp, first.stamp, "the one before stays for its windows");
    assert_eq!(ask(Some(7)).stamp, second.stamp, "one that is not there cannot be asked for");
    let other = SomeLimits { unused: Some(7), ..SomeLimits::default() };
    let window = Window { offset: 0, limit: 100 };
    let query = Query::Review { limits: other, text: String::new(), stamp: None, whole: false, window };
    house.door.ask(query, &Ticket::new()).unwrap();
    assert_eq!(ask(Some(second.stamp)).stamp, second.stamp, "whatever others ask meanwhile");
    let edit = GroupEdit { role: Some(crate::model::Role::Admin), ..GroupEdit::default() };
    let command = Command::EditGroup { code: "API_READ".parse().unwrap(), edit, expected: None };
    house.run(command).unwrap();
    let third = ask(Some(second.stamp));
    assert_eq!(third.rows[0].practice, Practice::Unrestricted, "an edit of a group counts at once");
}

#[test]
fn limits_are_the_store_s_own_where_nobody_names_others() {
    let house = House::new();
    house.create("HR System");
    house.clock.advance(Duration::from_secs(20 * DAY));
    assert_eq!(house.found(Practice::Unrotated), []);
    std::fs::write(house.dir.path().join("store/claviger.toml"), "review_unrotated_days = 14\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(house.dir.path().join("store/claviger.toml"), mode).unwrap();
    let house = house.reopen();
    assert_eq!(house.found(Practice::Unrotated).len(), 1);
    let limits = SomeLimits { unrotated: Some(30), ..SomeLimits::default() };
    let window = Window { offset: 0, limit: 100 };
    let query = Query::Review { limits, text: String::new(), stamp: None, whole: false, window };
    let Answer::Review(page) = house.door.ask(query, &Ticket::new()).unwrap() else { panic!() };
    assert!(page.rows.iter().all(|row| row.practice != Practice::Unrotated), "what is named wins");
}

#[test]
fn each_key_is_on_one_card_with_all_its_findings_and_the_worst_comes_first() {
    let house = House::new();
    let deck = |text: &str| {
        let asked = Query::Deck { text: text.into() };
        match house.door.ask(asked, &Ticket::new()).unwrap() {
            Answer::Deck(deck) => *deck,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((deck("").cards, deck("").total), (Vec::new(), 0));
    let live = house.in_environment("Live", Environment::Production);
    house.in_environment("Quiet", Environment::Production);
    let test = house.in_environment("Test", Environment::Development);
    house.used_from(live, "10.0.0.7", "sync");
    house.used_from(test, "10.0.0.7", "curl");
    house.clock.advance(Duration::from_secs(400));
    let all = deck("");
    let mut by_hand: Vec<KeyId> = Vec::new();
    for key in house.review().rows.iter().filter_map(|row| row.key) {
        if !by_hand.contains(&key) {
            by_hand.push(key);
        }
    }
    assert_eq!(all.cards.iter().map(|card| card.key).collect::<Vec<_>>(), by_hand);
    assert_eq!((all.cards[0].key, all.total, all.groups), (live, 3, 1));
    for card in &all.cards {
        let rows: Vec<Finding> =
            house.review().rows.into_iter().filter(|r| r.key == Some(card.key)).collect();
        assert_eq!(card.findings, rows);
    }
    let met = deck("environments meet");
    assert_eq!((met.cards.len(), met.total, met.groups), (1, 1, 0));
    assert_eq!(met.cards, all.cards[..1], "with its other findings too");
}

#[test]
fn the_evidence_of_one_finding_names_all_that_a_row_only_counts() {
    let house = House::new();
    let busy = house.in_environment("Busy", Environment::Production);
    for source in ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"] {
        house.used_from(busy, source, "sync");
    }
    let row = house.found(Practice::SharedKey).remove(0);
    assert!(row.evidence.ends_with("10.0.0.3 and 2 more"), "{row:?}");
    let ask = |finding, about| match house
        .door
        .ask(Query::Evidence { stamp: None, finding, about }, &Ticket::new())
        .unwrap()
    {
        Answer::Evidence(found) => found.map(|found| *found),
        other => panic!("{other:?}"),
    };
    let whole = ask(Practice::SharedKey, row.about()).unwrap();
    assert!(whole.evidence.ends_with("10.0.0.3, 10.0.0.4, 10.0.0.5"), "{whole:?}");
    let query = Query::Review {
        limits: SomeLimits::default(),
        text: "many sources".into(),
        stamp: None,
        whole: true,
        window: Window { offset: 0, limit: 9 },
    };
    let Answer::Review(page) = house.door.ask(query, &Ticket::new()).unwrap() else { panic!() };
    assert_eq!(page.rows, std::slice::from_ref(&whole), "a review that is asked for whole has the same");
    assert_eq!(Finding { evidence: row.evidence.clone(), ..whole }, row);
    assert_eq!(ask(Practice::Unrestricted, row.about()), None);
    house.in_environment("Test", Environment::Development);
    let across = house.found(Practice::SharedGroup).remove(0);
    assert_eq!(ask(Practice::SharedGroup, across.about()), Some(across));
}
