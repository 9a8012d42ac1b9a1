//! At once, under many schedules: threads take turns at every lock of index, verified set and sessions, and no request
//! that was sent after an acknowledgement gets the old answer.
//!
//! The paths are those of the server: look, hash, then the live record again. Each control leaves one protection out
//! and is caught.

use std::sync::atomic::Ordering::SeqCst;

use super::*;
use crate::credential::TokenMark;
use crate::store::Entry;
use crate::sync::explored::{explore, step};
use shuttle::thread;
use stage::{Change, SCHEDULES, Stage, hammer, may_insert, session, valid};

mod stage;

/// How often a control is explored until it is caught.
const ROUNDS: usize = 40;

fn holds((checked, old): (u64, u64)) {
    assert!(checked >= 2 * SCHEDULES as u64, "only {checked} answers could be judged");
    assert_eq!(old, 0, "of {checked}");
}

fn caught(explored: impl Fn() -> (u64, u64)) {
    assert!((0..ROUNDS).any(|_| explored().1 > 0), "no schedule of {ROUNDS} rounds showed it");
}

fn nobody(_: &Stage) {}

fn renewed(stage: &Stage) {
    let fresh = stage.house.create("HR");
    *stage.key.lock().unwrap() = fresh;
}

const OFF_AND_ON: &[Change] = &[
    (|stage, _| stage.set(Status::Disabled), false),
    (|stage, _| stage.set(Status::Active), true),
    (|stage, _| stage.set(Status::Disabled), false),
];

#[test]
fn no_schedule_lets_a_disabled_key_in_or_keeps_an_enabled_one_out() {
    holds(hammer(|stage| stage.set(Status::Active), valid, OFF_AND_ON, nobody));
}

#[test]
fn no_schedule_lets_an_edit_by_someone_else_bring_a_disabled_key_back() {
    let describe = |stage: &Stage| {
        stage.edit(KeyEdit {
            description: Some(Description::parse("Renamed").unwrap()),
            ..KeyEdit::default()
        });
    };
    holds(hammer(|stage| stage.set(Status::Active), valid, OFF_AND_ON, describe));
}

#[test]
fn no_schedule_lets_a_deleted_key_in() {
    holds(hammer(
        renewed,
        valid,
        &[(
            |stage, _| {
                let keys = Selection::of([stage.id()]);
                stage.house.run(Command::DeleteKeys { keys, expected: None }).unwrap();
            },
            false,
        )],
        nobody,
    ));
}

#[test]
fn no_schedule_answers_by_the_group_or_the_permissions_of_before() {
    let prepare = |stage: &Stage| {
        stage.permit(true);
        stage.join("WRITER");
    };
    holds(hammer(
        prepare,
        may_insert,
        &[
            (|stage, _| stage.join("API_READ"), false),
            (|stage, _| stage.join("WRITER"), true),
            (|stage, _| stage.permit(false), false),
            (|stage, _| stage.permit(true), true),
        ],
        nobody,
    ));
}

#[test]
fn no_schedule_lets_a_closed_session_in_not_even_once_its_key_is_enabled_again() {
    let prepare = |stage: &Stage| {
        stage.set(Status::Active);
        let mark = stage.open();
        *stage.token.lock().unwrap() = mark;
    };
    holds(hammer(
        prepare,
        session,
        &[(|stage, _| stage.set(Status::Disabled), false), (|stage, _| stage.set(Status::Active), false)],
        nobody,
    ));
}

/// Two log on while an administrator disables and enables: how many of the sessions that were there when the disable
/// was acknowledged are good afterwards.
fn survivors(open: fn(&Stage) -> Option<TokenMark>) -> (u64, u64) {
    let stage = Stage::new();
    let shared = Arc::clone(&stage);
    explore(SCHEDULES, move || {
        shared.set(Status::Active);
        let opened: Arc<std::sync::Mutex<Vec<TokenMark>>> = Arc::default();
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (stage, opened) = (Arc::clone(&shared), Arc::clone(&opened));
                thread::spawn(move || {
                    let mark = open(&stage);
                    opened.lock().unwrap().extend(mark);
                })
            })
            .collect();
        step();
        shared.set(Status::Disabled);
        let before: Vec<TokenMark> = opened.lock().unwrap().clone();
        shared.set(Status::Active);
        shared.checked.fetch_add(before.len() as u64, SeqCst);
        let alive = before.iter().filter(|mark| shared.token_is_good(**mark)).count();
        shared.old.fetch_add(alive as u64, SeqCst);
        for thread in threads {
            thread.join().unwrap();
        }
    });
    (stage.checked.load(SeqCst), stage.old.load(SeqCst))
}

#[test]
fn no_schedule_opens_a_session_that_outlives_the_disable_it_met() {
    let (checked, alive) = survivors(Stage::open);
    assert!(checked > 20, "{checked}");
    assert_eq!(alive, 0, "of {checked}");
}

#[test]
fn control_a_session_opened_without_the_index_held_is_caught() {
    caught(|| {
        survivors(|stage| {
            let proven = stage.prove()?;
            let number = {
                let index = stage.registry.read();
                stage.registry.usable(&index, &proven).ok()?.record.number
            };
            let token = stage.registry.sessions.open(number, stage.registry.ticks()).ok()?;
            stage.registry.sessions.mark(token.expose())
        })
    });
}

#[test]
fn control_a_remembered_proof_taken_for_a_decision_is_caught() {
    // A disable forgets the proof, so that without schedules this looks right.
    let from_memory = |stage: &Stage| {
        let (key, secret) = stage.pair();
        let number = stage.registry.read().by_key(&key).unwrap().record.number;
        let mark = stage.registry.verified.mark(number, &secret).unwrap();
        stage.registry.verified.remembers(number, mark) || valid(stage)
    };
    caught(|| hammer(|stage| stage.set(Status::Active), from_memory, OFF_AND_ON, nobody));
}

#[test]
fn control_an_acknowledgement_before_the_record_is_swapped_is_caught() {
    fn saved_acknowledged_and_then_swapped(stage: &Stage, acknowledge: &dyn Fn()) {
        let registry = &stage.registry;
        let mut writer = lock(&registry.writer);
        let (slot, before) = {
            let (index, key) = (registry.read(), stage.id());
            (index.slot(&key).unwrap(), index.by_key(&key).unwrap().record.to_key())
        };
        let after = crate::model::ApiKey { status: Status::Disabled, ..before.clone() };
        let entry = Entry::KeyPut { kind: KeyDisabled, before: Some(before), after, proof: None };
        let saved = registry.save(&mut writer, &actor().account, vec![entry], &Ticket::new()).unwrap();
        acknowledge();
        registry.settle(&[slot], &saved, crate::registry::order::Changed::Status, |record| {
            record.status = Status::Disabled;
        });
    }
    let changes: &[Change] = &[(saved_acknowledged_and_then_swapped, false)];
    caught(|| hammer(|stage| stage.set(Status::Active), valid, changes, nobody));
}
