//! Two people at one store: what one changed while the other was editing it.

use claviger::model::{Description, Owner, Role, Status};
use claviger::registry::{Command, GroupEdit, KeyEdit, Patch, Selection};

use super::stage::House;

/// Somebody else renames the key.
fn renamed(house: &House) -> Command {
    let edit = KeyEdit { description: Some(Description::parse("Eve's").unwrap()), ..KeyEdit::default() };
    Command::EditKey { key: house.keys()[0].key, edit, expected: None }
}

/// Somebody else names an owner.
fn owned(house: &House) -> Command {
    let edit = KeyEdit { owner: Patch::Set(Owner::parse("Eve").unwrap()), ..KeyEdit::default() };
    Command::EditKey { key: house.keys()[0].key, edit, expected: None }
}

/// Somebody else edits the group.
fn regrouped(edit: GroupEdit) -> Command {
    Command::EditGroup { code: "API_READ".parse().unwrap(), edit, expected: None }
}

#[test]
fn an_edit_of_a_key_that_someone_changed_meanwhile_shows_both_versions_and_loses_nothing() {
    let house = House::with_one_key();
    let journey = house.journey_between("e 2", renamed(&house), "^s");
    journey.shows("Changed meanwhile").shows("eve saved it").shows("HR sync 2").shows("Eve's");
    journey.hides("Rotate every").hides("not changed by you");
    assert_eq!(house.keys()[0].description.as_str(), "Eve's");
    let journey = house.journey_between("e 3", owned(&house), "^s<enter>");
    journey.hides("Changed meanwhile").shows("Eve's 3").shows("▸ Description");
    assert_eq!(house.keys()[0].description.as_str(), "Eve's", "Enter went back to the form");
    let journey = house.journey_between("e 3", regrouped(GroupEdit::default()), "^s");
    journey.shows("Saved Eve's 3").hides("Changed meanwhile");
}

#[test]
fn theirs_leaves_the_key_as_it_is_and_mine_on_top_keeps_what_only_they_changed() {
    let house = House::with_one_key();
    house.journey_between("e 2", renamed(&house), "^s<tab><enter>").shows("Left as it was saved meanwhile");
    assert_eq!(house.keys()[0].description.as_str(), "Eve's");
    let journey = house.journey_between("e 2", owned(&house), "^s");
    journey.shows("Owner").shows("not set (not changed by you)").shows("Eve");
    let keys = Selection::of([house.keys()[0].key]);
    let disabled = Command::SetStatus { keys, status: Status::Disabled, expected: None };
    house.journey_between("e 2", disabled, "^s<backtab><enter>").shows("Saved Eve's 2");
    let key = &house.keys()[0];
    let owner = key.owner.as_ref().map(Owner::as_str);
    assert_eq!((key.description.as_str(), key.status.name(), owner), ("Eve's 2", "Disabled", Some("Eve")));
}

#[test]
fn a_group_that_someone_changed_meanwhile_gets_both_changes_after_both_were_shown() {
    let house = House::with_one_key();
    // The draft's own save shows what a key loses first: Tab and Enter save it.
    let (edit, save) = ("<tab>e<tab>nAsset<enter><space>", "^s<tab><enter>");
    let theirs = |role| regrouped(GroupEdit { role: Some(role), ..GroupEdit::default() });
    let journey = house.journey_between(edit, theirs(Role::Write), save);
    journey.shows("Changed meanwhile: API_READ").shows("Table Asset").shows("not named");
    journey.shows("READ (not changed by you)").shows("WRITE");
    let on_top = format!("{save}<backtab><enter>");
    house.journey_between(edit, theirs(Role::Read), &on_top).shows("1 key loses Select on Asset");
    assert!(house.group().tables.is_empty(), "shown, not saved");
    let on_top = format!("{on_top}<tab><enter>");
    house.journey_between(edit, theirs(Role::Write), &on_top).shows("Saved API_READ");
    let saved = house.group();
    assert_eq!((saved.role, saved.tables[0].table.as_str()), (Role::Write, "Asset"));
}

#[test]
fn what_someone_else_changes_is_marked_with_a_sign_and_a_name_and_own_changes_are_not() {
    let house = House::with_one_key();
    house.journey("nSecond^sy<enter>");
    let eve = |place: usize| {
        let keys = Selection::of([house.keys()[place].key]);
        Command::SetStatus { keys, status: Status::Disabled, expected: None }
    };
    let journey = house.journey_between("", eve(1), "j");
    journey.shows("\n~  HR sync").shows("~ changed by eve now").hides("~  Second");
    house.journey_between("", Command::ConfirmCopied { key: house.keys()[0].key }, "t").hides("~");
    let group = regrouped(GroupEdit { restricted: Some(true), ..GroupEdit::default() });
    house.journey_between("<tab>", group, "").shows("\n~  API_READ").shows("~ changed by eve now");
    house.journey("<tab>").hides("~");
}
