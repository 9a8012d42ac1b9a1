//! A large store through a small screen: no query returns more rows than three screens have.

use claviger::model::Status;

use super::stage::House;

#[test]
fn a_hundred_thousand_keys_are_filtered_sorted_marked_and_disabled_through_one_screen() {
    let house = House::demo(100_000);
    let all = house.count(None);
    assert_eq!(all, 100_000);
    let active = house.count(Some(Status::Active));
    let journey = house.journey_at((80, 24), "G1G5g8k/integration<enter>G<esc>Atu");
    for screen in &journey.screens {
        assert_eq!(screen.lines().count(), 24);
    }
    let disabled = &journey.screens[journey.screens.len() - 2];
    for (text, there) in [("were already). u undoes.", true), ("○ Disabled", true), ("● Active", false)] {
        assert_eq!(disabled.contains(text), there, "{text}: {disabled}");
    }
    journey.shows("again.").shows("100,000 marked");
    assert_eq!(house.count(Some(Status::Active)), active);
    let widest = *house.widest.lock().unwrap();
    assert!(widest > 0 && widest <= 3 * 24, "a query returned {widest} rows to a screen of 24");
}
