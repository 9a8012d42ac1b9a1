//! Rotations at the door: successor and predecessor, every step, every way back, and what a restart finds.

mod ending;

use super::*;
use crate::credential::Hasher;
use crate::model::{Days, Deadline, Logon, Part, Rotation, State};
use crate::store::{Opening, Store, Trial};

const DAY: u64 = 86_400;

/// A rotation that was just started: both Keys and Secrets.
struct Turn {
    pair: Pair,
    old: Secret,
    new: Secret,
}

impl House {
    fn turn(&self, deadline: Deadline) -> Turn {
        let (key, old) = self.create("HR Integration");
        let draft = RotationDraft { deadline, ..RotationDraft::of(key) };
        let done = self.run(Command::StartRotation(draft)).unwrap();
        let fresh = done.fresh.unwrap();
        Turn { pair: Pair { old: key, new: fresh.key }, old, new: fresh.secret }
    }

    fn advance(&self, pair: Pair, step: Advance) -> Rotation {
        match self.run(Command::AdvanceRotation { pair, step }).unwrap().outcome {
            Outcome::RotationAdvanced { rotation, .. } => rotation,
            other => panic!("{other:?}"),
        }
    }

    fn rotation(&self, key: KeyId) -> Result<RotationDetails, Refusal> {
        match self.door.ask(Query::Rotation { key }, &Ticket::new())? {
            Answer::Rotation(found) => Ok(*found),
            other => panic!("{other:?}"),
        }
    }

    fn states(&self, key: KeyId) -> [State; 5] {
        let found = self.rotation(key).unwrap();
        found.rotation.steps(&found.evidence, self.clock.now()).map(|step| step.state)
    }

    fn record(&self, key: KeyId) -> crate::model::ApiKey {
        self.door.registry().key_details(key).unwrap().row.record
    }

    fn later(&self, seconds: u64) -> Time {
        Time(self.clock.now().0 + i64::try_from(seconds).unwrap())
    }
}

#[test]
fn a_successor_has_what_the_old_key_has_and_the_month_in_its_description() {
    let house = House::new();
    let full = KeyDraft {
        environment: Environment::Staging,
        expires: Some(house.later(90 * DAY)),
        rotate_every: Some(Days::parse("90d").unwrap()),
        owner: Some(crate::model::Owner::parse("Ada").unwrap()),
        ..draft("HR Integration - December 2025")
    };
    let key = house.run(Command::CreateKey(full)).unwrap().fresh.unwrap().key;
    house.clock.advance(Duration::from_secs(60 * DAY));
    let done = house.run(Command::StartRotation(RotationDraft::of(key))).unwrap();
    let Outcome::RotationStarted { rotation, record, cut: false, changes: 2 } = done.outcome else {
        panic!()
    };
    let old = house.record(key);
    assert_eq!(record.description.as_str(), "HR Integration - April 2026");
    assert_eq!(record.key.environment(), Environment::Staging);
    assert_eq!(
        (record.group.clone(), record.owner.clone(), record.rotate_every),
        (old.group.clone(), old.owner.clone(), old.rotate_every)
    );
    assert_eq!(record.expires, Some(house.later(90 * DAY)), "as long a life as the old one was given");
    assert!(!record.secret_copied, "until somebody says that they have the Secret");
    assert_eq!((rotation.old, rotation.new), (key, record.key));
    assert_eq!(old.expires, Some(house.later(30 * DAY)), "without a deadline the old key is left alone");
    let both = house.changes(Some(record.key), "");
    assert_eq!(both.iter().map(|c| c.1.code()).collect::<Vec<_>>(), ["rotation-started", "key-created"]);
    assert!(house.changes(Some(key), "").iter().any(|c| c.1.code() == "rotation-started"));
}

#[test]
fn both_keys_work_until_somebody_disables_the_old_one() {
    let house = House::new();
    let Turn { pair, old, new } = house.turn(Deadline::ByHand);
    assert!(house.valid(pair.old, &old) && house.valid(pair.new, &new));
    house.advance(pair, Advance::Disable);
    assert!(!house.valid(pair.old, &old) && house.valid(pair.new, &new));
    house.advance(pair, Advance::Enable);
    assert!(house.valid(pair.old, &old), "taken back");
}

