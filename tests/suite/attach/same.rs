//! Attached and embedded behave alike: same answers, same refusals, same journal.

use std::sync::Arc;

use claviger::clock::FixedClock;
use claviger::credential::{Cost, Hasher, Proof, Secret, SecretError, mint_key, mint_secret};
use claviger::model::{
    About, Days, Deadline, Environment, FoundIn, Grounds, GroupCode, KeyId, LogonResult, Operation, Owner,
    Practice, ResultFilter, SomeLimits, Status, Time,
};
use claviger::registry::{
    Advance, Asked, Column, Command, Door, Followed, GroupEdit, KeyEdit, KeyFilter, LogonFilter, LogonSort,
    Outcome, Pair, Patch, Prepared, Query, RotationDraft, Selection, Sort, Spotted, Ticket, Traced, Verdict,
    Window, templates,
};

use super::house::{House, draft, open};
use super::teller::Teller;

fn tell(door: &dyn Door) -> Vec<String> {
    let mut teller = Teller::at(door);
    let group = templates().remove(2).group;
    let code = group.code.clone();
    teller.run(Command::CreateGroup(group.clone()));
    teller.run(Command::CreateGroup(group.clone()));
    let Some(Outcome::KeyCreated(one)) = teller.run(Command::CreateKey(draft("Übergabe 東京"))) else {
        panic!("{:?}", teller.story)
    };
    let Some(Outcome::KeyCreated(two)) = teller.run(Command::CreateKey(draft("Two"))) else { panic!() };
    teller.run(Command::CreateKey(claviger::registry::KeyDraft {
        group: "NOBODY".parse().unwrap(),
        ..draft("No group")
    }));
    let edit = KeyEdit {
        owner: Patch::Set(Owner::parse("Ada").unwrap()),
        rotate_every: Patch::Set(Days::parse("90d").unwrap()),
        expires: Patch::Set(Time(1_900_000_000)),
        ..KeyEdit::default()
    };
    let edit = |expected| Command::EditKey { key: one.key, edit: edit.clone(), expected };
    teller.run(edit(Some(Box::new(two.clone()))));
    teller.run(edit(Some(Box::new(one.clone()))));
    let all = Selection { matching: Some(KeyFilter::default()), ..Selection::default() };
    let set = |keys, expected| Command::SetStatus { keys, status: Status::Disabled, expected };
    teller.run(set(all.clone(), Some(7)));
    let Some(Outcome::StatusSet { receipt, .. }) = teller.run(set(all.clone(), Some(2))) else { panic!() };
    teller.run(Command::UndoStatus { undo: receipt.undo.unwrap() });
    teller.run(Command::UndoStatus { undo: receipt.undo.unwrap() });
    teller.run(Command::ConfirmCopied { key: two.key });
    teller.run(Command::ImportKeys { keys: Vec::new() });
    let (key, secret) =
        (mint_key(Environment::Production).unwrap(), mint_secret(Environment::Production).unwrap());
    let proof = Proof::of(&secret, &Hasher::new(Cost::TEST, 1), &door.store_key().unwrap()).unwrap();
    teller.keys.push(key.to_string());
    teller.run(Command::ImportKeys { keys: vec![Prepared { draft: draft("Imported"), key, proof }] });
    let verdict = door.verify(key.as_str(), &secret).unwrap();
    assert!(matches!(verdict, Verdict::Valid(_)));
    teller.note(&verdict);
    teller.note(&door.verify(one.key.as_str(), &secret).unwrap());
    teller.note(&door.verify("no key\u{1b}", &secret).unwrap());
    for bad in [SecretError::Form, SecretError::Checksum] {
        teller.note(&door.attempt(key.as_str(), Err(bad), None).unwrap());
    }
    let menu = Asked { menu: Some("Reports".into()), ..Asked::default() };
    teller.note(&door.attempt(key.as_str(), Ok(&secret), Some(&menu)).unwrap());
    trace(&mut teller, key, secret);
    let edit = GroupEdit { restricted: Some(!group.restricted), ..GroupEdit::default() };
    let edit_group = |expected| Command::EditGroup { code: code.clone(), edit: edit.clone(), expected };
    teller.run(edit_group(None));
    teller.run(edit_group(Some(Box::new(group.clone()))));
    teller.run(Command::DeleteGroup { code: one.group.clone() });
    teller.run(Command::DeleteGroup { code: code.clone() });
    teller.run(Command::DeleteKeys { keys: Selection::of([two.key]), expected: None });
    teller.run(Command::FillDemo { keys: 3 });

    let window = Window { offset: 0, limit: 50 };
    for column in Column::ALL {
        let sort = Sort { column: Some(column), descending: true };
        let filter = KeyFilter { text: "ü".into(), ..KeyFilter::default() };
        let find = Some(Followed { key: one.key, rows_before: Some(0) });
        teller.ask(Query::Keys { filter, sort, window, find });
    }
    teller.ask(Query::Key { key: one.key });
    teller.ask(Query::Key { key: two.key });
    teller.ask(Query::Selected { keys: all.clone() });
    teller.ask(Query::Impact { keys: all });
    teller.ask(Query::Impact { keys: Selection::of([one.key]) });
    teller.ask(Query::Impact { keys: Selection::of([two.key]) });
    teller.ask(Query::DescriptionInUse { description: "imported".into(), except: None });
    teller.ask(Query::Groups { text: String::new(), window });
    let code: GroupCode = one.group.clone();
    teller.ask(Query::Group { code: code.clone() });
    let record = serde_json::from_str(r#"{"Department":"HR","Cost":1.5}"#).unwrap();
    let asked = Asked {
        table: Some(("Asset".into(), Operation::Select)),
        menu: Some("Reports".into()),
        record: Some(record),
    };
    teller.ask(Query::Explain { code: code.clone(), asked });
    teller.ask(Query::PreviewGroup { code: code.clone(), edit });
    teller.ask(Query::Changes { key: None, since: None, text: String::new(), window });
    teller.ask(Query::Changes { key: Some(one.key), since: Some(Time(0)), text: "edit".into(), window });
    teller.ask(Query::Standing { key: one.key });
    teller.ask(Query::Standing { key: two.key });
    teller.ask(Query::Replay { code: one.group.clone(), edit: GroupEdit::default() });
    teller.ask(Query::Tightest { key: one.key });
    teller.ask(Query::Tightest { key: two.key });
    review(&mut teller, one.key, window);
    teller.ask(Query::Due { until: Time(2_000_000_000), window });
    // References of refusals are random: only accepted calls are compared.
    let filter =
        LogonFilter { result: Some(ResultFilter::Only(LogonResult::Accepted)), ..LogonFilter::default() };
    teller.ask(Query::History { filter, sort: LogonSort::default(), window });
    teller.ask(Query::Rhythm { key: one.key });
    teller.ask(Query::Why { reference: "0000-000\u{1b}".into() });
    teller.ask(Query::Overview);
    live_with(&mut teller, one.key, &code);
    rotate(&mut teller, one.key);
    teller.told_all();
    teller.story
}

/// Whose a Secret is, by the Secret alone.
fn trace(teller: &mut Teller<'_>, key: KeyId, secret: Secret) {
    let door = teller.door;
    let stranger = mint_secret(Environment::Production).unwrap();
    let traced = door.trace(&[stranger, secret]).unwrap();
    assert_eq!(traced.keys, [None, Some(key)]);
    teller.note(&traced);
    let many = (0..=Traced::MOST).map(|_| mint_secret(Environment::Staging).unwrap());
    teller.note(&door.trace(&many.collect::<Vec<_>>()).unwrap_err());
}

/// Findings that somebody lives with, and places where a scan met a key.
fn live_with(teller: &mut Teller<'_>, key: KeyId, group: &GroupCode) {
    let window = Window { offset: 0, limit: 50 };
    let (finding, until) = (Practice::NoExpiry, Time(1_780_000_000));
    let accept = |about, finding, until| {
        let reason = Grounds::parse("agreed with Ada").unwrap();
        Command::AcceptFinding { finding, about, reason, until }
    };
    teller.run(accept(About::Key(key), finding, Time(1)));
    teller.run(accept(About::Group(group.clone()), finding, until));
    teller.run(accept(About::Group("NOBODY".parse().unwrap()), Practice::SharedGroup, until));
    teller.run(accept(About::Key(key), finding, until)).unwrap();
    teller.run(accept(About::Group(group.clone()), Practice::SharedGroup, until)).unwrap();
    let spotted = vec![Spotted { key, place: FoundIn::of("/srv/app/.env"), secret: true }];
    teller.run(Command::NoteSightings { spotted }).unwrap();
    let (limits, text) = (SomeLimits { silent: Some(1), ..SomeLimits::default() }, String::new());
    teller.ask(Query::Accepted { limits, text: text.clone(), window });
    teller.ask(Query::Review { limits, text, stamp: None, whole: false, window });
    teller.run(Command::WithdrawAcceptance { finding, about: About::Key(key) }).unwrap();
    teller.run(Command::WithdrawAcceptance { finding, about: About::Key(key) });
    teller.run(Command::ForgetSightings { key }).unwrap();
    teller.run(Command::ForgetSightings { key });
    teller.ask(Query::Changes { key: Some(key), since: None, text: "accept".into(), window });
}

/// A key hands over: each step, each way out, and what the door says to those who come too late.
fn rotate(teller: &mut Teller<'_>, key: KeyId) {
    let window = Window { offset: 0, limit: 50 };
    let deadline = Deadline::At(Time(1_899_999_999));
    let draft = RotationDraft { deadline, ..RotationDraft::of(key) };
    let mut start = |draft: &RotationDraft| match teller.run(Command::StartRotation(draft.clone())) {
        Some(Outcome::RotationStarted { rotation, .. }) => {
            Some(Pair { old: rotation.old, new: rotation.new })
        }
        _ => None,
    };
    let pair = start(&draft).unwrap();
    assert_eq!(start(&draft), None, "it is in a rotation");
    teller.ask(Query::Rotation { key: pair.new });
    teller.ask(Query::Rotations { window });
    for step in [Advance::Verify, Advance::Disable, Advance::Enable] {
        teller.run(Command::AdvanceRotation { pair, step });
    }
    teller.run(Command::FinishRotation { pair, keep: false });
    teller.run(Command::AbandonRotation { pair });
    teller.run(Command::AbandonRotation { pair });
    teller.ask(Query::Rotation { key });
    let draft = RotationDraft { deadline: Deadline::AtOnce, ..RotationDraft::of(key) };
    let Some(Outcome::RotationStarted { rotation, .. }) = teller.run(Command::StartRotation(draft)) else {
        panic!("{:?}", teller.story)
    };
    let pair = Pair { old: rotation.old, new: rotation.new };
    teller.run(Command::FinishRotation { pair, keep: true });
    teller.ask(Query::Changes { key: None, since: None, text: "rotation".into(), window });
    teller.run(Command::SetStatus { keys: Selection::of([key]), status: Status::Active, expected: None });
}

#[test]
fn every_command_and_query_has_the_same_answer_attached_and_embedded() {
    let house = House::new();
    let attached = tell(&house.client());
    let dir = tempfile::tempdir().unwrap();
    let embedded = open(&dir.path().join("store"), Arc::new(FixedClock::at(Time(1_772_323_200))));
    embedded.execute(Command::CreateGroup(templates().remove(1).group), &Ticket::new()).unwrap();
    let actor = house.client().actor().clone();
    let alone = tell(&embedded.on_behalf_of(actor));
    assert_eq!(attached.len(), alone.len());
    for (attached, alone) in attached.iter().zip(&alone) {
        assert_eq!(attached, alone);
    }
    assert!(alone.iter().any(|line| line.contains("ChangedMeanwhile")), "control: refusals are among them");
}

#[test]
fn a_demo_is_filled_through_the_socket() {
    let dir = tempfile::tempdir().unwrap();
    let house = House::over(dir);
    let ticket = Ticket::new();
    let done = house.client().execute(Command::FillDemo { keys: 3000 }, &ticket).unwrap();
    assert!(matches!(done.outcome, Outcome::DemoFilled { keys: 3000, .. }), "{done:?}");
    assert_eq!(super::house::overview(&house.embedded).unwrap().keys, 3000);
}

/// The findings, one of them whole, and the cards.
fn review(teller: &mut Teller<'_>, key: KeyId, window: Window) {
    teller.ask(Query::Review {
        limits: SomeLimits::default(),
        text: String::new(),
        stamp: None,
        whole: false,
        window,
    });
    for finding in [Practice::NoOwner, Practice::Unrestricted] {
        teller.ask(Query::Evidence { stamp: None, finding, about: About::Key(key) });
    }
    teller.ask(Query::Deck { text: String::new() });
}
