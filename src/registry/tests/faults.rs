//! What the door says, and what holds in memory, when the disk says no.

use super::*;
use crate::credential::Hasher;
use crate::store::{Opening, Store, Trial};

/// A house whose writes all fail after the first `good` ones; Key and Secret of its one key.
fn failing_after(good: u64, house: House) -> (Registry, tempfile::TempDir) {
    let House { door, clock, dir } = house;
    drop(door);
    let opening = Opening { create: false, expect_revision: None };
    let trial = Trial::failing(good + 1, u64::MAX, false);
    let (store, contents) = Store::open_for_trial(&dir.path().join("store"), &opening, &trial).unwrap();
    (Registry::new(store, contents, Hasher::new(Cost::TEST, 1), clock), dir)
}

fn set(registry: &Registry, key: KeyId, status: Status) -> Result<Done, Refusal> {
    let command = Command::SetStatus { keys: Selection::of([key]), status, expected: None };
    registry.execute(&actor(), command, &Ticket::new())
}

fn row(registry: &Registry, key: KeyId) -> KeyRow {
    registry.key_details(key).unwrap().row
}

#[test]
fn a_disable_that_cannot_be_saved_holds_in_memory_and_says_so() {
    let house = House::new();
    let (key, secret) = house.create("HR");
    let (registry, dir) = failing_after(0, house);
    assert!(
        matches!(registry.verify(key.as_str(), &secret).unwrap(), Verdict::Valid(_)),
        "control: valid before"
    );
    let refusal = set(&registry, key, Status::Disabled).unwrap_err();
    assert!(matches!(refusal, Refusal::RefusedUnsaved { count: 1, .. }), "{refusal:?}");
    assert_eq!(registry.verify(key.as_str(), &secret).unwrap(), Verdict::Invalid);
    assert!(row(&registry, key).unsaved && row(&registry, key).record.status == Status::Disabled);
    assert!(matches!(registry.overview(&actor()).health, Health::ChangesOff { .. }));
    assert!(matches!(set(&registry, key, Status::Active).unwrap_err(), Refusal::NotSaved { .. }));
    assert_eq!(
        registry.verify(key.as_str(), &secret).unwrap(),
        Verdict::Invalid,
        "enabling it could not be saved"
    );
    drop(registry);
    drop(dir);
}

#[test]
fn a_delete_that_cannot_be_saved_refuses_the_key_all_the_same() {
    let house = House::new();
    let (key, secret) = house.create("HR");
    let (registry, _dir) = failing_after(0, house);
    let command = Command::DeleteKeys { keys: Selection::of([key]), expected: Some(1) };
    let refusal = registry.execute(&actor(), command, &Ticket::new()).unwrap_err();
    assert!(matches!(refusal, Refusal::RefusedUnsaved { count: 1, .. }), "{refusal:?}");
    assert_eq!(registry.verify(key.as_str(), &secret).unwrap(), Verdict::Invalid);
    assert!(row(&registry, key).unsaved);
}

#[test]
fn any_other_change_that_cannot_be_saved_leaves_everything_as_it_was() {
    let house = House::new();
    let (key, secret) = house.create("HR");
    house.set(Selection::of([key]), Status::Disabled);
    let (registry, _dir) = failing_after(0, house);
    let before =
        (row(&registry, key), registry.overview(&actor()).revision, registry.groups_page("", window()));
    let edit = KeyEdit { description: Some(Description::parse("New").unwrap()), ..KeyEdit::default() };
    let commands = [
        Command::CreateKey(draft("another")),
        Command::EditKey { key, edit, expected: None },
        Command::SetStatus { keys: Selection::of([key]), status: Status::Active, expected: None },
        Command::ConfirmCopied { key },
        Command::CreateGroup(templates().remove(2).group),
    ];
    for command in commands {
        let refusal = registry.execute(&actor(), command, &Ticket::new()).unwrap_err();
        assert!(matches!(refusal, Refusal::NotSaved { .. }), "{refusal:?}");
    }
    assert_eq!(
        (row(&registry, key), registry.overview(&actor()).revision, registry.groups_page("", window())),
        before
    );
    assert_eq!(registry.verify(key.as_str(), &secret).unwrap(), Verdict::Invalid);
}

fn window() -> Window {
    Window { offset: 0, limit: 10 }
}
