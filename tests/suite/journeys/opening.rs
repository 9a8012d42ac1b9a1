//! The console while the store is still being opened: the real loop, and an opening that takes as long as is wanted.

use super::stage::House;
use claviger::model::Status;

#[test]
fn rows_are_there_before_the_store_is_ready_and_the_cursor_stays_on_its_key() {
    let house = House::demo(300);
    let third = house.keys()[2].key.to_string();
    let journey = house.journey_while_opening("jj", "");
    let [early, .., late] = journey.screens.as_slice() else { panic!("{} screens", journey.screens.len()) };
    assert!(early.contains("checking the store: 0 of 300") && early.contains("60 of 300"), "{early}");
    assert!(late.contains("300 keys") && !late.contains("checking"), "{late}");
    let copied = house.journey_while_opening("jj", "y").copied;
    assert_eq!(copied.as_deref(), Some(third.as_str()));
}

#[test]
fn a_verb_pressed_before_the_store_is_ready_is_never_done() {
    let house = House::demo(300);
    let active = house.count(Some(Status::Active));
    let journey = house.journey_while_opening("tDAt<enter>", "");
    assert!(journey.screens.iter().any(|screen| screen.contains("Still checking the store")));
    assert_eq!((house.count(Some(Status::Active)), house.keys().len()), (active, 300));
    // The control: the same key after it is ready.
    house.journey_while_opening("", "t").shows("sabled");
    assert_eq!(house.count(Some(Status::Active)).abs_diff(active), 1);
}

#[test]
fn a_filter_typed_while_the_store_is_opened_is_applied_then() {
    let house = House::demo(300);
    let expected = house.matching("hr").len();
    let journey = house.journey_while_opening("/hr", "");
    journey.shows(&format!("{expected} of 300")).hides("checking");
}

#[test]
fn whoever_leaves_meanwhile_does_not_wait_and_a_store_that_cannot_be_opened_ends_the_console() {
    let house = House::demo(20);
    // The opening would wait for ever: it is told to go on only after the console is gone.
    let journey = house.journey_while_opening("q", "");
    assert!(journey.screen().contains("checking the store"), "{}", journey.screen());
    assert_eq!(house.journey_to_a_refusal(), Some("it is damaged"));
}
