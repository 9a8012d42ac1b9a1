//! How a rotation ends: with the deletion of the old key, with both kept, or taken back.

use super::*;

#[test]
fn a_rotation_ends_with_the_deletion_of_the_old_key_and_not_before_it_is_refused() {
    let house = House::new();
    let Turn { pair, new, .. } = house.turn(Deadline::ByHand);
    let finish = |keep| house.run(Command::FinishRotation { pair, keep });
    assert_eq!(finish(false).unwrap_err(), Refusal::StillAccepted(pair.old));
    house.advance(pair, Advance::Disable);
    let Outcome::RotationEnded(ended) = finish(false).unwrap().outcome else { panic!() };
    assert_eq!(ended.way, Ending::Deleted);
    assert_eq!(house.names(""), ["HR Integration - March 2026"]);
    assert!(house.valid(pair.new, &new));
    assert_eq!(house.rotation(pair.new).unwrap_err(), Refusal::NotRotating(pair.new));
    assert_eq!(finish(false).unwrap_err(), Refusal::NotRotating(pair.old));
}

#[test]
fn a_rotation_can_end_with_both_keys_left_as_they_are() {
    let house = House::new();
    let Turn { pair, old, new } = house.turn(Deadline::ByHand);
    house.run(Command::FinishRotation { pair, keep: true }).unwrap();
    assert!(house.valid(pair.old, &old) && house.valid(pair.new, &new));
    assert!(house.page("", Sort::default()).rows.iter().all(|row| row.rotation.is_none()));
}

#[test]
fn an_abandoned_rotation_leaves_the_old_key_as_it_was_and_a_used_successor_working() {
    for used in [false, true] {
        let house = House::new();
        let Turn { pair, old, new } = house.turn(Deadline::AtOnce);
        if used {
            house.door.registry().note(&Logon::accepted(pair.new, "10.0.0.5"));
        }
        let done = house.run(Command::AbandonRotation { pair }).unwrap();
        let Outcome::RotationEnded(ended) = done.outcome else { panic!() };
        assert_eq!(ended.way, Ending::Abandoned { restored: true, disabled: !used });
        assert!(house.valid(pair.old, &old));
        assert_eq!(
            house.valid(pair.new, &new),
            used,
            "whoever uses it goes on; an unused Secret does not lie about"
        );
        assert!(house.run(Command::AbandonRotation { pair }).is_err(), "once");
    }
    let house = House::new();
    let Turn { pair, .. } = house.turn(Deadline::At(house.later(DAY)));
    house.advance(pair, Advance::Disable);
    house.run(Command::AbandonRotation { pair }).unwrap();
    let old = house.record(pair.old);
    assert_eq!((old.status, old.expires), (Status::Active, None));
}

#[test]
fn a_key_that_was_disabled_by_hand_is_not_enabled_by_abandoning() {
    let house = House::new();
    let Turn { pair, old, .. } = house.turn(Deadline::ByHand);
    house.set(Selection::of([pair.old]), Status::Disabled);
    house.run(Command::AbandonRotation { pair }).unwrap();
    assert!(!house.valid(pair.old, &old));
}

#[test]
fn a_successor_is_not_deleted_from_under_its_predecessor() {
    let house = House::new();
    let Turn { pair, .. } = house.turn(Deadline::At(house.later(DAY)));
    let delete = |keys: &[KeyId]| {
        let keys = Selection::of(keys.iter().copied());
        house.run(Command::DeleteKeys { keys, expected: None })
    };
    assert_eq!(delete(&[pair.new]).unwrap_err(), Refusal::InRotation(pair));
    delete(&[pair.old]).unwrap();
    assert!(house.rotation(pair.new).is_err(), "the deletion of the old key is the end of it");
    delete(&[pair.new]).unwrap();
    let Turn { pair, .. } = house.turn(Deadline::ByHand);
    delete(&[pair.new, pair.old]).unwrap();
    let house = house.reopen();
    assert_eq!(house.page("", Sort::default()).total, 0);
}
