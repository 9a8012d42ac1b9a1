//! A quarterly review, key by key: on screen, in the store, and for the very next request; embedded and attached.

use claviger::credential::Secret;
use claviger::model::{Logon, Status};
use claviger::registry::{Answer, Query, Verdict};
use std::time::Duration;

use super::stage::House;

/// To the cards.
const CARDS: &str = "<backtab>c";

/// A store with three keys nobody owns; the first one made has a caller every hour.
fn house() -> House {
    let house = House::empty();
    house.journey("<enter>^snOne^sy<enter>");
    house.journey("nTwo^sy<enter>");
    house.journey("nThree^sy<enter>");
    for _ in 0..30 {
        house.registry().note(&Logon { agent: "hr", ..Logon::accepted(house.keys()[2].key, "10.0.0.7") });
        house.clock.advance(Duration::from_hours(1));
    }
    house
}

fn status(house: &House, description: &str) -> Status {
    house.matching(description)[0].status
}

#[test]
fn a_review_is_finished_card_by_card_and_each_decision_holds_at_once() {
    for attached in [false, true] {
        let house = if attached { house().attached() } else { house() };
        let journey = house.journey(CARDS);
        journey
            .shows("Card 1 of 3")
            .shows("One")
            .shows("No owner: nobody is named")
            .shows("10.0.0.7 hr · hourly");
        house.journey(&format!("{CARDS}t")).shows("Disable One?").shows("In use, will break within");
        assert_eq!(status(&house, "One"), Status::Active);
        house.journey(&format!("{CARDS}st")).shows("Card 3 of 3").shows("2 of 3 · 1 disabled · 1 skipped");
        assert_eq!(status(&house, "Two"), Status::Disabled);
        // What is disabled is no finding any more: the next review deals two cards.
        let journey = house.journey(&format!("{CARDS}t<tab><enter>u"));
        journey.shows("Card 1 of 2").shows("● Active").shows("Enabled again, as it was.");
        let journey = house.journey(&format!("{CARDS}sr^sy<enter>"));
        journey.shows("1 of 2 cards are decided on, 1 remain").shows("Rotated       1");
        let fresh = Secret::parse(&journey.copied.unwrap()).unwrap();
        let new = house.matching("Three - November 2026").remove(0).key;
        assert!(matches!(house.door.verify(new.as_str(), &fresh).unwrap(), Verdict::Valid(_)));
        house.journey(&format!("{CARDS}ss<esc>")).shows("c comes back to the cards");
        house.journey(&format!("{CARDS}ss<esc>c")).shows("Card 3 of 3");
    }
}

#[test]
fn the_cards_of_a_filter_are_those_that_the_filter_shows() {
    let house = House::demo(40);
    let Answer::Deck(all) = house.ask(Query::Deck { text: String::new() }) else { panic!() };
    assert!(all.cards.len() > 20 && all.cards.len() as u64 == all.total, "{all:?}");
    house.journey(CARDS).shows(&format!("Card 1 of {}", all.total));
    let Answer::Deck(some) = house.ask(Query::Deck { text: "owner".into() }) else { panic!() };
    assert!(some.total < all.total && some.total > 0);
    house.journey("<backtab>/owner<enter>c").shows(&format!("Card 1 of {}", some.total));
}

