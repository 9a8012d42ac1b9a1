//! Proofs: what is remembered, what is not, and what happens when the store key is lost.

use super::*;
use crate::credential::{Hasher, StoreKey, mint_secret};
use crate::store::{Opening, Store};

/// The house's registry opened anew with another store key, as after its file was lost.
fn without_store_key(house: House) -> (Registry, tempfile::TempDir) {
    let House { door, clock, dir } = house;
    drop(door);
    let opening = Opening { create: false, expect_revision: None };
    let (store, mut contents) = Store::open(&dir.path().join("store"), &opening).unwrap();
    contents.store_key = StoreKey::generate().unwrap();
    for slot in 0..u32::try_from(contents.keys.slots()).unwrap() {
        contents.keys.set_precheck(slot, None);
    }
    (Registry::new(store, contents, Hasher::new(Cost::TEST, 1), clock), dir)
}

#[test]
fn a_proof_is_remembered_and_a_disable_forgets_it() {
    let house = House::new();
    let (key, secret) = house.create("HR");
    let registry = house.door.registry();
    let Look::Pending(pending) = registry.look(key.as_str(), &secret) else { panic!("proved by nothing") };
    assert!(matches!(registry.hash(&pending, &secret).unwrap(), Look::Proven(_)));
    assert!(matches!(registry.look(key.as_str(), &secret), Look::Proven(_)));
    house.set(Selection::of([key]), Status::Disabled);
    assert!(matches!(registry.look(key.as_str(), &secret), Look::Invalid(_, Fault::Disabled { .. })));
    house.set(Selection::of([key]), Status::Active);
    assert!(matches!(registry.look(key.as_str(), &secret), Look::Pending(_)));
}

#[test]
fn a_proof_finished_after_a_disable_or_a_delete_opens_nothing() {
    let house = House::new();
    let (key, secret) = house.create("HR");
    let registry = house.door.registry();
    let Look::Pending(pending) = registry.look(key.as_str(), &secret) else { panic!("proved by nothing") };
    house.set(Selection::of([key]), Status::Disabled);
    let Look::Proven(proven) = registry.hash(&pending, &secret).unwrap() else {
        panic!("the Secret is right")
    };
    let wanted = Wanted::of(Wish::Open);
    assert_eq!(registry.judge(&proven, &wanted).unwrap_err().text, DeniedText::InvalidApiKey);
    assert!(matches!(registry.open_session(&proven), Err(Unopened::Denied(_))));
    house.set(Selection::of([key]), Status::Active);
    assert!(registry.judge(&proven, &wanted).is_ok(), "control: it was the status");
    house.run(Command::DeleteKeys { keys: Selection::of([key]), expected: None }).unwrap();
    assert_eq!(registry.judge(&proven, &wanted).unwrap_err().text, DeniedText::InvalidApiKey);
}

#[test]
fn without_its_store_key_a_store_falls_back_to_argon2_and_learns_the_precheck_again() {
    let house = House::new();
    let (key, secret) = house.create("HR");
    let (registry, _dir) = without_store_key(house);
    let wrong = mint_secret(Environment::Production).unwrap();
    let Look::Pending(guess) = registry.look(key.as_str(), &wrong) else { panic!("nothing to tell it by") };
    assert!(matches!(registry.hash(&guess, &wrong).unwrap(), Look::Invalid(_, Fault::Hash)));
    assert_eq!(registry.verify(key.as_str(), &wrong).unwrap(), Verdict::Invalid);
    assert!(matches!(registry.verify(key.as_str(), &secret).unwrap(), Verdict::Valid(_)));
    assert!(matches!(registry.look(key.as_str(), &wrong), Look::Invalid(_, Fault::Precheck)));
    assert!(matches!(registry.look(key.as_str(), &secret), Look::Proven(_)));
}