#[test]
fn a_deadline_holds_for_the_very_next_request_and_after_a_restart() {
    let house = House::new();
    let at = house.later(DAY);
    let Turn { pair, old, new } = house.turn(Deadline::At(at));
    house.clock.advance(Duration::from_secs(DAY - 1));
    assert!(house.valid(pair.old, &old), "control: a second before");
    let house = house.reopen();
    house.clock.advance(Duration::from_secs(1));
    assert!(!house.valid(pair.old, &old) && house.valid(pair.new, &new));
    assert_eq!(house.states(pair.new)[3], State::Done(Some(at)));
    house.advance(pair, Advance::Enable);
    assert!(house.valid(pair.old, &old));
    assert_eq!(house.record(pair.old).expires, None, "the expiry it had before");
}

#[test]
fn after_a_leak_the_old_key_is_refused_at_once() {
    let house = House::new();
    let Turn { pair, old, new } = house.turn(Deadline::AtOnce);
    assert!(!house.valid(pair.old, &old) && house.valid(pair.new, &new));
    let kinds: Vec<_> = house.changes(Some(pair.old), "").iter().map(|c| c.1.code()).collect();
    assert_eq!(kinds, ["rotation-started", "key-disabled", "key-created"]);
}

#[test]
fn an_earlier_expiry_of_its_own_is_not_put_off_by_a_deadline() {
    let house = House::new();
    let own = Some(house.later(DAY));
    let key = house.run(Command::CreateKey(KeyDraft { expires: own, ..draft("HR") })).unwrap();
    let key = key.fresh.unwrap().key;
    let deadline = Deadline::At(house.later(7 * DAY));
    house.run(Command::StartRotation(RotationDraft { deadline, ..RotationDraft::of(key) })).unwrap();
    assert_eq!(house.record(key).expires, own);
}

#[test]
fn each_step_follows_from_the_history_of_both_keys() {
    use State::{Done, Later, Offered, Waiting};
    let house = House::new();
    let Turn { pair, .. } = house.turn(Deadline::ByHand);
    let call = |key, source, agent| {
        house.door.registry().note(&Logon { agent, ..Logon::accepted(key, source) });
    };
    call(pair.old, "10.0.0.5", "hr/1");
    call(pair.old, "10.0.0.6", "cron");
    assert_eq!(house.states(pair.old)[1..], [Waiting, Later, Later, Later]);
    house.clock.advance(Duration::from_hours(1));
    call(pair.new, "10.0.0.5", "hr/1");
    let found = house.rotation(pair.new).unwrap();
    let first = found.evidence.first_use.clone().unwrap();
    assert_eq!((first.source.as_str(), first.agent.as_str()), ("10.0.0.5", "hr/1"));
    let stragglers: Vec<_> =
        found.evidence.stragglers().map(|c| (c.source.as_str(), c.agent.as_str())).collect();
    assert_eq!(stragglers, [("10.0.0.6", "cron")], "the one that moved is none");
    assert_eq!(house.states(pair.old)[1..], [Done(Some(first.time)), Waiting, Later, Later]);
    assert_eq!((found.evidence.old_calls, found.evidence.new_calls), (2, 1));
    house.clock.advance(Duration::from_mins(1));
    call(pair.new, "10.0.0.6", "cron");
    assert_eq!(house.states(pair.old)[2..], [Done(None), Offered, Later]);
    house.advance(pair, Advance::Disable);
    let now = house.clock.now();
    assert_eq!(house.states(pair.old)[3..], [Done(Some(now)), Waiting]);
    let knock = |proved| {
        let knock = Logon { key: Some(pair.old), proved, agent: "cron", ..Logon::invalid("10.0.0.6") };
        house.door.registry().note(&knock);
        house.rotation(pair.old).unwrap().evidence.refused
    };
    assert_eq!(knock(false), [], "anybody can say a Key");
    let refused: Vec<_> = knock(true).into_iter().map(|call| (call.source, call.agent)).collect();
    assert_eq!(refused, [("10.0.0.6".to_owned(), "cron".to_owned())]);
    house.clock.advance(Duration::from_secs(7 * DAY));
    assert_eq!(house.states(pair.old)[3..], [Done(Some(now)), Offered]);
}

