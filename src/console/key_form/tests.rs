//! What changes of a key become as a command.

use super::*;
use crate::console::bench::{Bench, NOW, details, done, groups, record};
use crate::console::effect::Slot;
use crate::model::{Days, Owner, Role};

fn before() -> ApiKey {
    let mut before = record("HR System Integration");
    before.expires = Some(Time(NOW.0 + 86_400));
    before.rotate_every = Days::parse("90d").ok();
    before.owner = Owner::parse("Ada").ok();
    before
}

fn editing() -> Bench {
    let details = details(before());
    let mut bench = Bench::open(|outbox| edit_key(&details, outbox));
    bench.queries();
    bench.answer(
        Slot::FormGroups,
        groups(&[("HR_READ", "HR read-only", Role::Read), ("OPS", "Ops", Role::Write)]),
    );
    bench
}

fn edit(bench: &mut Bench) -> KeyEdit {
    match bench.commands().as_slice() {
        [Command::EditKey { key, edit, expected }]
            if *key == before().key
                && expected.as_ref().is_some_and(|seen| seen.description == before().description) =>
        {
            edit.clone()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_what_differs_is_sent() {
    let mut bench = editing();
    bench.press(" 2<tab><tab><enter>dis<enter>^s");
    let wanted = KeyEdit {
        description: Description::parse("HR System Integration 2").ok(),
        status: Some(Status::Disabled),
        ..KeyEdit::default()
    };
    assert_eq!(edit(&mut bench), wanted);
    let mut record = before();
    record.status = Status::Disabled;
    bench.done(Ok(done(Outcome::KeyEdited(record))));
    assert!(bench.layer.is_none() && bench.toast().contains("refused as Invalid API Key"));
}

#[test]
fn an_emptied_field_is_cleared() {
    let mut bench = editing();
    bench.press("<tab><tab><tab>^u<tab>^u<tab>^u^s");
    let wanted = KeyEdit {
        expires: Patch::Clear,
        rotate_every: Patch::Clear,
        owner: Patch::Clear,
        ..KeyEdit::default()
    };
    assert_eq!(edit(&mut bench), wanted);
}

#[test]
fn saving_without_a_change_sends_nothing_and_says_so() {
    let mut bench = editing();
    bench.press("^s");
    assert!(bench.commands().is_empty() && bench.layer.is_none());
    assert!(bench.toast().contains("Nothing was changed"));
}

#[test]
fn an_expiry_within_a_day_is_kept_to_the_second() {
    let mut record = before();
    record.expires = Some(Time(NOW.0 + 3_601));
    let details = details(record);
    let mut bench = Bench::open(|outbox| edit_key(&details, outbox));
    bench.queries();
    bench.press("x^s");
    assert_eq!(edit(&mut bench).expires, Patch::Keep);
}

#[test]
fn the_form_of_a_key_looks_like_this() {
    insta::assert_snapshot!("edit_key_80x24", editing().screen(80, 24));
    insta::assert_snapshot!("edit_key_40x12", editing().screen(40, 12));
}
