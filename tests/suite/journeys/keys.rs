//! API Keys, from the first run to the last key: what is on screen, in the store and on the clipboard.

use claviger::credential::Secret;
use claviger::model::Status;
use claviger::registry::{Answer, Query, Verdict, Window};

use super::stage::House;

#[test]
fn a_stranger_gets_from_an_empty_store_to_a_secret_that_verifies_in_ten_key_presses() {
    let house = House::empty();
    // Enter takes the template, ^S saves the group, n opens the form, ^S saves the key, y copies, Enter closes.
    let presses = "<enter>^sn|^sy<enter>".replace('|', "HR System Integration");
    let journey = house.journey(&presses);
    let presses = journey.screens.len() - 1 - "HR System Integration".len();
    assert!(presses <= 10, "{presses}");
    for (screen, named) in journey.screens.iter().zip(["Enter make this group", "^S save", "n new"]) {
        assert!(screen.contains(named), "{named}:\n{screen}");
    }
    journey.shows("HR System Integration").shows("● Active").shows("1 key").hides("!");
    let copied = journey.copied.expect("the Secret was copied");
    let secret = Secret::parse(&copied).unwrap();
    let key = house.keys()[0].clone();
    assert!(key.secret_copied);
    assert!(matches!(house.door.verify(key.key.as_str(), &secret).unwrap(), Verdict::Valid(_)));
    assert_eq!(journey.clipboard, None, "left on the clipboard after quitting");
    for screen in journey.screens.iter().skip(journey.screens.len() - 1) {
        assert!(!screen.contains(&copied[..20]), "{screen}");
    }
}

#[test]
fn an_uncopied_secret_leaves_a_flag_that_says_what_to_do() {
    let house = House::empty();
    let journey = house.journey("<enter>^snLost one^s<esc><esc>");
    journey.shows(" ! Lost one").shows("ecret never confirmed as copied");
    assert!(!house.keys()[0].secret_copied);
    house.journey("<enter>").shows("delete it and make a new one");
}

#[test]
fn a_status_is_changed_at_once_and_taken_back_with_u() {
    let house = House::demo(20);
    let first = house.keys()[1].clone();
    assert_eq!(first.status, Status::Active);
    let journey = house.journey("jt");
    journey
        .shows(&format!("Disabled {}. u undoes.", first.description))
        .shows("needs a replacement key first");
    assert_eq!(house.keys()[1].status, Status::Disabled);
    house.journey("jt").shows("Enabled");
    house.journey("jtu").shows("again.");
    assert_eq!(house.keys()[1].status, Status::Active);
}

#[test]
fn marks_are_disabled_together_and_undo_restores_only_what_it_changed() {
    let house = House::demo(30);
    let before: Vec<_> = house.keys().iter().map(|key| key.status).collect();
    assert!(before[..3].contains(&Status::Disabled) && before[..3].contains(&Status::Active), "{before:?}");
    let journey = house.journey("<space><space><space>t");
    journey.shows("3 marked").shows("Disabled 2 keys (1 was already). u undoes.");
    assert!(house.keys()[..3].iter().all(|key| key.status == Status::Disabled));
    house.journey("<space><space><space>t").shows("Enabled 3 keys. u undoes.");
    house.journey("<space><space><space>t").shows("Disabled 3 keys");
    let other = House::demo(30);
    other.journey("<space><space><space>tu").shows("again.");
    assert_eq!(other.keys().iter().map(|key| key.status).collect::<Vec<_>>(), before);
}

#[test]
fn a_range_marks_rows_by_key_even_beyond_the_screen() {
    let house = House::demo(300);
    house.journey("jjvjjv").shows("3 marked");
    house.journey("jjvkk<space>").shows("3 marked");
    let jump = house.journey_at((80, 24), "vGv");
    jump.shows("300 marked");
    house.journey("vjj<esc>").hides("marked").hides("range of");
    let expected: Vec<_> = house.keys()[100..103].iter().map(|key| key.key).collect();
    let downs = "j".repeat(100);
    house.journey(&format!("{downs}vjjD3<enter>")).shows("Deleted 3 keys for ever.");
    assert!(house.keys().iter().all(|key| !expected.contains(&key.key)));
    assert_eq!(house.keys().len(), 297);
}

#[test]
fn the_cursor_follows_its_key_through_orders_and_filters() {
    let house = House::demo(200);
    let key = house.keys()[7].clone();
    let text = key.key.as_str();
    let on_it = format!("{} · {}", key.description, key.group);
    for keys in ["jjjjjjj1", "jjjjjjj11", "jjjjjjj3", "jjjjjjj30", "jjjjjjj68"] {
        house.journey(keys).shows(&on_it);
    }
    house.journey(&format!("jjjjjjj/{text}<enter>")).shows("1 of 200").shows(&on_it);
    house.journey(&format!("jjjjjjj/{text}<enter><esc>")).shows("200 keys").shows(&on_it);
}

#[test]
fn a_filter_that_finds_nothing_says_what_to_press() {
    let house = House::demo(20);
    house.journey("/zzz").shows("0 of 20").shows("Nothing matches “zzz”").shows("Esc clears");
    house.journey("/zzz<esc>").shows("20 keys");
}

