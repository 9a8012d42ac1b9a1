//! What every form does, tried on the form of a new key and on that of a group.

use crate::console::bench::{Bench, NOW, done, groups, record};
use crate::console::effect::Slot;
use crate::console::key_form::new_key;
use crate::model::{Days, Role, Time};
use crate::registry::{Answer, Command, KeyDraft, Outcome, Query, Refusal};

const ONE: &[(&str, &str, Role)] = &[("HR_READ", "HR read-only", Role::Read)];
const TWO: &[(&str, &str, Role)] =
    &[("API_ADMIN", "API Admin", Role::Admin), ("HR_READ", "HR read-only", Role::Read)];

fn new_key_with(rows: &[(&str, &str, Role)]) -> Bench {
    let mut bench = Bench::open(new_key);
    assert_eq!(bench.queries().len(), 1, "opening asks for the groups");
    bench.answer(Slot::FormGroups, groups(rows));
    bench
}

fn created(bench: &mut Bench) -> KeyDraft {
    match bench.commands().as_slice() {
        [Command::CreateKey(draft)] => draft.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_only_group_is_chosen_already_and_a_description_is_enough() {
    let mut bench = new_key_with(ONE);
    bench.press("ci-deploy^s");
    let draft = created(&mut bench);
    assert_eq!((draft.description.as_str(), draft.group.as_str()), ("ci-deploy", "HR_READ"));
    assert_eq!(
        (draft.environment.code(), draft.expires, draft.rotate_every, draft.owner),
        ("prd", None, None, None)
    );
}

#[test]
fn a_save_before_the_groups_are_known_waits_for_them() {
    let mut bench = Bench::open(new_key);
    bench.press("ci-deploy^s");
    assert!(bench.commands().is_empty());
    assert!(bench.screen(80, 24).contains("saving…"), "the press was heard");
    bench.answer(Slot::FormGroups, groups(ONE));
    assert_eq!(created(&mut bench).group.as_str(), "HR_READ");

    let mut bench = Bench::open(new_key);
    bench.press("ci-deploy^s");
    bench.answer(Slot::FormGroups, groups(TWO));
    assert!(bench.commands().is_empty());
    assert!(bench.screen(80, 24).contains("User Group is not chosen"), "with several the person chooses");
}

#[test]
fn a_save_that_waits_for_groups_which_never_come_is_given_back() {
    let mut bench = Bench::open(new_key);
    bench.press("ci-deploy^s<esc>!");
    assert!(bench.screen(80, 24).contains("ci-deploy!"), "Esc goes back to the fields");
    bench.press("^s");
    let gone = Refusal::ServerGone { sentence: "nobody answers".into() };
    bench.refuse(Slot::FormGroups, gone);
    assert!(bench.screen(80, 24).contains("User Group is not chosen"));
    assert!(bench.commands().is_empty());
}

#[test]
fn every_field_goes_into_the_command() {
    let mut bench = new_key_with(TWO);
    bench.press("HR System<tab><enter>hr");
    bench.answer(Slot::FormGroups, groups(ONE));
    bench.press("<enter><enter>dev<enter>90d<tab>quarterly<tab>Ada<tab><enter>");
    let draft = created(&mut bench);
    assert_eq!(draft.group.as_str(), "HR_READ");
    assert_eq!(draft.environment.code(), "dev");
    assert_eq!(draft.expires, Some(Time(NOW.0 + 90 * 86_400)));
    assert_eq!(draft.rotate_every.map(Days::get), Some(90));
    assert_eq!(draft.owner.unwrap().as_str(), "Ada");
}

#[test]
fn saving_shows_all_errors_at_once_with_the_focus_on_the_first_and_loses_nothing() {
    let mut bench = new_key_with(TWO);
    bench.press("<tab><tab><tab>soon<tab>sometimes^s");
    assert!(bench.commands().is_empty());
    let screen = bench.screen(80, 24);
    for part in
        ["Description is empty", "User Group is not chosen", "\"soon\" is not a time", "\"sometimes\" is not"]
    {
        assert!(screen.contains(part), "{part}\n{screen}");
    }
    bench.press("HR");
    assert!(bench.screen(80, 24).contains("HR"), "typing goes into the first bad field");
}

#[test]
fn leaving_a_field_checks_it() {
    let mut bench = new_key_with(ONE);
    bench.press("x<tab><tab><tab>soon");
    assert!(!bench.screen(80, 24).contains("is not a time"));
    bench.press("<tab>");
    assert!(bench.screen(80, 24).contains("✗ Expires \"soon\" is not a time"));
    bench.press("<backtab>^u90d");
    assert!(!bench.screen(80, 24).contains("is not a time"));
    assert!(bench.screen(80, 24).contains("2026-05-30 00:00:00 UTC, in 90 d"));
}

#[test]
fn a_refusal_of_the_door_stays_on_screen_with_its_hint_and_all_that_was_typed() {
    let mut bench = new_key_with(ONE);
    bench.press("ci-deploy^s");
    bench.press("lost? no");
    let refusal = Refusal::NotSaved { sentence: "the disk is full".into(), hint: "make room".into() };
    bench.done(Err(refusal));
    let screen = bench.screen(80, 24);
    assert!(
        screen.contains("could not be saved: the disk is full") && screen.contains("make room"),
        "{screen}"
    );
    bench.commands();
    bench.press("^s");
    assert_eq!(
        created(&mut bench).description.as_str(),
        "ci-deploy",
        "keys pressed while saving are ignored"
    );
}

#[test]
fn a_description_in_use_is_noticed_but_not_refused() {
    let mut bench = new_key_with(ONE);
    bench.press("HR");
    let asked = bench.queries();
    assert!(matches!(asked.last(), Some(Query::DescriptionInUse { description, .. }) if description == "HR"));
    bench.answer(Slot::FormDescription, Answer::DescriptionInUse(Some(record("HR").key)));
    assert!(bench.screen(80, 24).contains("has this description too"));
    bench.press("^s");
    assert_eq!(created(&mut bench).description.as_str(), "HR");
}

#[test]
fn leaving_asks_only_if_something_was_typed_and_starts_on_keep() {
    let mut bench = new_key_with(ONE);
    bench.press("<esc>");
    assert!(bench.layer.is_none(), "a preselected group is not something typed");
    let mut bench = new_key_with(ONE);
    bench.press("x<esc>");
    assert!(bench.screen(80, 24).contains("What you typed would be lost."));
    bench.press("<enter>y<esc><tab><enter>");
    assert!(bench.layer.is_none());
}

#[test]
fn without_any_group_the_way_to_one_is_shown() {
    let mut bench = new_key_with(&[]);
    let screen = bench.screen(80, 24);
    assert!(screen.contains("No key can be made yet: there is no user group."), "{screen}");
    bench.press("<enter>^s");
    assert!(matches!(bench.commands().as_slice(), [Command::CreateGroup(_)]));
}

#[test]
fn an_admin_group_comes_with_a_warning() {
    let mut bench = new_key_with(TWO);
    bench.press("x<tab><enter>");
    bench.answer(Slot::FormGroups, groups(TWO));
    bench.press("<enter>");
    assert!(bench.shows(80, 24, "!ADMINmaydoeverything,unrestricted:usesparingly"));
}

#[test]
fn a_group_that_serves_other_keys_says_so_with_their_environments() {
    let Answer::Groups(mut page) = groups(ONE) else { panic!() };
    let row = &mut page.rows[0];
    (row.tables, row.filters, row.keys) = (2, 1, 3);
    row.environments = vec![crate::model::Environment::Production, crate::model::Environment::Development];
    let mut bench = Bench::open(new_key);
    bench.press("x<tab><enter>").answer(Slot::FormGroups, Answer::Groups(page));
    assert!(bench.shows(80, 24, "READHRread-only·2tables·1filter·3keys"));
    bench.press("<enter>");
    let screen = bench.screen(80, 24);
    assert!(screen.contains("! already serves 3 keys (production, development)"), "{screen}");
}

#[test]
fn a_paste_goes_into_the_focused_text_only() {
    let mut bench = new_key_with(ONE);
    bench.paste("HR\nSystem").press("<tab>").paste("HR_WRITE");
    assert!(bench.toast().contains("Nothing takes text here"));
    bench.press("^s");
    let draft = created(&mut bench);
    assert_eq!((draft.description.as_str(), draft.group.as_str()), ("HR", "HR_READ"));
}

#[test]
fn the_focused_field_is_on_screen_at_every_size() {
    let mut bench = new_key_with(TWO);
    bench.press("A<tab><tab><tab>B<tab>C<tab>Mine");
    for (columns, rows) in [(40, 12), (40, 6), (30, 8), (80, 24)] {
        assert!(bench.shows(columns, rows, "Mine"), "{columns}x{rows}\n{}", bench.screen(columns, rows));
    }
    for columns in 0..30 {
        for rows in 0..10 {
            bench.screen(columns, rows);
        }
    }
}

#[test]
fn forms_look_like_this() {
    let mut bench = new_key_with(TWO);
    bench.press("HR System Integration<tab>");
    insta::assert_snapshot!("new_key_80x24", bench.screen(80, 24));
    insta::assert_snapshot!("new_key_40x12", bench.screen(40, 12));
    insta::assert_snapshot!("new_key_mono", bench.mono(80, 24));
    bench.press("<enter>");
    bench.answer(Slot::FormGroups, groups(TWO));
    insta::assert_snapshot!("picker_80x24", bench.screen(80, 24));
    insta::assert_snapshot!("picker_40x12", bench.screen(40, 12));
    bench.press("<esc>^s");
    insta::assert_snapshot!("new_key_errors_80x24", bench.screen(80, 24));
    bench.press("<esc>");
    insta::assert_snapshot!("leaving_80x24", bench.screen(80, 24));
}

#[test]
fn text_of_people_is_made_safe() {
    let mut bench = Bench::open(new_key);
    bench.answer(Slot::FormGroups, groups(&[("HR_READ", "evil\u{202e}\u{1b}[2J", Role::Read)]));
    assert!(bench.screen(80, 24).contains("evil\\u{202e}\\u{1b}[2J"));
}

#[test]
fn what_was_saved_says_so() {
    let mut bench = new_key_with(ONE);
    bench.press("x^s").done(Ok(done(Outcome::KeyCreated(record("x")))));
    assert!(bench.layer.is_none());
    assert_eq!(bench.outbox.follow, Some(record("x").key));
}