#[test]
fn what_is_kept_or_accepted_leaves_the_review_until_its_date_or_until_it_is_taken_back() {
    for attached in [false, true] {
        let house = if attached { house().attached() } else { house() };
        let journey = house.journey(&format!("{CARDS}a"));
        journey
            .shows("Card 2 of 3")
            .shows("Kept One: its findings are accepted until 2027-01-01. u takes it back.");
        let journey = house.journey("<backtab>");
        journey.shows("4 findings").shows("2 accepted");
        house.journey(CARDS).shows("Card 1 of 2").shows("Two");
        house.journey(&format!("{CARDS}au")).shows("Card 1 of 2").shows("0 of 2");
        house
            .journey(&format!("{CARDS}aa<enter>"))
            .shows("Every one of 2 cards is decided on")
            .shows("Kept          2");
        house.journey("<backtab>").shows("No findings.").shows("6 accepted");
        let journey = house.journey("<backtab>A");
        journey
            .shows("6 accepted findings")
            .shows("kept in the review of 2026-11-24")
            .shows(" · accepted · by ");
        house.journey("<backtab>Au").shows("5 accepted findings");
        house.journey("<backtab>a").shows("Accept this finding").shows("2027-01-01");
        house
            .journey("<backtab>aticket 7<tab>^u30d^s")
            .shows("Accepted until 2026-12-24")
            .shows("6 accepted");
        house.clock.advance(Duration::from_hours(31 * 24));
        house.journey("<backtab>").shows("3 findings").shows("No expiry").shows("5 accepted");
    }
}

#[test]
fn a_pasted_leak_is_traced_to_its_key_and_stopped_by_one_press() {
    for attached in [false, true] {
        let house = House::empty();
        let journey = house.journey("<enter>^snOne^sy<enter>");
        let secret = journey.copied.unwrap();
        house.journey("nTwo^sy<enter>");
        let house = if attached { house.attached() } else { house };
        let (one, two) = (house.matching("One").remove(0), house.matching("Two").remove(0));
        let text = format!("export SECRET='{secret}'\n# {}\n", two.key);
        let journey = house.pasted("L", &text, "");
        journey.shows("2 keys found, 2 live").shows("● Active   Secret One").shows("● Active   Key    Two");
        assert!(journey.screens.iter().all(|screen| !screen.contains(&secret[..12])));
        house.pasted("L", &text, "n").shows("Noted as leaked: 1 key.");
        house.journey("<backtab>").shows("Secret found by scan").shows("a paste into the leak desk");
        let journey = house.pasted("<backtab>L", &text, "tu");
        journey.shows("2 keys found, 2 live").shows("Enabled One again.");
        house.pasted("L", &text, "t").shows("2 keys found, 1 live").shows("Disabled One. u undoes.");
        let secret = Secret::parse(&secret).unwrap();
        assert!(!matches!(house.door.verify(one.key.as_str(), &secret).unwrap(), Verdict::Valid(_)));
        house.pasted("<backtab>L", "no leak", "").shows("No Key and no Secret found: 7 bytes on 1 line");
    }
}

/// An auditor sees all of the review, changes nothing, and is told so.
fn only_looks(audited: impl FnOnce(House) -> House) {
    let house = house();
    let secret = house.journey("nFour^sy<enter>").copied.unwrap();
    let auditor = audited(house);
    let revision = || match auditor.ask(Query::Overview) {
        Answer::Overview(overview) => overview.revision,
        other => panic!("{other:?}"),
    };
    let (before, told) = (revision(), "may read but not change anything");
    auditor.journey(CARDS).shows("Card 1 of 4").shows("10.0.0.7 hr · hourly").hides("a keep");
    for verb in ["a", "t", "r"] {
        let journey = auditor.journey(&format!("{CARDS}{verb}"));
        journey.shows(told).shows("Card 1 of 4").shows("0 of 4");
    }
    auditor.journey(&format!("{CARDS}s<tab>")).shows("Skipped       1");
    for verb in ["a", "m", "<enter>a", "<enter>m"] {
        auditor.journey(&format!("<backtab>{verb}")).shows(told);
    }
    auditor.journey("<backtab>Au").shows("0 accepted findings");
    for verb in ["t", "r", "n"] {
        auditor.pasted("L", &secret, verb).shows("1 key found, 1 live").shows("Secret Four").shows(told);
    }
    assert_eq!(revision(), before);
}

#[test]
fn an_auditor_looks_at_cards_findings_and_leaks_but_changes_nothing() {
    only_looks(House::audited);
}

#[test]
#[ignore = "needs root: becomes another account"]
fn an_auditor_behind_a_socket_looks_but_changes_nothing() {
    only_looks(|house| house.audited_by(61_235));
}
