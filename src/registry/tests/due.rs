//! What is due: counted in step with changes and the clock, and found by a word of the filter.

use super::*;
use crate::model::{ApiKey, Days, DueKind};
use proptest::prelude::*;

impl House {
    fn due_by(&self, until: Time) -> Vec<(String, DueKind)> {
        let window = Window { offset: 0, limit: 100 };
        match self.door.ask(Query::Due { until, window }, &Ticket::new()).unwrap() {
            Answer::Due(page) => page.rows.into_iter().map(|row| (row.description, row.what)).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn counted(&self) -> u64 {
        match self.door.ask(Query::Overview, &Ticket::new()).unwrap() {
            Answer::Overview(overview) => overview.due,
            other => panic!("{other:?}"),
        }
    }

    fn dated(&self, name: &str, rotate: Option<u16>, expires: Option<i64>) -> crate::model::KeyId {
        let (key, _) = self.create(name);
        let edit = KeyEdit {
            rotate_every: rotate.map_or(Patch::Keep, |days| Patch::Set(Days::try_from(days).unwrap())),
            expires: expires.map_or(Patch::Keep, |days| Patch::Set(Time(self.clock.now().0 + days * 86_400))),
            ..KeyEdit::default()
        };
        self.door.execute(Command::EditKey { key, edit, expected: None }, &Ticket::new()).unwrap();
        key
    }
}

const DAY: Duration = Duration::from_hours(24);

#[test]
fn dates_come_in_their_order_and_a_disabled_key_waits_for_nobody() {
    let house = House::new();
    let both = house.dated("both", Some(10), Some(5));
    house.dated("late", Some(90), None);
    house.dated("never", None, None);
    let until = Time(house.clock.now().0 + 14 * 86_400);
    let names =
        |house: &House| house.due_by(until).into_iter().map(|(n, w)| (n, w.code())).collect::<Vec<_>>();
    assert_eq!(names(&house), [("both".to_owned(), "expiry"), ("both".to_owned(), "rotation")]);
    assert_eq!(house.counted(), 1, "one key, two dates");
    house.set(Selection::of([both]), Status::Disabled);
    assert_eq!((names(&house), house.counted()), (vec![], 0));
}

#[test]
fn the_count_follows_the_clock_in_both_directions_and_every_change() {
    let house = House::new();
    assert_eq!(house.counted(), 0);
    let key = house.dated("a", Some(30), None);
    house.dated("b", None, Some(20));
    assert_eq!(house.counted(), 0);
    house.clock.advance(DAY * 7);
    assert_eq!(house.counted(), 1);
    house.clock.advance(DAY * 10);
    assert_eq!(house.counted(), 2);
    house.set(Selection::of([key]), Status::Disabled);
    assert_eq!(house.counted(), 1);
    house.set(Selection::of([key]), Status::Active);
    assert_eq!(house.counted(), 2);
    let keys = Selection::of([key]);
    house.door.execute(Command::DeleteKeys { keys, expected: None }, &Ticket::new()).unwrap();
    assert_eq!(house.counted(), 1);
    assert_eq!(house.reopen().counted(), 1);
}

#[test]
fn the_words_modified_due_and_status_find_what_they_say() {
    let house = House::new();
    let old = house.dated("old", Some(10), None);
    house.clock.advance(DAY * 3);
    house.dated("fresh", None, None);
    let found = |house: &House, text: &str| {
        let rows = house.page(text, Sort::default()).rows;
        rows.into_iter().map(|row| row.record.description.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(&house, "modified:24h"), ["fresh"]);
    assert_eq!(found(&house, "modified:7d"), ["fresh", "old"]);
    assert_eq!(found(&house, "due:14d"), ["old"]);
    assert_eq!(found(&house, "due:1d"), [""; 0]);
    house.set(Selection::of([old]), Status::Disabled);
    assert_eq!(found(&house, "modified:1h status:disabled"), ["old"]);
    house.clock.advance(DAY + Duration::from_mins(1));
    assert_eq!(found(&house, "modified:24h"), [""; 0], "a kept order does not outlive its minute");
}

proptest! {
    #[test]
    fn the_count_agrees_with_a_plain_one(steps in proptest::collection::vec((0_u64..20, any::<bool>(), -40_i64..40), 1..60)) {
        let mut index = crate::registry::index::Index::default();
        let record = |number: u64, at: i64| ApiKey { number, expires: Some(Time(at)), ..plain(number) };
        for number in 1..=20 {
            index.put(record(number, -100).borrowed(), None, 0).unwrap();
        }
        for (number, gone, at) in steps {
            if gone { index.slot_of(number + 1).map(|slot| index.take(slot)); } else { index.put(record(number + 1, at).borrowed(), None, 0); }
            let wanted = index.newest_first().filter(|live| live.record.first_due().is_some_and(|due| due.0 <= at)).count();
            prop_assert_eq!(index.due(Time(at)), wanted as u64);
        }
    }
}

fn plain(number: u64) -> ApiKey {
    let digits = std::array::from_fn(|place| u8::try_from((number >> place) % 32).unwrap());
    ApiKey {
        number,
        key: crate::model::KeyId::from_digits(crate::model::Environment::Production, digits),
        description: crate::model::Description::parse("x").unwrap(),
        group: "HR".parse().unwrap(),
        status: Status::Active,
        created: Time(0),
        modified: Time(0),
        modified_by: crate::model::Account::parse("ada").unwrap(),
        last_used: None,
        expires: None,
        rotate_every: None,
        owner: None,
        secret_copied: true,
    }
}
