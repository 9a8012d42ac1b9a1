//! The rules of the door, on a real store with a fixed clock and a cheap hash.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::clock::{Clock, FixedClock};
use crate::credential::{Cost, Secret};
use crate::model::ChangeKind::{KeyCreated, KeyDisabled, SecretCopied};
use crate::model::{Description, Environment, Group, GroupCode, KeyId, Status, Time};

mod due;
mod faults;
mod history;
mod impact;
mod notes;
mod proving;
mod review;
mod rotation;
mod schedules;
mod serial;
mod sharing;
mod standing;

struct House {
    door: Embedded,
    clock: Arc<FixedClock>,
    dir: tempfile::TempDir,
}

fn actor() -> Actor {
    Actor::administrator(crate::model::Account::parse("ada").unwrap())
}

fn embedding(dir: &tempfile::TempDir) -> Embedding {
    Embedding { store: dir.path().join("store"), create: true, expect_revision: None, cost: Cost::TEST }
}

impl House {
    fn new() -> Self {
        Self::within(tempfile::tempdir().unwrap())
    }

    fn within(dir: tempfile::TempDir) -> Self {
        let clock = Arc::new(FixedClock::at(Time(1_772_323_200)));
        let door = Embedded::open(&embedding(&dir), Arc::clone(&clock) as Arc<dyn Clock>, actor()).unwrap();
        let house = Self { door, clock, dir };
        let group = templates().remove(1).group;
        house.run(Command::CreateGroup(group)).unwrap();
        house
    }

    fn reopen(self) -> Self {
        let Self { door, clock, dir } = self;
        drop(door);
        let door = Embedded::open(&embedding(&dir), Arc::clone(&clock) as Arc<dyn Clock>, actor()).unwrap();
        Self { door, clock, dir }
    }

    fn run(&self, command: Command) -> Result<Done, Refusal> {
        self.door.execute(command, &Ticket::new())
    }

    fn create(&self, description: &str) -> (KeyId, Secret) {
        let fresh = self.run(Command::CreateKey(draft(description))).unwrap().fresh.unwrap();
        (fresh.key, fresh.secret)
    }

    fn set(&self, keys: Selection, status: Status) -> Receipt {
        match self.run(Command::SetStatus { keys, status, expected: None }).unwrap().outcome {
            Outcome::StatusSet { receipt, .. } => receipt,
            other => panic!("{other:?}"),
        }
    }

    fn page(&self, text: &str, sort: Sort) -> KeysPage {
        let filter = KeyFilter { text: text.into(), ..KeyFilter::default() };
        let query = Query::Keys { filter, sort, window: Window { offset: 0, limit: 100 }, find: None };
        match self.door.ask(query, &Ticket::new()).unwrap() {
            Answer::Keys(page) => page,
            other => panic!("{other:?}"),
        }
    }

    fn names(&self, text: &str) -> Vec<String> {
        self.page(text, Sort::default()).rows.iter().map(|r| r.record.description.to_string()).collect()
    }