#[test]
fn deleting_an_active_key_wants_its_description_and_cancel_is_the_default() {
    let house = House::demo(20);
    let active = house.keys()[1].clone();
    house.journey("jD<enter><enter>").shows("20 keys");
    house.journey("jDwrong<enter>").shows("That is not it");
    assert_eq!(house.keys().len(), 20);
    house.journey("jd").shows("D deletes");
    let journey = house.journey(&format!("jD{}<enter>", active.description));
    journey.shows(&format!("Deleted {} for ever", active.description)).shows("19 keys");
    assert!(house.keys().iter().all(|key| key.key != active.key));
    house.journey("t").shows("Disabled");
    house.journey("D<enter>").shows("19 keys");
    house.journey("D<tab><enter>").shows("18 keys");
}

#[test]
fn an_edit_from_the_details_changes_the_record_and_its_story_tells_it() {
    let house = House::demo(20);
    let before = house.keys()[1].clone();
    let journey = house.journey("j<enter>e^u^uRenamed one^s<esc>c");
    journey.shows("Renamed one").shows("Key edited").shows("Description").shows("Key created");
    assert_eq!(house.keys()[1].description.as_str(), "Renamed one");
    journey.shows("2 of 28");
    let change = house.journey("<tab><tab><tab><enter>");
    change.shows(&format!("{} → Renamed one", before.description)).shows("2026-11-23 12:00:00 UTC");
    house.journey("j<enter>s").shows("cannot be retrieved");
}

#[test]
fn the_key_is_copied_by_y_and_never_a_secret() {
    let house = House::demo(5);
    let journey = house.journey("jy");
    assert_eq!(journey.copied.as_deref(), Some(house.keys()[1].key.as_str()));
    journey.shows("Key copied");
}

#[test]
fn a_group_in_use_is_not_deleted_and_its_keys_are_named() {
    let house = House::demo(40);
    let journey = house.journey("<tab>D<tab><enter>");
    let user = house.keys().into_iter().rev().find(|key| key.group.as_str() == "API_ADMIN");
    let user = user.expect("demo gives every group a key");
    journey.shows("API_ADMIN is in use").shows("Give them another group first");
    assert!(journey.screen().contains(user.key.as_str()), "{}", journey.screen());
    let window = Window { offset: 0, limit: 100 };
    let Answer::Groups(groups) = house.ask(Query::Groups { text: String::new(), window }) else { panic!() };
    assert!(groups.rows.iter().any(|group| group.code.as_str() == "API_ADMIN"));
    house.journey("<tab>nNEW_ONE<tab>Nobody yet^sGD<tab><enter>").hides("NEW_ONE  ");
}

#[test]
fn changes_are_filtered_and_the_newest_is_first() {
    let house = House::demo(40);
    house.journey("jt");
    let changed = house.keys()[1].clone();
    let journey = house.journey("<tab><tab><tab>/disabled active");
    journey.shows("Key disabled").shows("→ Dis").hides("Key created");
    house.journey("<tab><tab><tab><enter>").shows("Active → Disabled").shows(changed.key.as_str());
    house.journey("<tab><tab><tab>/no such change").shows("Nothing matches");
}

#[test]
fn the_list_of_actions_is_there_in_a_form_too_and_runs_there() {
    let house = House::demo(5);
    house.journey("n<f1>leave<enter>").hides("New API key").hides("All actions");
    house.journey("n<f1>").shows("All actions").shows("^S");
}

#[test]
fn a_console_as_small_as_a_stamp_still_does_its_work() {
    let house = House::demo(12);
    let before = house.keys()[1].status;
    house.journey_at((20, 5), "jt").shows("1 Desc");
    assert_ne!(house.keys()[1].status, before);
    house.journey_at((19, 4), "q").shows("Terminal too small");
}

#[test]
fn the_list_of_actions_filters_runs_and_says_why_not() {
    let house = House::demo(5);
    house.journey("?undo").shows("There is nothing to undo");
    house.journey("?sort by key<enter>").shows("3▲Key");
    house.journey(":user group<enter>").shows("2▲User Group");
    house.journey("?newest<esc>").hides("All actions");
}

#[test]
fn escape_never_quits_and_takes_one_layer_at_a_time() {
    let house = House::demo(10);
    house.journey("<esc><esc><esc>j").shows("10 keys");
    house.journey("/a<enter><space><enter><esc>").shows("1 marked");
    house.journey("/a<enter><space><esc>").hides("marked").shows("/ a");
    house.journey("/a<enter><space><esc><esc>").hides("/ a");
}

#[test]
fn disable_and_delete_say_whose_call_was_the_last_one() {
    let house = House::empty();
    let journey = house.journey("<enter>^snHR sync^sy<enter>");
    let secret = Secret::parse(&journey.copied.expect("the Secret was copied")).unwrap();
    house.door.verify(house.keys()[0].key.as_str(), &secret).unwrap();
    let last = "Last accepted call now from local by claviger verify.";
    house.journey("t").shows(last);
    house.journey("D<tab><enter>").shows("Deleted HR sync for ever").shows(last);
}
