//! How the question looks, and what each answer does to a form and to the editor of a group.

use crate::console::bench::{Bench, NOW, details, done, record};
use crate::console::effect::Slot;
use crate::console::group_editor::GroupEditor;
use crate::console::key_form::edit_key;
use crate::model::{ApiKey, Description, Group, Owner, Time};
use crate::registry::{Answer, Command, Current, KeyEdit, Outcome, Patch, Preview, Refusal};

fn theirs() -> ApiKey {
    ApiKey {
        description: Description::parse("HR sync, London").unwrap(),
        owner: Owner::parse("Grace Hopper").ok(),
        modified_by: "grace".parse().unwrap(),
        modified: Time(NOW.0 - 120),
        ..record("HR sync")
    }
}

/// The form of a key whose description was typed on, saved, and refused.
fn collided(theirs: ApiKey) -> Bench {
    let details = details(record("HR sync"));
    let mut bench = Bench::open(|outbox| edit_key(&details, outbox));
    bench.queries();
    bench.press(", Berlin^s");
    assert_eq!(bench.commands().len(), 1);
    bench.done(Err(Refusal::ChangedMeanwhile { now: Current::Key(Box::new(theirs)) }));
    bench
}

fn group(rest: &str) -> Group {
    serde_json::from_str(&format!(r#"{{"code":"HR","description":"HR",{rest}}}"#)).unwrap()
}

const NAMED: &str = r#""role":"WRITE","tables":[{"table":"Asset","select":true,"filter":{"conditions":[
    {"field":"Department","operator":"=","value":"HR"}]}}],"menus":[{"item":"Reports","access":"deny"}]"#;

/// The editor of a group in which Delete on Asset was ticked, saved, and refused.
fn editor(theirs: &Group) -> Bench {
    let mut bench = Bench::open(|_| GroupEditor::open(&group(NAMED)));
    bench.press("<tab><right><right><right><space>");
    save_draft(&mut bench);
    bench.done(Err(Refusal::ChangedMeanwhile { now: Current::Group(Box::new(theirs.clone())) }));
    bench
}

fn save_draft(bench: &mut Bench) {
    bench.press("^s");
    nobody(bench);
}

/// No key feels the change: it is saved without a preview.
fn nobody(bench: &mut Bench) {
    let (first, lost, changed, gained) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    bench.answer(Slot::GroupPreview, Answer::Preview(Preview { keys: 0, first, lost, changed, gained }));
}

#[test]
fn the_question_looks_like_this() {
    for (columns, rows) in [(80, 24), (120, 40), (40, 12)] {
        let size = format!("{columns}x{rows}");
        insta::assert_snapshot!(format!("key_{size}"), collided(theirs()).screen(columns, rows));
        let theirs = group(r#""role":"READ","tables":[{"table":"ASSET"}]"#);
        insta::assert_snapshot!(format!("group_{size}"), editor(&theirs).screen(columns, rows));
    }
    insta::assert_snapshot!("key_mono", collided(theirs()).mono(80, 24));
}

#[test]
fn going_back_keeps_what_was_typed_and_the_next_save_asks_again() {
    let mut bench = collided(theirs());
    for keys in ["<enter>", "^s<esc>", "^sq"] {
        if keys.starts_with('^') {
            bench.press("^s");
            bench.done(Err(Refusal::ChangedMeanwhile { now: Current::Key(Box::new(theirs())) }));
            assert!(bench.screen(80, 24).contains("Changed meanwhile"));
            bench.press(&keys[2..]);
        } else {
            bench.press(keys);
        }
        let screen = bench.screen(80, 24);
        assert!(!screen.contains("Changed meanwhile") && screen.contains("HR sync, Berlin"), "{screen}");
    }
}

#[test]
fn mine_on_top_sends_the_same_edit_meant_for_what_stands_there_now() {
    let mut bench = collided(theirs());
    bench.press("<tab><tab>");
    assert!(bench.screen(80, 24).contains("saved over it"));
    bench.press("<enter>");
    match bench.commands().as_slice() {
        [Command::EditKey { edit, expected: Some(seen), .. }] => {
            assert_eq!(**seen, theirs());
            assert_eq!(edit.description.as_ref().unwrap().as_str(), "HR sync, Berlin");
            assert_eq!(KeyEdit { description: None, ..edit.clone() }, KeyEdit::default());
            assert_eq!(edit.owner, Patch::Keep, "the owner that they named stays");
        }
        other => panic!("{other:?}"),
    }
    bench.done(Ok(done(Outcome::KeyEdited(theirs()))));
    assert!(bench.layer.is_none() && bench.toast().contains("Saved"));
}

#[test]
fn theirs_closes_the_form_without_a_command() {
    let mut bench = collided(theirs());
    bench.press("<tab><enter>");
    assert!(bench.commands().is_empty() && bench.layer.is_none());
    assert!(bench.toast().contains("nothing of yours was saved"));
}

#[test]
fn two_who_typed_the_same_are_not_asked_anything() {
    let same = Description::parse("HR sync, Berlin").unwrap();
    let mut bench = collided(ApiKey { description: same, ..record("HR sync") });
    assert_eq!(bench.commands().len(), 1);
}

#[test]
fn a_group_gets_my_table_on_top_of_theirs_and_they_keep_what_i_left_alone() {
    let theirs = group(r#""role":"READ","restricted":true,"tables":[{"table":"Contract"}]"#);
    let mut bench = editor(&theirs);
    let screen = bench.screen(100, 30);
    for part in ["READ", "WRITE (not changed by you)", "Table Contract", "Menu Reports", "where Department"] {
        assert!(screen.contains(part), "{part}\n{screen}");
    }
    bench.commands();
    bench.press("<backtab><enter>");
    nobody(&mut bench);
    match bench.commands().as_slice() {
        [Command::EditGroup { edit, expected: Some(seen), .. }] => {
            assert_eq!(**seen, theirs);
            let tables = edit.tables.as_ref().unwrap();
            let names: Vec<_> = tables.iter().map(|row| (row.table.as_str(), row.delete)).collect();
            assert_eq!(names, [("Contract", false), ("Asset", true)]);
            assert_eq!((edit.role, edit.restricted, &edit.menus), (None, None, &None));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_group_goes_back_to_the_draft_or_stays_as_theirs() {
    let theirs = group(r#""role":"READ""#);
    let mut bench = editor(&theirs);
    bench.press("<esc>");
    assert!(bench.screen(100, 30).contains("[✔]"), "{}", bench.screen(100, 30));
    let mut bench = editor(&theirs);
    bench.commands();
    bench.press("<tab><enter>");
    assert!(bench.layer.is_none() && bench.commands().is_empty());
}

#[test]
fn no_size_and_no_hostile_text_breaks_it() {
    let mut hostile = group(r#""role":"READ""#);
    hostile.tables =
        group(r#""role":"READ","tables":[{"table":"evil\u202e\u001b[2J東京","select":true}]"#).tables;
    let bench = editor(&hostile);
    for (columns, rows) in (0..70).flat_map(|c| (0..16).map(move |r| (c, r))) {
        bench.screen(columns, rows);
    }
    assert!(!bench.screen(80, 24).contains('\u{202e}') && !bench.screen(80, 24).contains('\u{1b}'));
}