#[test]
fn what_cannot_be_rotated_is_refused_and_nothing_is_made() {
    let house = House::new();
    let Turn { pair, .. } = house.turn(Deadline::ByHand);
    let start = |key| house.run(Command::StartRotation(RotationDraft::of(key))).unwrap_err();
    assert_eq!(start(pair.old), Refusal::InRotation(pair));
    assert_eq!(start(pair.new), Refusal::InRotation(pair));
    let (other, _) = house.create("Other");
    let seen = Some(Box::new(house.record(pair.old)));
    let stale = RotationDraft { expected: seen, ..RotationDraft::of(other) };
    let refusal = house.run(Command::StartRotation(stale)).unwrap_err();
    assert!(matches!(refusal, Refusal::ChangedMeanwhile { .. }), "{refusal:?}");
    let past = RotationDraft { deadline: Deadline::At(house.clock.now()), ..RotationDraft::of(other) };
    assert!(matches!(house.run(Command::StartRotation(past)).unwrap_err(), Refusal::Input(_)));
    house.set(Selection::of([other]), Status::Disabled);
    assert_eq!(start(other), Refusal::NothingToHandOver(other));
    house.run(Command::DeleteKeys { keys: Selection::of([other]), expected: None }).unwrap();
    assert_eq!(start(other), Refusal::NoSuchKey(other));
    assert_eq!(house.page("", Sort::default()).total, 2);
    let reader = Actor { rights: Rights::Auditor, ..actor() };
    let command = Command::AbandonRotation { pair };
    let refusal = house.door.registry().execute(&reader, command, &Ticket::new()).unwrap_err();
    assert!(matches!(refusal, Refusal::ReadOnly(_)));
}

#[test]
fn the_two_keys_stand_together_in_every_order() {
    let house = House::new();
    let Turn { pair, .. } = house.turn(Deadline::ByHand);
    for name in ["A", "M", "Z"] {
        house.create(name);
    }
    let columns = std::iter::once(None).chain(Column::ALL.into_iter().map(Some));
    for sort in columns.flat_map(|column| [false, true].map(|descending| Sort { column, descending })) {
        let rows = house.page("", sort).rows;
        let place = rows.iter().position(|row| row.record.key == pair.new).unwrap();
        assert_eq!(rows.len(), 5);
        assert_eq!(rows[place + 1].record.key, pair.old, "{sort:?}");
        assert_eq!(rows[place].rotation, Some(Joined { part: Part::New, other: pair.old }));
        assert_eq!(rows[place + 1].rotation, Some(Joined { part: Part::Old, other: pair.new }));
    }
    let query = Query::Keys {
        filter: KeyFilter::default(),
        sort: Sort::default(),
        window: Window { offset: 0, limit: 10 },
        find: Some(Followed { key: pair.old, rows_before: None }),
    };
    let Answer::Keys(page) = house.door.ask(query, &Ticket::new()).unwrap() else { panic!() };
    assert_eq!(page.rows[usize::try_from(page.found.unwrap()).unwrap()].record.key, pair.old);
}

#[test]
fn a_rotation_is_found_again_in_the_middle_after_a_restart() {
    let house = House::new();
    let Turn { pair, new, .. } = house.turn(Deadline::At(house.later(9 * DAY)));
    house.advance(pair, Advance::Verify);
    let before = house.rotation(pair.old).unwrap();
    let house = house.reopen();
    assert_eq!(house.rotation(pair.new).unwrap(), before);
    // And once more from a checkpoint that holds it.
    let house = house.reopen();
    assert_eq!(house.rotation(pair.new).unwrap(), before);
    assert!(house.valid(pair.new, &new));
    house.advance(pair, Advance::Disable);
    house.run(Command::FinishRotation { pair, keep: false }).unwrap();
    let house = house.reopen();
    assert!(house.rotation(pair.new).is_err());
}

#[test]
fn a_start_that_cannot_be_saved_makes_neither_key_nor_rotation_and_a_leaked_key_stays_refused() {
    for deadline in [Deadline::ByHand, Deadline::AtOnce] {
        let house = House::new();
        let (key, secret) = house.create("HR");
        let House { door, clock, dir } = house;
        drop(door);
        let opening = Opening { create: false, expect_revision: None };
        let trial = Trial::failing(1, u64::MAX, false);
        let (store, contents) = Store::open_for_trial(&dir.path().join("store"), &opening, &trial).unwrap();
        let registry = Registry::new(store, contents, Hasher::new(Cost::TEST, 1), clock);
        let draft = RotationDraft { deadline, ..RotationDraft::of(key) };
        let refusal = registry.execute(&actor(), Command::StartRotation(draft), &Ticket::new()).unwrap_err();
        let at_once = deadline == Deadline::AtOnce;
        assert_eq!(matches!(refusal, Refusal::RefusedUnsaved { .. }), at_once, "{refusal:?}");
        let verdict = registry.verify(key.as_str(), &secret).unwrap();
        assert_eq!(verdict == Verdict::Invalid, at_once);
        assert_eq!(registry.standing().keys, 1);
        assert!(registry.rotation_with(key, &Ticket::new()).is_err());
    }
}
