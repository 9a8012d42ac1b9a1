//! What becomes of a draft: commands, previews, errors, and how the pages look.

use super::*;
use crate::console::bench::{Bench, done};
use crate::model::{Access, MenuAccess, Operator, Role, Value};
use crate::registry::{Answer, Command, GroupDetails, GroupEdit, Outcome, Refusal, templates};

fn group() -> Group {
    templates().into_iter().find(|t| t.group.tables.iter().any(|t| t.filter.is_some())).unwrap().group
}

fn open() -> Bench {
    Bench::open(|outbox| {
        let mut editor = GroupEditor::open(&group());
        editor.changed(outbox);
        editor
    })
}

fn preview(keys: u64, lost: &[&str], gained: &[&str]) -> Answer {
    let texts = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let key = crate::console::bench::record("HR sync");
    Answer::Preview(Preview {
        keys,
        first: vec![(key.key, key.description)],
        lost: texts(lost),
        changed: Vec::new(),
        gained: texts(gained),
    })
}

/// The edit of the one command that was given.
fn edit(bench: &mut Bench) -> GroupEdit {
    match bench.commands().as_slice() {
        [Command::EditGroup { code, edit, expected: Some(seen) }] => {
            assert_eq!((code, &**seen), (&group().code, &group()));
            edit.clone()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_change_is_shown_first_then_saved_and_only_what_differs_is_sent() {
    let mut bench = open();
    bench.press("<tab><right><right><right><space>").queries();
    bench.press("^s");
    assert!(matches!(bench.queries().as_slice(), [Query::PreviewGroup { .. }]));
    bench.answer(Slot::GroupPreview, preview(3, &[], &["gain Delete on Asset"]));
    assert!(bench.shows(80, 24, "3keysgainDeleteonAsset"));
    bench.press("<enter>");
    assert!(bench.commands().is_empty(), "it starts on the way back");
    bench.press("^s").answer(Slot::GroupPreview, preview(1, &["lose Delete on Asset"], &[]));
    assert!(bench.shows(80, 24, "1keylosesDeleteonAsset"));
    bench.commands();
    bench.press("<tab><enter>");
    let sent = edit(&mut bench);
    assert!(sent.tables.as_ref().unwrap()[0].delete);
    assert_eq!(GroupEdit { tables: None, ..sent }, GroupEdit::default());
    bench.done(Ok(done(Outcome::GroupEdited(group()))));
    assert!(bench.layer.is_none() && bench.toast().contains("Saved API_HR"));
}

#[test]
fn a_change_that_no_key_feels_is_saved_at_once() {
    let mut bench = open();
    bench.press("!^s").queries();
    bench.answer(Slot::GroupPreview, preview(0, &[], &[]));
    assert!(edit(&mut bench).description.unwrap().as_str().ends_with('!'));
}

#[test]
fn saving_without_a_change_says_so_and_closes() {
    let mut bench = open();
    bench.press("^s");
    assert!(bench.layer.is_none() && bench.toast().contains("Nothing was changed"));
}

#[test]
fn role_and_switch_turn_and_an_empty_description_is_told_at_its_field() {
    let mut bench = open();
    bench.press("<down><right>");
    assert!(bench.screen(100, 30).contains("ADMIN may do everything"));
    bench.press("<tab>");
    assert!(bench.screen(100, 30).contains("whatever is ticked or filtered here"));
    bench.press("<backtab><down>");
    bench.press("<right><down><space><up><up>^u<tab>^s");
    assert!(bench.screen(100, 30).contains("✗ Description is empty"));
    bench.queries();
    bench.press("HR^s").answer(Slot::GroupPreview, preview(0, &[], &[]));
    let sent = edit(&mut bench);
    assert_eq!((sent.role, sent.restricted), (Some(Role::Read), Some(false)));
}

#[test]
fn tables_are_named_once_whatever_their_case() {
    let mut bench = open();
    bench.press("<tab>nASSET<enter>");
    assert!(bench.screen(100, 30).contains("✗ Table \"ASSET\" stands twice"));
    bench.press("^uContract<enter>^s").queries();
    bench.answer(Slot::GroupPreview, preview(0, &[], &[]));
    let tables = edit(&mut bench).tables.unwrap();
    assert_eq!((tables.len(), tables[1].table.as_str(), tables[1].select), (2, "Contract", true));
}

#[test]
fn a_filter_is_typed_read_aloud_and_kept() {
    let mut bench = open();
    bench.press("<tab>f^nStatus<tab><space><tab>On Loan");
    let screen = bench.screen(100, 30);
    assert!(screen.contains("✗ Condition 2 is not in the scheme"), "{screen}");
    bench.press("<tab> OR 2");
    let screen = bench.screen(100, 30);
    assert!(screen.contains("reads as Department = 'HR' OR Status != 'On Loan'"), "{screen}");
    bench.press("^s^s").queries();
    bench.answer(Slot::GroupPreview, preview(0, &[], &[]));
    let tables = edit(&mut bench).tables.unwrap();
    let filter = tables[0].filter.as_ref().unwrap();
    assert_eq!((filter.scheme.as_str(), filter.conditions[1].operator), ("1 OR 2", Operator::NotEqual));
    assert_eq!(filter.conditions[1].value, Some(Value::Text("On Loan".into())));
}

#[test]
fn an_error_of_the_scheme_is_pointed_at_and_nothing_is_kept() {
    let mut bench = open();
    bench.press("<tab>f<down> AND 7^s");
    let screen = bench.screen(100, 30);
    assert!(screen.contains("names condition 7, there are 1 (scheme, character 7)"), "{screen}");
    let caret = screen.lines().find(|line| line.contains('^')).unwrap();
    let scheme = screen.lines().find(|line| line.contains("1 AND 7")).unwrap();
    let column = |line: &str, c: char| line.chars().position(|x| x == c).unwrap();
    assert_eq!(column(caret, '^'), column(scheme, '7'), "{screen}");
}

#[test]
fn renumbering_warns_until_the_scheme_is_touched() {
    let mut bench = open();
    let warned = |bench: &Bench| bench.screen(100, 30).contains("were renumbered");
    bench.press("<tab>f^nStatus<tab><tab>Active");
    assert!(!warned(&bench), "one added at the end renumbers nothing");
    bench.press("<up>^x");
    assert!(warned(&bench));
    bench.press("<down> ");
    assert!(!warned(&bench));
}

#[test]
fn a_filter_without_conditions_is_no_filter_and_esc_takes_back() {
    let mut bench = open();
    bench.press("<tab>f^x<down>^u^s^s").queries();
    bench.answer(Slot::GroupPreview, preview(0, &[], &[]));
    assert_eq!(edit(&mut bench).tables.unwrap()[0].filter, None);
    let mut bench = open();
    bench.press("<tab>f^x<esc>");
    assert!(bench.screen(100, 30).contains("Esc again leaves"));
    bench.press("<esc>^s");
    assert!(bench.layer.is_none(), "the draft is as it was");
}

#[test]
fn menu_items_flip_and_a_category_can_be_denied() {
    let mut bench = open();
    bench.press("<tab><tab>nReports/Ageing<enter><up><space><up><space>^s").queries();
    bench.answer(Slot::GroupPreview, preview(0, &[], &[]));
    let rule = |item: &str, access| MenuAccess { item: item.into(), access };
    let wanted =
        [rule("Admin", Access::Allow), rule("Reports/Ageing", Access::Deny), rule("Reports", Access::Deny)];
    assert_eq!(edit(&mut bench).menus.unwrap(), wanted);
    let mut bench = open();
    bench.press("<tab><tab>nReports//Ageing<enter>");
    assert!(bench.screen(100, 30).contains("empty step"));
}

#[test]
fn permissions_are_copied_from_another_group_but_never_from_itself() {
    let other = templates().into_iter().find(|t| t.group.code.as_str() == "API_SYNC").unwrap().group;
    let rows = |code| crate::console::bench::groups(&[(code, "d", Role::Read)]);
    let mut bench = open();
    bench.press("<tab>c<enter>").answer(Slot::GroupChoices, rows("API_HR"));
    assert!(bench.screen(100, 30).contains("✗ A group cannot be copied onto itself"));
    bench.press("c<enter>").answer(Slot::GroupChoices, rows("API_SYNC"));
    bench.answer(Slot::GroupCopy, Answer::Group(Box::new(GroupDetails { group: other.clone(), keys: 0 })));
    bench.commands();
    bench.press("^s").answer(Slot::GroupPreview, preview(0, &[], &[]));
    let sent = edit(&mut bench);
    assert_eq!((sent.tables, sent.menus), (Some(other.tables), Some(other.menus)));
    assert_eq!(sent.description, None);
}

#[test]
fn a_refusal_keeps_the_draft_and_leaving_asks() {
    let mut bench = open();
    bench.press("!^s").answer(Slot::GroupPreview, preview(0, &[], &[]));
    let refusal = Refusal::NotSaved { sentence: "the disk is full".into(), hint: "make room".into() };
    bench.done(Err(refusal));
    assert!(
        bench.screen(100, 30).contains("the disk is full") && bench.screen(100, 30).contains("make room")
    );
    bench.press("<esc><enter>");
    assert!(bench.layer.is_some(), "it starts on Keep editing");
    bench.press("<esc><tab><enter>");
    assert!(bench.layer.is_none());
}

#[test]
fn the_editor_looks_like_this() {
    let mut bench = open();
    for page in ["details", "tables", "menus"] {
        insta::assert_snapshot!(format!("{page}_80x24"), bench.screen(80, 24));
        insta::assert_snapshot!(format!("{page}_40x12"), bench.screen(40, 12));
        bench.press("<tab>");
    }
    let mut bench = open();
    bench.press("<tab>");
    insta::assert_snapshot!("tables_120x40", bench.screen(120, 40));
    bench.press("f");
    insta::assert_snapshot!("filter_80x24", bench.screen(80, 24));
    insta::assert_snapshot!("filter_40x12", bench.screen(40, 12));
    bench.press("<esc><space>^s");
    bench.answer(Slot::GroupPreview, preview(3, &["lose Select on Asset"], &[]));
    insta::assert_snapshot!("preview_80x24", bench.screen(80, 24));
    insta::assert_snapshot!("preview_40x12", bench.screen(40, 12));
}

#[test]
fn no_size_and_no_hostile_name_breaks_a_page() {
    let mut hostile = group();
    hostile.tables[0].table = "evil\u{202e}\u{1b}[2J".into();
    hostile.menus.push(MenuAccess { item: "東京/\u{202e}x".into(), access: Access::Deny });
    let mut bench = Bench::open(|_| GroupEditor::open(&hostile));
    for _ in 0..4 {
        for (columns, rows) in (0..44).flat_map(|c| (0..16).map(move |r| (c, r))) {
            bench.screen(columns, rows);
        }
        assert!(!bench.screen(80, 24).contains('\u{202e}'));
        bench.press("<tab>");
    }
    bench.press("<tab>f");
    for (columns, rows) in (0..44).flat_map(|c| (0..16).map(move |r| (c, r))) {
        bench.screen(columns, rows);
    }
}
