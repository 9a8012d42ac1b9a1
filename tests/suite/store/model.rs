//! Random commands, kills and reopenings against a `BTreeMap` that knows what the store should hold.

use std::collections::BTreeMap;
use std::path::PathBuf;

use claviger::model::{ApiKey, ChangeKind, Description, Group, Note, Owner, Rotation, Time};
use claviger::store::{Contents, Entry, Opening, Store, Subject, Trial};
use proptest::prelude::*;

use super::ground::{Ground, actor, copy, created, key, keys, other_group, proof, toggled};
use super::notes::note;
use super::rotations::{advanced, ended, rotation, started};

#[derive(Debug, Clone)]
enum Step {
    Create(u8),
    Toggle(Vec<u8>),
    Rename(u8, String),
    Delete(Vec<u8>),
    Group(u8),
    Rotate(u8),
    Note(u8),
    Close,
    Kill,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1u8..6).prop_map(Step::Create),
        6 => proptest::collection::vec(any::<u8>(), 1..6).prop_map(Step::Toggle),
        3 => (any::<u8>(), "[a-z]{1,20}").prop_map(|(k, t)| Step::Rename(k, t)),
        2 => proptest::collection::vec(any::<u8>(), 1..3).prop_map(Step::Delete),
        2 => (0u8..4).prop_map(Step::Group),
        3 => (2u8..7).prop_map(Step::Rotate),
        3 => (0u8..6).prop_map(Step::Note),
        1 => Just(Step::Close),
        2 => Just(Step::Kill),
    ]
}

#[derive(Default, PartialEq, Debug)]
struct Held {
    keys: BTreeMap<u64, ApiKey>,
    groups: BTreeMap<String, Group>,
    rotations: BTreeMap<u64, Rotation>,
    notes: BTreeMap<String, Note>,
    next_number: u64,
    revision: u64,
}

impl Held {
    fn of(contents: &Contents) -> Self {
        Self {
            keys: keys(contents),
            groups: contents.groups.iter().map(|g| (g.code.to_string(), g.clone())).collect(),
            rotations: contents.rotations.iter().map(|r| (r.number, r.clone())).collect(),
            notes: contents.written_down.iter().map(|n| (n.name(), n.clone())).collect(),
            next_number: contents.next_number,
            revision: contents.revision,
        }
    }

    fn pick(&self, wanted: &[u8]) -> Vec<ApiKey> {
        let mut numbers: Vec<u64> = self.keys.keys().copied().collect();
        let mut picked = Vec::new();
        for place in wanted {
            if !numbers.is_empty() {
                picked.push(self.keys[&numbers.remove(usize::from(*place) % numbers.len())].clone());
            }
        }
        picked
    }

    /// The entries of a step, with what is held after them.
    fn entries(&mut self, step: &Step, time: i64) -> Vec<Entry> {
        let entries: Vec<Entry> = match step {
            Step::Create(count) => {
                let made: Vec<ApiKey> =
                    (0..u64::from(*count)).map(|i| key(self.next_number + i, time)).collect();
                self.next_number += u64::from(*count);
                self.keys.extend(made.iter().map(|k| (k.number, k.clone())));
                made.iter().map(|k| created(k, &proof())).collect()
            }
            Step::Toggle(places) => self
                .pick(places)
                .iter()
                .map(|before| {
                    let (after, entry) = toggled(before, time);
                    self.keys.insert(after.number, after);
                    entry
                })
                .collect(),
            Step::Rename(place, text) => self
                .pick(&[*place])
                .into_iter()
                .map(|before| {
                    let owner = before.owner.is_none().then(|| Owner::parse(text).unwrap());
                    let description = Description::parse(text).unwrap();
                    let after = ApiKey { description, owner, modified: Time(time), ..before.clone() };
                    self.keys.insert(after.number, after.clone());
                    Entry::KeyPut { kind: ChangeKind::KeyEdited, before: Some(before), after, proof: None }
                })
                .collect(),
            Step::Delete(places) => self
                .pick(places)
                .into_iter()
                .map(|before| {
                    self.keys.remove(&before.number);
                    Entry::KeyDropped { before }
                })
                .collect(),
            Step::Group(which) => {
                let code = format!("G{which}");
                vec![match self.groups.remove(&code) {
                    Some(before) if time % 3 == 0 => Entry::GroupDropped { before },
                    before => {
                        let kind =
                            if before.is_some() { ChangeKind::GroupEdited } else { ChangeKind::GroupCreated };
                        let mut after = before.clone().unwrap_or_else(|| other_group(&code));
                        after.restricted = !after.restricted;
                        self.groups.insert(code, after.clone());
                        Entry::GroupPut { kind, before, after }
                    }
                }]
            }
            Step::Rotate(number) => {
                let number = u64::from(*number);
                vec![match self.rotations.remove(&number) {
                    Some(before) if time % 3 == 0 => ended(&before),
                    Some(before) => {
                        let after = Rotation { deadline: Some(Time(time)), ..before.clone() };
                        self.rotations.insert(number, after.clone());
                        advanced(&before, &after)
                    }
                    None => {
                        let after = rotation(number, time);
                        self.rotations.insert(number, after.clone());
                        started(&after)
                    }
                }]
            }
            Step::Note(which) => {
                let after = note(u64::from(*which), time);
                let subject = Subject::of(&key(1, 0));
                vec![match self.notes.remove(&after.name()) {
                    Some(before) if time % 3 == 0 => Entry::NoteDropped { before, subject },
                    before => {
                        self.notes.insert(after.name(), after.clone());
                        Entry::NotePut { before, after, subject }
                    }
                }]
            }
            Step::Close | Step::Kill => Vec::new(),
        };
        self.revision += entries.len() as u64;
        entries
    }
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let ground = Ground::new();
    let mut dir: PathBuf = ground.dir.clone();
    let opening = Opening { create: true, expect_revision: None };
    let open = |dir: &PathBuf| Store::open_for_trial(dir, &opening, &Trial::without_sync()).unwrap();
    let mut held = Held { next_number: 1, ..Held::default() };
    let (mut store, _) = open(&dir);
    for (time, step) in (1..).zip(steps) {
        let (opened, contents) = match step {
            Step::Close => {
                store.close().unwrap();
                open(&dir)
            }
            Step::Kill => {
                // What a killed process leaves is a copy of its files; the store itself is closed elsewhere.
                let left = ground.temp.path().join(format!("killed{time}"));
                copy(&dir, &left);
                drop(store);
                dir = left;
                open(&dir)
            }
            step => {
                let entries = held.entries(step, time);
                let revision = store.append(Time(time), &actor(), entries, &|_, _| {}).unwrap();
                prop_assert_eq!(revision, held.revision);
                continue;
            }
        };
        prop_assert_eq!(&Held::of(&contents), &held);
        prop_assert_eq!(contents.notes, Vec::<String>::new());
        store = opened;
        let reader = store.reader();
        for number in 1..held.next_number {
            prop_assert_eq!(reader.proof(number).unwrap().is_some(), held.keys.contains_key(&number));
        }
        let revisions: Vec<u64> =
            reader.changes(u64::MAX, u32::MAX).unwrap().iter().map(|c| c.revision).collect();
        prop_assert_eq!(revisions, (1..=held.revision).rev().collect::<Vec<_>>());
    }
    Ok(())
}

#[test]
fn whatever_is_done_in_whatever_order_the_store_holds_what_a_map_would() {
    let cases = u32::try_from(super::ground::trials(26)).unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner.run(&proptest::collection::vec(step(), 50), |steps| run(&steps)).unwrap();
}
