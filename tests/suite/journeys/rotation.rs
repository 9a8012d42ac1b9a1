//! A key hands over, from `r` to the deletion of the old one: on screen, in the store, and for the very next request.

use claviger::credential::Secret;
use claviger::model::{Logon, Status};
use claviger::registry::{Answer, Command, Query, RotationDraft, Ticket, Verdict};
use std::time::Duration;

use super::stage::House;

/// A store with one key; its Secret.
fn house() -> (House, Secret) {
    let house = House::empty();
    let journey = house.journey("<enter>^snHR Integration^sy<enter>");
    let secret = Secret::parse(&journey.copied.unwrap()).unwrap();
    (house, secret)
}

fn is_valid(house: &House, place: usize, secret: &Secret) -> bool {
    let key = house.keys()[place].key;
    matches!(house.door.verify(key.as_str(), secret).unwrap(), Verdict::Valid(_))
}

#[test]
fn a_rotation_from_r_to_the_deletion_of_the_old_key() {
    let (house, old) = house();
    let journey = house.journey("r^sy<enter>");
    journey.shows("╭ HR Integration - N").shows("╰ HR Integration ").shows("2 keys");
    let new = Secret::parse(&journey.copied.expect("the new Secret was copied")).unwrap();
    let records = house.keys();
    assert_eq!(records[0].description.as_str(), "HR Integration - November 2026");
    assert!(records[0].secret_copied);
    assert_eq!(house.journey("").clipboard, None);
    // Somebody still uses the old key, and the panel names them.
    house.registry().note(&Logon { agent: "cron", ..Logon::accepted(records[1].key, "10.0.0.9") });
    house.journey("r").shows("Put the new Key and Secret into").shows("! 10.0.0.9 by cron");
    house.journey("jr").shows("Rotation of HR Integration");
    house.registry().note(&Logon { agent: "hr", ..Logon::accepted(records[0].key, "10.0.0.5") });
    house
        .journey("r")
        .shows("✔ 2 Consuming system updated")
        .shows("from 10.0.0.5 by hr")
        .shows("1 caller still");
    // It moves; the old key can go.
    house.clock.advance(Duration::from_secs(90));
    house.registry().note(&Logon { agent: "cron", ..Logon::accepted(records[0].key, "10.0.0.9") });
    house.journey("r").shows("✔ 3 Works with the new key").shows("t disables it");
    assert!(is_valid(&house, 1, &old) && is_valid(&house, 0, &new));
    let journey = house.journey("rt");
    journey.shows("✔ 4 Old key disabled").shows("Disabled HR Integration.");
    assert!(!is_valid(&house, 1, &old) && is_valid(&house, 0, &new));
    // Who still comes with it in the monitoring period is named.
    let knock = Logon { key: Some(records[1].key), proved: true, ..Logon::invalid("10.0.0.9") };
    house.registry().note(&Logon { agent: "cron", ..knock });
    house.journey("r").shows("Who came with it since").shows("! 10.0.0.9 by cron");
    house.journey("rD").shows("The monitoring period ends in");
    house.clock.advance(Duration::from_hours(7 * 24));
    house.journey("r").shows("▸ 5 Old key deleted");
    house.journey("rD<enter>");
    assert_eq!(house.keys().len(), 2, "the focus was on Cancel");
    house.journey("rD<tab><enter>").shows("Finished: deleted HR Integration").shows("1 key").hides("╭ HR");
    assert_eq!(house.keys().len(), 1);
    assert!(is_valid(&house, 0, &new));
}

#[test]
fn a_leaked_key_is_refused_when_the_form_is_saved_and_u_takes_all_of_it_back() {
    let (house, old) = house();
    let journey = house.journey("r<tab><enter>leak<enter>^sy<enter>");
    journey.shows("╰ HR Integration ").shows("○ Disabled");
    assert!(!is_valid(&house, 1, &old));
    house.journey("ru").shows("Take this rotation back?").shows("was never used, and is");
    house.journey("ru<tab><enter>").shows("is what it was before the rotation").hides("╰ HR");
    let records = house.keys();
    assert_eq!((records[0].status, records[1].status), (Status::Disabled, Status::Active));
    assert!(is_valid(&house, 1, &old));
}

#[test]
fn steps_are_taken_by_hand_at_any_time_and_t_takes_the_disable_back() {
    let (house, old) = house();
    house.journey("r^s<esc><esc>").shows("take its rotation back (r, then u)");
    house.journey("rv").shows("marked now by ada").shows("Marked as verified");
    house.journey("rv").shows("It is marked as verified.");
    house.journey("rt").shows("t enable old");
    assert!(!is_valid(&house, 1, &old));
    house.journey("rt").shows("t disable old").shows("The old key is accepted again.");
    assert!(is_valid(&house, 1, &old));
    house.journey("rD").shows("still accepted: disable it first (t)");
}

#[test]
fn details_and_the_explanation_of_the_secret_lead_to_the_rotation() {
    let (house, _) = house();
    house.journey("<enter>s").shows("r rotates this key");
    house.journey("<enter>sr").shows("Rotate ck_prd_").shows("HR Integration - November 2026");
    house.journey("<enter>r^sy<enter>").shows("API key").shows("hands over to ck_prd_");
    house.journey("<enter>r").shows("Rotation of HR Integration");
    house.journey("<enter>s").hides("r rotates this key");
    let disabled = house.journey("jt").screen().contains("Disabled HR Integration");
    assert!(disabled);
    house.journey("n Other^s<esc><esc>");
    house.journey("<enter>t<esc>r").shows("is Disabled: there is nothing to hand over");
}

#[test]
fn what_others_do_to_the_rotation_shows_at_once() {
    let (house, _) = house();
    let key = house.keys()[0].key;
    let start = Command::StartRotation(RotationDraft::of(key));
    house.journey_between("", start, "").shows("╭ HR Integration - N");
    house.journey_between("r", Command::ConfirmCopied { key }, "").shows("Rotation of");
    let Answer::Rotation(found) = house.ask(Query::Rotation { key }) else { panic!() };
    let pair = claviger::registry::Pair { old: found.rotation.old, new: found.rotation.new };
    let abandon = Command::AbandonRotation { pair };
    house.journey_between("r", abandon, "").hides("Rotation of").shows("○ Disabled");
    assert!(house.door.execute(Command::AbandonRotation { pair }, &Ticket::new()).is_err());
}