    fn changes(&self, key: Option<KeyId>, text: &str) -> Vec<(u64, crate::model::ChangeKind)> {
        let query =
            Query::Changes { key, since: None, text: text.into(), window: Window { offset: 0, limit: 50 } };
        match self.door.ask(query, &Ticket::new()).unwrap() {
            Answer::Changes(page) => page.rows.iter().map(|c| (c.revision, c.kind)).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn valid(&self, key: KeyId, secret: &Secret) -> bool {
        matches!(self.door.verify(key.as_str(), secret).unwrap(), Verdict::Valid(_))
    }
}

fn draft(description: &str) -> KeyDraft {
    KeyDraft {
        description: Description::parse(description).unwrap(),
        group: "API_READ".parse().unwrap(),
        environment: Environment::Production,
        expires: None,
        rotate_every: None,
        owner: None,
    }
}

#[test]
fn a_new_key_proves_its_secret_and_a_disabled_one_does_not() {
    let house = House::new();
    let (key, secret) = house.create("HR System Integration");
    let (_, other) = house.create("Another");
    assert!(house.valid(key, &secret));
    assert!(!house.valid(key, &other));
    house.set(Selection::of([key]), Status::Disabled);
    assert!(!house.valid(key, &secret));
    house.set(Selection::of([key]), Status::Active);
    assert!(house.valid(key, &secret));
}

#[test]
fn everything_is_found_again_after_a_restart() {
    let house = House::new();
    let (key, secret) = house.create("HR System Integration");
    let (gone, gone_secret) = house.create("Old");
    house.run(Command::DeleteKeys { keys: Selection::of([gone]), expected: Some(1) }).unwrap();
    let mut before = house.page("", Sort::default());
    // Nothing changed since the store was opened: that alone is another thing after a restart.
    before.rows.iter_mut().for_each(|row| row.revision = 0);
    let changes = house.changes(None, "");
    let house = house.reopen();
    assert_eq!(house.page("", Sort::default()), before);
    assert_eq!(house.changes(None, ""), changes);
    assert!(house.valid(key, &secret) && !house.valid(gone, &gone_secret));
    assert_eq!(house.create("New").0.environment(), Environment::Production);
    assert_eq!(house.page("", Sort::default()).rows[0].record.number, 3, "numbers are never used again");
}

#[test]
fn an_expired_key_is_refused_from_its_very_second() {
    let house = House::new();
    let expires = Some(Time(house.clock.now().0 + 60));
    let fresh = house.run(Command::CreateKey(KeyDraft { expires, ..draft("Short") })).unwrap().fresh.unwrap();
    house.clock.advance(Duration::from_secs(59));
    assert!(house.valid(fresh.key, &fresh.secret));
    house.clock.advance(Duration::from_secs(1));
    assert!(!house.valid(fresh.key, &fresh.secret));
}

#[test]
fn undo_restores_only_what_the_change_changed() {
    let house = House::new();
    let (a, _) = house.create("a");
    let (b, _) = house.create("b");
    let (c, _) = house.create("c");
    house.set(Selection::of([b]), Status::Disabled);
    let all = Selection { matching: Some(KeyFilter::default()), ..Selection::default() };
    let receipt = house.set(all, Status::Disabled);
    assert_eq!((receipt.changed, receipt.unchanged), (2, 1));
    house.set(Selection::of([c]), Status::Active);
    house.set(Selection::of([c]), Status::Disabled);
    let undo = receipt.undo.unwrap();
    house.run(Command::UndoStatus { undo }).unwrap();
    let active =
        |key: KeyId| house.page(key.as_str(), Sort::default()).rows[0].record.status == Status::Active;
    assert!(active(a), "changed by it, untouched since");
    assert!(!active(b), "was disabled before");
    assert!(!active(c), "somebody decided on it since");
    assert_eq!(house.run(Command::UndoStatus { undo }).unwrap_err(), Refusal::NothingToUndo);
}

#[test]
fn a_selection_that_changed_meanwhile_is_refused() {
    let house = House::new();
    house.create("one");
    let all = Selection { matching: Some(KeyFilter::default()), ..Selection::default() };
    house.create("two");
    let command = Command::DeleteKeys { keys: all, expected: Some(1) };
    assert_eq!(house.run(command).unwrap_err(), Refusal::SelectionChanged { expected: 1, now: 2 });
    assert_eq!(house.names("").len(), 2);
}

#[test]
fn every_word_of_the_filter_must_match_in_any_case() {
    let house = House::new();
    let (key, _) = house.create("HR System Integration");
    house.create("Azure AD Sync");
    assert_eq!(house.names("integr HR"), ["HR System Integration"]);
    assert_eq!(house.names("api_read").len(), 2);
    assert_eq!(house.names(&key.as_str()[10..]), ["HR System Integration"]);
    house.set(Selection::of([key]), Status::Disabled);
    assert_eq!(house.names("disabled"), ["HR System Integration"]);
    assert_eq!(house.names("ACTIVE"), ["Azure AD Sync"]);
    assert!(house.names("hr azure").is_empty());
}

#[test]
fn a_group_in_use_is_not_deleted_and_its_keys_are_named() {
    let house = House::new();
    let (key, _) = house.create("HR System Integration");
    let code: GroupCode = "API_READ".parse().unwrap();
    let refusal = house.run(Command::DeleteGroup { code: code.clone() }).unwrap_err();
    assert!(matches!(refusal, Refusal::GroupInUse { count: 1, ref keys, .. } if keys[0].0 == key));
    house.run(Command::DeleteKeys { keys: Selection::of([key]), expected: None }).unwrap();
    house.run(Command::DeleteGroup { code }).unwrap();
}

#[test]
fn bad_drafts_are_refused_and_nothing_is_changed() {
    let house = House::new();
    let before = house.door.watch(0);
    let group = "NOWHERE".parse().unwrap();
    let nowhere = house.run(Command::CreateKey(KeyDraft { group, ..draft("x") })).unwrap_err();
    assert!(matches!(nowhere, Refusal::NoSuchGroup(_)));
    let past = house.run(Command::CreateKey(KeyDraft { expires: Some(Time(5)), ..draft("x") })).unwrap_err();
    assert!(past.to_string().contains("past"));
    assert_eq!(house.door.watch(0), before);
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing() {
    let house = House::new();
    let (key, _) = house.create("HR");
    let revision =
        house.run(Command::EditKey { key, edit: KeyEdit::default(), expected: None }).unwrap().revision;
    let edit = KeyEdit { description: Some(Description::parse("HR").unwrap()), ..KeyEdit::default() };
    assert_eq!(house.run(Command::EditKey { key, edit, expected: None }).unwrap().revision, revision);
    let edit = KeyEdit { status: Some(Status::Disabled), ..KeyEdit::default() };
    house.run(Command::EditKey { key, edit, expected: None }).unwrap();
    assert_eq!(house.changes(Some(key), "")[0], (revision + 1, KeyDisabled));
}

#[test]
fn the_story_of_one_key_is_in_the_changes_newest_first() {
    let house = House::new();
    let (key, _) = house.create("HR");
    house.create("Other");
    house.run(Command::ConfirmCopied { key }).unwrap();
    house.set(Selection::of([key]), Status::Disabled);
    let story = [(5, KeyDisabled), (4, SecretCopied), (2, KeyCreated)];
    assert_eq!(house.changes(Some(key), ""), story);
    assert_eq!(house.changes(None, "disabled"), [(5, KeyDisabled)]);
    house.set(Selection::of([key]), Status::Active);
    assert_eq!(house.changes(Some(key), "").len(), 4, "what came since is found too");
}

#[test]
fn a_description_in_use_is_noticed_without_case() {
    let house = House::new();
    let (key, _) = house.create("HR System");
    assert_eq!(
        house.door.ask(in_use(" hr SYSTEM ", None), &Ticket::new()).unwrap(),
        Answer::DescriptionInUse(Some(key))
    );
    assert_eq!(
        house.door.ask(in_use("HR System", Some(key)), &Ticket::new()).unwrap(),
        Answer::DescriptionInUse(None)
    );
}

fn in_use(description: &str, except: Option<KeyId>) -> Query {
    Query::DescriptionInUse { description: description.into(), except }
}

#[test]
fn demo_fills_only_an_empty_store() {
    let house = House::new();
    assert_eq!(house.run(Command::FillDemo { keys: 5 }).unwrap_err(), Refusal::NotEmpty);
    let dir = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = house.clock.clone();
    let door = Embedded::open(&embedding(&dir), clock, actor()).unwrap();
    let done = door.execute(Command::FillDemo { keys: 300 }, &Ticket::new()).unwrap();
    assert_eq!(done.outcome, Outcome::DemoFilled { groups: 7, keys: 300 });
}

fn deletion() -> Asked {
    let record = serde_json::from_str(r#"{"Department":"HR","tags":["a"]}"#).unwrap();
    Asked { table: Some(("Asset".into(), crate::model::Operation::Delete)), menu: None, record: Some(record) }
}

#[test]
fn a_list_whose_question_was_withdrawn_is_not_answered_though_it_was_found_before() {
    let house = House::new();
    house.create("HR");
    let (filter, window) = (KeyFilter::default(), Window { offset: 0, limit: 5 });
    let (query, ticket) = (Query::Keys { filter, sort: Sort::default(), window, find: None }, Ticket::new());
    assert!(house.door.ask(query.clone(), &ticket).is_ok());
    ticket.cancel();
    assert_eq!(house.door.ask(query, &ticket), Err(Refusal::Cancelled));
}
