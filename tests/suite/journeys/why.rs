//! From a refusal to its mending: the row in Logon History, the ladder, one press to the place.

use claviger::credential::Secret;
use claviger::model::{Logon, Operation, Reference, Request, Status};
use claviger::registry::{
    Allowed, Command, Denied, DeniedText, Fault, FilterUse, Look, Registry, Selection, Ticket, Wanted, Wish,
};

use super::stage::House;

/// A store with one key in the template for reading, and its Secret.
fn house() -> (House, Secret) {
    let house = House::empty();
    let journey = house.journey("<enter>^snHR sync^sy<enter>");
    let secret = Secret::parse(&journey.copied.unwrap()).unwrap();
    (house, secret)
}

/// What the key may do, as a server judges it.
fn judged(house: &House, secret: &Secret, request: Request<'_>) -> Result<Allowed, Denied> {
    let (registry, key) = (house.registry(), house.keys()[0].key);
    let look = match registry.look(key.as_str(), secret) {
        Look::Pending(pending) => registry.hash(&pending, secret).unwrap(),
        look => look,
    };
    let wanted = Wanted::of(Wish::Request(request, FilterUse::Told));
    registry.proven(look).and_then(|proven| registry.judge(&proven, &wanted))
}

/// The key asks for something that it may not; the refusal is counted.
fn refused(house: &House, secret: &Secret, request: Request<'_>) -> Reference {
    note(&house.registry(), judged(house, secret, request).unwrap_err(), request)
}

fn note(registry: &Registry, denied: Denied, request: Request<'_>) -> Reference {
    let key = denied.key.unwrap_or_else(|| panic!("{denied:?}"));
    let logon = if denied.text == DeniedText::InvalidApiKey {
        Logon { key: Some(key), proved: denied.proved, ..Logon::invalid("10.0.0.7") }
    } else {
        Logon::insufficient(key, "10.0.0.7")
    };
    let (table, operation) = (request.table.map(|(t, _)| t), request.table.map(|(_, o)| o));
    registry.note(&Logon { reference: Some(denied.reference), table, operation, ..logon });
    denied.reference
}

const fn on_asset(operation: Operation) -> Request<'static> {
    Request { table: Some(("Asset", operation)), menu: None, record: None }
}

#[test]
fn a_missing_permission_leads_to_the_editor_of_its_group_where_it_is_mended() {
    let (house, secret) = house();
    refused(&house, &secret, on_asset(Operation::Delete));
    let journey = house.journey("<tab><tab><enter>");
    journey.shows("role READ delete ✘").shows("m opens API_READ, its role.").shows("m mend");
    house.journey("<tab><tab><enter>m").shows("Edit API_READ").shows("▸ Role");
    house.journey("<tab>e<down><right>^s<tab><enter>").shows("Saved API_READ");
    house.journey("<tab>e<tab>nAsset<enter><space><right><right><right><space>^s<tab><enter>");
    refused(&house, &secret, on_asset(Operation::Update));
    let mend = "<tab><tab><enter>m<space>^s<tab><enter>";
    house.journey(mend).shows("Saved API_READ").shows("Why ");
    judged(&house, &secret, on_asset(Operation::Update)).unwrap();
}

#[test]
fn a_disabled_key_leads_to_its_record_and_an_unknown_one_to_a_new_key() {
    let (house, secret) = house();
    let keys = Selection::of([house.keys()[0].key]);
    let disable = Command::SetStatus { keys, status: Status::Disabled, expected: None };
    house.door.execute(disable, &Ticket::new()).unwrap();
    let reference = refused(&house, &secret, Request::default());
    let journey = house.journey("<tab><tab><enter>");
    journey.shows("status ✘ Disabled by ada 2026-11-23").shows("m opens the key.");
    house.journey("<tab><tab><enter>mt").shows("Enabled HR sync");
    assert_eq!(house.keys()[0].status, Status::Active);
    // Typed as a person on the telephone hears it, from the list of actions or by w.
    let typed = reference.to_string().to_lowercase().replace('-', "");
    for keys in [format!("?{typed}"), format!("?why {typed}"), format!("w{typed}")] {
        house.journey(&keys).shows(&format!("Why was {reference} refused"));
        let journey = house.journey(&format!("{keys}<enter>"));
        journey.shows("Refusal").shows("Invalid API Key").shows("Disabled by ada").shows("HR sync");
    }
    house.journey("w<enter>").shows("Why was a call refused?").shows("› why");
    house.journey("wzzzz-zzzz<enter>").shows("Why is not known");
    house.journey("wzzzz-zzzz<enter>m").shows("It is not known why this was refused.");
    let unknown = house.keys()[0].key;
    house.journey("DHR sync<enter>").shows("Deleted HR sync");
    let registry = house.registry();
    note(&registry, registry.deny(Some(unknown), Fault::Unknown), Request::default());
    house.journey("<tab><tab><enter>").shows("known ✘").shows("m makes a new key.");
    house.journey("<tab><tab><enter>m").shows("New API key").shows("▸ Description");
}

#[test]
fn what_only_the_caller_can_mend_says_so_and_an_accepted_call_needs_nothing() {
    let (house, secret) = house();
    let registry = house.registry();
    let denied = registry.deny(Some(house.keys()[0].key), Fault::Checksum);
    note(&registry, denied, Request::default());
    let journey = house.journey("<tab><tab><enter>m");
    journey.shows("Only the caller").shows("That is not mended in this program.").hides("m mend");
    house.door.verify(house.keys()[0].key.as_str(), &secret).unwrap();
    house.journey("<tab><tab>/accepted<enter><enter>m").shows("This call was accepted.");
}
