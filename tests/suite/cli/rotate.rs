//! `keys rotate` and `rotations`: a successor, who still uses the old key, and both ways out.

use super::house::{House, Pair};
use std::path::Path;

/// Rotates a key: Key and Secret of its successor.
fn rotate(house: &House, key: &str, more: &str) -> Pair {
    let text = house.run(&format!("keys rotate {key} {more}")).ok();
    let mut lines = text.lines();
    let mut next = |word: &str| lines.next().unwrap().strip_prefix(word).unwrap().to_owned();
    let pair = Pair { key: next("Key "), secret: next("Secret ") };
    assert_eq!(lines.next(), None, "{text}");
    pair
}

fn verify(house: &House, pair: &Pair) -> Option<i32> {
    house.run("verify --key").arg(&pair.key).stdin(pair.secret.clone()).said().0
}

#[test]
fn a_successor_is_printed_like_a_new_key_and_both_work_until_the_old_one_is_disabled() {
    let house = House::new();
    let old = house.key("HR Integration");
    let new = rotate(&house, &old.key, "");
    let named = house.run("keys show --json").arg(&new.key).json();
    let description = named["description"].as_str().unwrap();
    assert!(description.starts_with("HR Integration - ") && description.len() > 20, "{description}");
    assert_eq!((verify(&house, &old), verify(&house, &new)), (Some(0), Some(0)));
    let listed = house.run("rotations list --json").json();
    let one = &listed[0];
    assert_eq!((one["old"].as_str(), one["new"].as_str()), (Some(&*old.key), Some(&*new.key)));
    assert_eq!(
        (one["step"].as_str(), &one["old_calls"], &one["new_calls"]),
        (Some("verified"), &1.into(), &1.into())
    );
    assert!(one["waiting_for"].as_str().unwrap().contains("disable it"), "{one}");
    assert_eq!(one["first_use"]["source"], "local");
    let said = house.run(&format!("rotations finish --yes {}", new.key)).fails(1);
    assert!(said.err.contains("is still Active") && said.err.contains("keys disable"), "{}", said.err);
    house.run("keys disable").arg(&old.key).ok();
    let said = house.run(&format!("rotations finish {}", new.key)).fails(2);
    assert!(said.err.contains("needs --yes"), "{}", said.err);
    let said = house.run(&format!("rotations finish --yes {}", new.key)).ok();
    assert!(said.contains("deleted HR Integration") && said.contains("is the key from now on"), "{said}");
    assert_eq!(house.keys().len(), 1);
    assert_eq!(house.run("rotations list --json").json().as_array().unwrap().len(), 0);
    let said = house.run(&format!("rotations finish --yes {}", new.key)).fails(1);
    assert!(said.err.contains("is in no rotation"), "{}", said.err);
}

#[test]
fn deadline_zero_refuses_the_old_key_at_once_and_abandoning_brings_it_back() {
    let house = House::new();
    let old = house.key("Leaked");
    let new = rotate(&house, &old.key, "--deadline 0 --description Fresh");
    assert_eq!((verify(&house, &old), verify(&house, &new)), (Some(3), Some(0)));
    let said = house.run(&format!("rotations abandon {}", old.key)).ok();
    assert!(said.contains("is what it was before") && said.contains("Fresh"), "{said}");
    assert_eq!((verify(&house, &old), verify(&house, &new)), (Some(0), Some(0)), "the successor is in use");
}

#[test]
fn an_unused_successor_is_disabled_by_abandoning_and_that_is_said() {
    let house = House::new();
    let old = house.key("HR");
    let new = rotate(&house, &old.key, "--deadline 30d");
    let ended = house.run(&format!("rotations abandon {} --json", new.key)).json();
    assert_eq!(ended["new_disabled"], true);
    assert_eq!((ended["old_restored"].clone(), ended["old_deleted"].clone()), (true.into(), false.into()));
    assert_eq!((verify(&house, &old), verify(&house, &new)), (Some(0), Some(3)));
    assert_eq!(house.run("keys show --json").arg(&old.key).json()["expires"], serde_json::Value::Null);
}

#[test]
fn the_table_names_who_still_uses_the_old_key() {
    let house = House::new();
    let old = house.key("HR");
    verify(&house, &old);
    let new = rotate(&house, &old.key, "--deadline 7d");
    let text = house.run("rotations list").ok();
    assert!(text.contains("waiting for the first call with the new key"), "{text}");
    assert!(text.contains("still uses the old key: local by claviger verify"), "{text}");
    assert!(text.contains(&old.key) && text.contains(&new.key), "{text}");
    assert!(text.contains("in 7 d") || text.contains("in 6 d"), "{text}");
}

#[test]
fn what_cannot_be_rotated_is_refused_and_a_secret_that_would_go_nowhere_is_not_made() {
    let house = House::new();
    let old = house.key("HR");
    for (more, word) in [
        ("--deadline 2020-01-01", "is not ahead of now"),
        ("--deadline soon", "Deadline: \"soon\" is not a time"),
        ("--monitoring never", "Monitoring \"never\""),
        ("--description ''", "Description is empty"),
    ] {
        let said = house.run(&format!("keys rotate {} {more}", old.key)).fails(2);
        assert!(said.err.contains(word), "{more}: {}", said.err);
    }
    let line = format!("keys rotate {}", old.key);
    let (code, said) = house.run(&line).onto(Path::new("/dev/null")).said_elsewhere();
    assert_eq!(code, Some(2));
    assert!(said.err.contains("goes nowhere"), "{}", said.err);
    assert_eq!(house.keys().len(), 1);
    let new = rotate(&house, &old.key, "");
    for key in [&old.key, &new.key] {
        let said = house.run(&format!("keys rotate {key}")).fails(1);
        assert!(said.err.contains("hands over to") && said.err.contains("rotations abandon"), "{}", said.err);
    }
    let said = house.run(&format!("keys delete --yes {}", new.key)).fails(1);
    assert!(said.err.contains("hands over to"), "{}", said.err);
    let (code, said) = house.run("rotations list").onto(Path::new("/dev/null")).said_elsewhere();
    assert_eq!(code, Some(0), "{}", said.err);
    house.run(&format!("rotations finish --keep {}", new.key)).ok();
    house.run("keys disable").arg(&old.key).ok();
    let said = house.run(&line).fails(1);
    assert!(said.err.contains("is Disabled: there is nothing to hand over"), "{}", said.err);
}

#[test]
fn json_of_a_rotation_is_the_new_key_with_its_secret() {
    let house = House::new();
    let old = house.key("HR");
    let json = house.run(&format!("keys rotate --json {}", old.key)).json();
    let (key, secret) = (json["key"].as_str().unwrap(), json["secret"].as_str().unwrap());
    assert_ne!(key, old.key);
    let pair = Pair { key: key.to_owned(), secret: secret.to_owned() };
    assert_eq!(verify(&house, &pair), Some(0));
    assert!(!house.run("keys show").arg(key).ok().contains("never confirmed"), "it was written out");
}
