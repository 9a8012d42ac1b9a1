use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::{ApiKey, Environment};

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "HR system",
        "hr",
        "Übergabe İstanbul",
        "東京 sync",
        "a much longer description, so that it takes more room than the one before it",
        "ẞ",
    ])
    .prop_map(str::to_owned)
}

fn key(number: u64) -> impl Strategy<Value = (ApiKey, Option<u64>)> {
    let texts = (text(), prop::option::of(text()), prop::sample::select(vec!["HR", "ADMIN", "READ_ONLY"]));
    let times = (any::<i64>(), any::<i64>(), any::<Option<i64>>(), any::<Option<i64>>());
    let rest = (any::<bool>(), any::<bool>(), prop::option::of(1u16..=3650), any::<Option<u64>>());
    (texts, times, rest).prop_map(move |((description, owner, group), times, rest)| {
        let digits = std::array::from_fn(|i| u8::try_from((number >> (i % 8)) % 32).unwrap());
        let record = KeyRef {
            number,
            key: KeyId::from_digits(Environment::ALL[usize::try_from(number % 3).unwrap()], digits),
            description: &description,
            group,
            status: if rest.0 { Status::Active } else { Status::Disabled },
            created: Time(times.0),
            modified: Time(times.1),
            modified_by: if rest.1 { "root" } else { "ada" },
            last_used: times.2.map(Time),
            expires: times.3.map(Time),
            rotate_every: rest.2.map(|days| Days::try_from(days).unwrap()),
            owner: owner.as_deref(),
            secret_copied: rest.1,
        };
        (record.to_key(), rest.3)
    })
}

fn step() -> impl Strategy<Value = (bool, (ApiKey, Option<u64>))> {
    (any::<bool>(), (1u64..60).prop_flat_map(key))
}

proptest! {
    #[test]
    fn a_roll_holds_what_a_plain_map_holds(steps in prop::collection::vec(step(), 0..120)) {
        let (mut roll, mut plain, mut highest) = (Roll::default(), BTreeMap::new(), 0);
        let mut seen = std::collections::BTreeSet::new();
        for (take, (record, precheck)) in steps {
            let number = record.number;
            if take {
                let slot = roll.slot_of(number);
                let was = slot.is_some_and(|slot| roll.take(slot));
                prop_assert_eq!(was, plain.remove(&number).is_some());
                continue;
            }
            let fits = number > highest || seen.contains(&number);
            prop_assert_eq!(roll.put(record.borrowed(), precheck).is_some(), fits, "numbers rise, or come back");
            if fits {
                highest = highest.max(number);
                seen.insert(number);
                plain.insert(number, (record, precheck));
            }
        }
        prop_assert_eq!(roll.len(), plain.len());
        let held: Vec<_> = roll.iter().map(|(_, record, precheck)| (record.to_key(), precheck)).collect();
        prop_assert_eq!(held, plain.values().cloned().collect::<Vec<_>>());
        for (slot, record, _) in roll.iter() {
            let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
            let wanted = format!("{}\n{}\n", lower(record.description), lower(record.owner.unwrap_or_default()));
            prop_assert_eq!(roll.lower(slot).trim_end_matches('\n'), wanted.trim_end_matches('\n'));
            prop_assert_eq!(roll.slot_of(record.number), Some(slot));
            prop_assert!(record.texts_are_good());
        }
    }
}

#[test]
fn many_edits_are_written_into_the_long_texts_again() {
    let mut roll = Roll::default();
    let record = |number: u64, description| KeyRef {
        number,
        key: KeyId::from_digits(Environment::Production, [1; 16]),
        description,
        group: "HR",
        status: Status::Active,
        created: Time(0),
        modified: Time(0),
        modified_by: "root",
        last_used: None,
        expires: None,
        rotate_every: None,
        owner: Some("Ada"),
        secret_copied: true,
    };
    for number in 1..=3_000 {
        roll.put(record(number, "before"), None).unwrap();
    }
    for number in 1..=2_000 {
        roll.put(record(number, "after, and longer"), None).unwrap();
    }
    assert!(roll.elsewhere(0..3_000).count() <= 1_025, "edited texts do not stand beside for ever");
    assert!(roll.iter().all(|(slot, r, _)| {
        r.description == if r.number <= 2_000 { "after, and longer" } else { "before" }
            && roll.lower(slot) == format!("{}\nada\n", r.description)
    }));
    roll.take(5);
    assert_eq!((roll.len(), roll.slots(), roll.get(5)), (2_999, 3_000, None));
}

#[test]
fn a_use_is_noted_only_forwards_and_a_precheck_can_be_forgotten() {
    let mut roll = Roll::default();
    let record = ApiKey { last_used: None, ..sample() };
    let slot = roll.put(record.borrowed(), Some(7)).unwrap();
    for (time, wanted) in [(-5, -5), (9, 9), (3, 9)] {
        roll.note_use(slot, Time(time));
        assert_eq!(roll.get(slot).unwrap().last_used, Some(Time(wanted)));
    }
    assert_eq!(roll.precheck(slot), Some(7));
    roll.set_precheck(slot, None);
    assert_eq!(roll.precheck(slot), None);
    roll.set_status(slot, Status::Disabled);
    assert_eq!(roll.get(slot).unwrap().status, Status::Disabled);
}

fn sample() -> ApiKey {
    let key = KeyId::from_digits(Environment::Development, [3; 16]);
    KeyRef {
        number: 4,
        key,
        description: "HR",
        group: "HR",
        status: Status::Active,
        created: Time(1),
        modified: Time(2),
        modified_by: "root",
        last_used: None,
        expires: None,
        rotate_every: None,
        owner: None,
        secret_copied: false,
    }
    .to_key()
}
