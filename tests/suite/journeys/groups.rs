//! User groups: edited in pages, shown what that takes from their keys, and asked what they may do.

use claviger::model::{Logon, Operation};

use super::stage::House;

#[test]
fn what_a_key_loses_is_shown_before_it_is_saved_and_holds_after() {
    let house = House::with_one_key();
    let before = house.group();
    let edit = "<tab>e<tab>nAsset<enter><space>^s";
    house.journey(edit).shows("! 1 key loses Select on Asset").shows("HR sync");
    house.journey(&format!("{edit}<enter>"));
    assert_eq!(house.group(), before, "Enter starts on the way back");
    house.journey(&format!("{edit}<tab><enter>")).shows("Saved API_READ");
    assert_eq!(house.group().tables[0].table, "Asset");
    assert!(!house.group().tables[0].select);
    house.journey("<tab>vAsset").shows("✘ Insufficient Permissions").shows("tick select on table Asset");
    house.journey("<tab>vContract").shows("✔ Allowed");
    house.journey("<enter>vAdmin").hides("Insufficient");
    house.journey("<enter>v<tab><tab><tab>Admin/Users").shows("allow menu item Admin in group API_READ");
    house.journey("<enter>").shows("Asset: nothing; every other table: select");
}

#[test]
fn a_record_filter_is_typed_and_a_sample_record_is_held_to_it() {
    let house = House::with_one_key();
    let filter = "fDepartment<tab><tab>HR^nStatus<tab><space><tab>Sold<tab>1 AND 2^s";
    let journey = house.journey(&format!("<tab>e<tab>nAsset<enter>{filter}^s<tab><enter>"));
    journey.shows("Saved API_READ");
    let saved = house.group().tables[0].filter.clone().unwrap();
    assert_eq!(saved.expression().unwrap(), "Department = 'HR' AND Status != 'Sold'");
    house.journey("<tab>vAsset").shows("Only records where Department = 'HR' AND Status != 'Sold'");
    house
        .journey("<tab>vAsset<tab><tab>{\"Department\":\"HR\",\"Status\":\"Sold\"}")
        .shows("✘ record filter");
    house.journey("<tab>vAsset<tab><tab>{\"Department\":\"hr\"}").shows("✔ Allowed").shows("✔ record filter");
}

#[test]
fn an_edit_is_held_against_the_calls_of_last_week_while_it_is_made_and_before_it_is_saved() {
    let house = House::with_one_key();
    let edit = "<tab>e<tab>nAsset<enter><space>";
    house.journey(edit).shows("Last week: no call of its keys is known, so nothing can be said");
    let key = house.keys()[0].key;
    let call = |table, operation| Logon {
        agent: "hr",
        table: Some(table),
        operation: Some(operation),
        ..Logon::accepted(key, "10.0.0.7")
    };
    for _ in 0..3 {
        house.registry().note(&call("Asset", Operation::Select));
    }
    house.registry().note(&call("Site", Operation::Select));
    house.journey(edit).shows("! Last week: 1 key would have been refused 3 of 4 calls");
    house.journey(&format!("{edit}<space>")).shows("Last week: none of 4 calls would have been refused");
    let filter = "fDepartment<tab><tab>HR^s";
    house
        .journey(&format!("<tab>e<tab>nAsset<enter>{filter}"))
        .shows("; 3 unknown (a record filter decides)");
    house.journey(&format!("{edit}^s")).shows("! 1 key loses Select on Asset").shows("HR sync: 3");
    house.journey(&format!("{edit}<space><bs>D")).hides("Last week");
    house.clock.advance(std::time::Duration::from_hours(8 * 24));
    house.journey(edit).shows("no call of its keys is known");
}
