//! Several people at one door: rights, edits made meanwhile, receipts, withdrawn questions; and a group that explains itself.

use super::*;

#[test]
fn a_group_explains_itself_and_previews_an_edit() {
    let house = House::new();
    let (key, _) = house.create("HR");
    let code: GroupCode = "API_READ".parse().unwrap();
    let ask = |query| house.door.ask(query, &Ticket::new()).unwrap();
    let Answer::Explained(why) = ask(Query::Explain { code: code.clone(), asked: deletion() }) else {
        panic!()
    };
    assert!(!why.allowed && !why.ladder[0].passed && why.ladder[0].mend.contains("WRITE"));
    let edit = GroupEdit { restricted: Some(true), ..GroupEdit::default() };
    let Answer::Preview(preview) = ask(Query::PreviewGroup { code, edit }) else { panic!() };
    assert_eq!((preview.keys, preview.first[0].0), (1, key));
    assert_eq!(preview.lost, ["lose Select on every other table"]);
}

#[test]
fn an_auditor_reads_everything_and_changes_nothing() {
    let house = House::new();
    let (key, _) = house.create("One");
    let account = crate::model::Account::parse("eve").unwrap();
    let auditor = house.door.on_behalf_of(Actor { account: account.clone(), rights: Rights::Auditor });
    let disable = Command::SetStatus { keys: Selection::of([key]), status: Status::Disabled, expected: None };
    assert_eq!(
        auditor.execute(disable.clone(), &Ticket::new()).unwrap_err(),
        Refusal::ReadOnly(account.clone())
    );
    match auditor.ask(Query::Overview, &Ticket::new()).unwrap() {
        Answer::Overview(overview) => {
            assert_eq!(overview.active, 1);
            assert_eq!(overview.actor, Some(Actor { account, rights: Rights::Auditor }));
        }
        other => panic!("{other:?}"),
    }
    house.run(disable).unwrap();
}

#[test]
fn an_edit_of_what_someone_changed_meanwhile_is_refused_with_what_stands_there_now() {
    let house = House::new();
    let (key, _) = house.create("One");
    let seen = Some(Box::new(house.page("", Sort::default()).rows[0].record.clone()));
    let edit =
        |text: &str| KeyEdit { description: Some(Description::parse(text).unwrap()), ..KeyEdit::default() };
    house.run(Command::ConfirmCopied { key }).unwrap();
    house.run(Command::EditKey { key, edit: edit("Two"), expected: seen.clone() }).unwrap();
    match house.run(Command::EditKey { key, edit: edit("Three"), expected: seen }).unwrap_err() {
        Refusal::ChangedMeanwhile { now: Current::Key(now) } => assert_eq!(now.description.as_str(), "Two"),
        other => panic!("{other:?}"),
    }
    house.run(Command::EditKey { key, edit: edit("Three"), expected: None }).unwrap();
    assert_eq!(house.names(""), ["Three"]);

    let code: GroupCode = "API_READ".parse().unwrap();
    let seen = templates().remove(1).group;
    let restrict = |on: bool, expected| Command::EditGroup {
        code: code.clone(),
        edit: GroupEdit { restricted: Some(on), ..GroupEdit::default() },
        expected,
    };
    house.run(restrict(!seen.restricted, None)).unwrap();
    match house.run(restrict(seen.restricted, Some(Box::new(seen.clone())))).unwrap_err() {
        Refusal::ChangedMeanwhile { now: Current::Group(now) } => {
            assert_eq!(*now, Group { restricted: !seen.restricted, ..seen });
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_receipt_names_the_revision_that_holds_the_change() {
    let house = House::new();
    let (key, _) = house.create("One");
    let receipt = house.set(Selection::of([key]), Status::Disabled);
    assert_eq!(receipt.revision, house.changes(Some(key), "")[0].0);
    match house.run(Command::DeleteKeys { keys: Selection::of([key]), expected: None }).unwrap() {
        Done { revision, outcome: Outcome::KeysDeleted(receipt), .. } => {
            assert_eq!(receipt.revision, revision);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_withdrawn_ticket_tells_whoever_works_for_it_once_before_or_after() {
    let told = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let tell = |told: &Arc<std::sync::atomic::AtomicU32>| {
        let told = Arc::clone(told);
        Some(Box::new(move || _ = told.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
            as Box<dyn Fn() + Send>)
    };
    let (early, late) = (Ticket::new(), Ticket::new());
    early.on_cancel(tell(&told));
    early.cancel();
    late.cancel();
    late.on_cancel(tell(&told));
    late.on_cancel(None);
    late.cancel();
    assert_eq!(told.load(std::sync::atomic::Ordering::SeqCst), 2);
}
