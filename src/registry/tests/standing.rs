//! Why did it stop? One line for each of the ways in which a key can stop.

use super::*;
use crate::model::{KeyId, Logon};

impl House {
    fn standing(&self, key: KeyId) -> String {
        match self.door.ask(Query::Standing { key }, &Ticket::new()).unwrap() {
            Answer::Standing(standing) => standing.sentence(self.clock.now()),
            other => panic!("{other:?}"),
        }
    }

    fn edit(&self, key: KeyId, edit: KeyEdit) {
        self.door.execute(Command::EditKey { key, edit, expected: None }, &Ticket::new()).unwrap();
    }
}

#[test]
fn one_line_says_why_a_key_stopped() {
    let house = House::new();
    let (key, _) = house.create("HR");
    assert!(house.standing(key).starts_with("Never called since it was created"), "{}", house.standing(key));
    house.door.registry().note(&Logon::accepted(key, "10.0.0.7"));
    assert!(house.standing(key).starts_with("Nothing stops it; last call"), "{}", house.standing(key));
    house.clock.advance(Duration::from_hours(48));
    let other = templates().remove(2).group;
    let (code, restricted) = (other.code.clone(), !other.restricted);
    house.door.execute(Command::CreateGroup(other), &Ticket::new()).unwrap();
    house.edit(key, KeyEdit { group: Some(code.clone()), ..KeyEdit::default() });
    let said = house.standing(key);
    assert!(said.starts_with("Moved from group ") && said.contains(" by ada now"), "{said}");
    house.clock.advance(Duration::from_hours(1));
    house.door.registry().note(&Logon::accepted(key, "10.0.0.7"));
    assert!(
        house.standing(key).starts_with("Nothing stops it"),
        "it was called since: {}",
        house.standing(key)
    );
    house.clock.advance(Duration::from_hours(1));
    let edit = GroupEdit { restricted: Some(restricted), ..GroupEdit::default() };
    house
        .door
        .execute(Command::EditGroup { code: code.clone(), edit, expected: None }, &Ticket::new())
        .unwrap();
    let changed = format!("Its group {code} was changed by ada");
    assert!(house.standing(key).starts_with(&changed), "{}", house.standing(key));
    let house = house.reopen();
    assert!(house.standing(key).starts_with(&changed), "after a restart: {}", house.standing(key));
    let at = Time(house.clock.now().0 + 3_600);
    house.edit(key, KeyEdit { expires: Patch::Set(at), ..KeyEdit::default() });
    house.clock.advance(Duration::from_hours(5));
    assert_eq!(house.standing(key), format!("Expired 4 h ago ({}).", crate::clock::date(at)));
    house.set(Selection::of([key]), Status::Disabled);
    house.clock.advance(Duration::from_hours(3));
    house.edit(
        key,
        KeyEdit { owner: Patch::Set(crate::model::Owner::parse("Bob").unwrap()), ..KeyEdit::default() },
    );
    let said = house.standing(key);
    assert!(said.starts_with("Disabled by ada 3 h ago"), "an edit after it is not the reason: {said}");
    assert!(matches!(
        house.door.ask(Query::Standing { key: "ck_prd_0000000000000000".parse().unwrap() }, &Ticket::new()),
        Err(Refusal::NoSuchKey(_))
    ));
}
