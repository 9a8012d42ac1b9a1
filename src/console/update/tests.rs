//! Keys in, effects out.

mod meanwhile;

use std::time::Duration;

use crate::console::Effect;
use crate::console::app::Screen;
use crate::console::bench::NOW;
use crate::console::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use crate::console::play::{Play, change, group, row};
use crate::model::{Role, Status};
use crate::registry::{Actor, Command, Health, Query, Refusal, Rights, Selection};

fn open() -> Play {
    Play::open(240, (80, 24), true)
}

fn one_group() -> Play {
    let groups = vec![group("HR_READ", "Human resources", Role::Read)];
    Play::with((0..5).map(row).collect(), groups, (80, 24), true)
}

fn toast(play: &Play) -> String {
    play.app.outbox.toast.as_ref().map_or_else(String::new, |toast| format!("{} {}", toast.text, toast.hint))
}

fn mouse(play: &mut Play, kind: MouseEventKind, column: u16, row: u16) {
    play.event(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

#[test]
fn t_acts_on_the_key_under_the_cursor_by_its_identity() {
    let mut play = open();
    play.press("jt");
    let key = play.keys[1].record.key;
    let expected =
        Command::SetStatus { keys: Selection::of([key]), status: Status::Disabled, expected: Some(1) };
    assert_eq!(play.commands, [expected]);
    assert!(toast(&play).starts_with("Disabled Azure AD Sync 1. u undoes."), "{}", toast(&play));
    play.press("u");
    assert!(matches!(play.commands[1], Command::UndoStatus { undo: 8 }));
}

#[test]
fn a_verb_typed_ahead_of_the_rows_waits_for_them() {
    let mut play = open();
    play.slow = true;
    play.press("Gt");
    assert_eq!(play.commands, []);
    play.catch_up();
    let last = play.keys[239].record.key;
    assert!(matches!(&play.commands[..], [Command::SetStatus { keys, .. }] if keys.also == [last]));
}

#[test]
fn a_move_typed_ahead_of_a_new_order_happens_in_that_order() {
    let mut play = open();
    play.slow = true;
    play.press("1G").catch_up();
    assert_eq!(play.app.keys.rows.cursor(), 239);
    play.slow = true;
    play.press("/hr_read<down><down>").catch_up();
    assert_eq!(play.app.keys.rows.total(), 180);
    assert!(play.app.keys.rows.settled());
}

#[test]
fn two_quick_presses_of_t_disable_and_enable_again() {
    let mut play = open();
    play.slow = true;
    play.press("tt").catch_up();
    let to: Vec<Status> = play
        .commands
        .iter()
        .map(|command| match command {
            Command::SetStatus { status, .. } => *status,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(to, [Status::Disabled, Status::Active]);
}

#[test]
fn marking_all_is_one_selection_and_never_a_list() {
    let mut play = open();
    play.press("/hr_read<enter>A t");
    let Command::SetStatus { keys, expected, .. } = &play.commands[0] else { panic!() };
    assert_eq!(keys.matching.as_ref().map(|filter| filter.text.as_str()), Some("hr_read"));
    assert_eq!((keys.except.len(), keys.also.len()), (1, 0));
    let matching = play.keys.iter().filter(|row| row.record.group.as_str() == "HR_READ").count() as u64;
    assert_eq!(*expected, Some(matching - 1));
}

#[test]
fn marks_disable_when_any_is_active_and_enable_when_none_is() {
    let mut play = open();
    play.press("  t").press("t");
    let statuses: Vec<_> = play
        .commands
        .iter()
        .map(|c| matches!(c, Command::SetStatus { status: Status::Disabled, .. }))
        .collect();
    assert_eq!(statuses, [true, false]);
}

#[test]
fn no_query_asks_for_more_rows_than_three_screens_show() {
    let mut play = Play::open(1_000, (80, 24), true);
    play.slow = true;
    let mut asked = 0;
    for key in ["G", "g", "<pgdn>", "5", "/hr", "<enter>", "<tab>", "<tab>", "<backtab>"] {
        play.press(key);
        for query in play.queries() {
            let (Query::Keys { window, .. } | Query::Groups { window, .. } | Query::Changes { window, .. }) =
                query
            else {
                continue;
            };
            asked += 1;
            assert!(window.limit <= 3 * 17, "{window:?} after {key}");
        }
        play.catch_up();
        play.slow = true;
    }
    assert!(asked >= 6, "{asked}");
}

#[test]
fn steps_beyond_the_screen_wait_for_no_answer_and_rows_are_asked_for_before_they_are_missing() {
    let mut play = Play::open(1_000, (80, 24), true);
    let screen = u64::from(play.app.keys.rows.height());
    play.slow = true;
    let mut asked = None;
    for step in 1..3 * screen {
        play.press("j");
        assert_eq!(play.app.keys.rows.cursor(), step);
        assert!(play.app.keys.rows.settled(), "step {step}");
        assert!(!play.app.is_settling(), "no frame waits for the rows of later steps: step {step}");
        asked = asked.or((!play.queries().is_empty()).then_some(step));
    }
    assert!(asked.is_some_and(|step| step > 2 * screen && step < 3 * screen), "{asked:?}");
    play.catch_up();
    play.press("j");
    assert!(play.app.keys.rows.settled(), "the answer was there in time");
}

#[test]
fn a_refusal_leaves_everything_as_it_was_and_says_why() {
    let mut play = open();
    let refusal = Refusal::NotSaved { sentence: "the disk is full".into(), hint: "make room".into() };
    play.refusals.push_back(refusal);
    play.press("t");
    assert_eq!(play.keys[0].record.status, Status::Active);
    assert!(play.app.keys.pending().is_empty());
    assert!(
        toast(&play).contains("the disk is full") && toast(&play).contains("make room"),
        "{}",
        toast(&play)
    );
}

#[test]
fn a_disable_that_could_not_be_saved_is_marked_and_the_banner_says_why() {
    let mut play = open();
    play.refusals.push_back(Refusal::RefusedUnsaved {
        count: 1,
        sentence: "no space".into(),
        hint: "make room".into(),
    });
    play.health = Health::ChangesOff { sentence: "no space".into(), hint: "make room".into() };
    play.keys[0].unsaved = true;
    play.press("t");
    let screen = play.screen();
    for text in ["Changes are off: no space", "○ Not saved", "refused from now on", "make room"] {
        assert!(screen.contains(text), "{text}: {screen}");
    }
}

#[test]
fn a_door_that_cannot_be_read_blocks_no_key() {
    let mut play = open();
    play.unreadable = true;
    play.press("5");
    assert!(toast(&play).contains("could not be read"), "{}", toast(&play));
    play.press("t");
    assert_eq!(play.commands.len(), 1);
    play.press("q");
    assert!(play.quit());
}

#[test]
fn bulk_work_shows_how_far_it_is() {
    let mut play = open();
    play.press("A");
    play.slow = true;
    play.press("t");
    play.step();
    play.step();
    play.tickets()[0].progress(12_000, 100_000);
    let screen = play.screen();
    assert!(screen.contains("… Disabling 12,000 of 100,000"), "{screen}");
}

#[test]
fn an_auditor_reads_and_is_told_why_nothing_else_works() {
    let mut play = open();
    play.actor = Some(Actor { account: "eve".parse().unwrap(), rights: Rights::Auditor });
    play.tell();
    play.press("jt");
    assert_eq!(play.commands, []);
    assert!(toast(&play).starts_with("eve may read but not change anything"), "{}", toast(&play));
    assert!(!play.screen().contains("t disable"));
}

#[test]
fn quitting_asks_while_a_secret_is_on_screen_or_on_the_clipboard() {
    let mut play = one_group();
    play.press("nNew one^s");
    assert!(play.app.shows_secret());
    play.press("q");
    assert!(!play.quit());
    play.press("y<enter>");
    assert!(!play.app.shows_secret());
    play.press("q");
    assert!(!play.quit() && !play.app.layers.is_empty());
    play.press("<esc>");
    assert!(!play.quit() && play.app.layers.is_empty());
    play.press("^c");
    assert!(!play.quit());
    play.press("^c");
    assert!(play.quit());
}

#[test]
fn the_mouse_is_free_and_the_screen_repainted_around_a_secret() {
    let mut play = one_group();
    play.effects.clear();
    play.press("nNew one^s");
    assert!(matches!(play.effects[..], [Effect::Mouse(false)]), "{:?}", play.effects);
    play.effects.clear();
    play.press("y<enter>");
    assert!(matches!(play.effects[..], [Effect::Mouse(true), Effect::Repaint]), "{:?}", play.effects);
}

#[test]
fn clicks_select_open_and_sort_and_the_wheel_scrolls() {
    let mut play = open();
    let left = MouseEventKind::Down(MouseButton::Left);
    mouse(&mut play, left, 10, 8);
    assert_eq!(play.app.keys.rows.cursor(), 4);
    assert!(play.app.layers.is_empty());
    mouse(&mut play, left, 10, 8);
    assert_eq!(play.app.layers.len(), 1);
    play.press("<esc>");
    mouse(&mut play, left, 30, 3);
    assert!(play.screen().contains("3▲Key"));
    play.press("g");
    mouse(&mut play, MouseEventKind::ScrollDown, 10, 10);
    assert_eq!(play.app.keys.rows.window().offset, 3);
    mouse(&mut play, left, 15, 1);
    assert_eq!(play.app.screen, Screen::Groups);
}

#[test]
fn c_shows_the_whole_story_of_one_key_and_escape_all_changes_again() {
    let mut play = open();
    play.changes = (0..9).map(|n| change(9 - n as u64, &play.keys[n])).collect();
    play.press("j<enter>c");
    assert_eq!(play.app.screen, Screen::Changes);
    assert!(play.screen().contains("1 of 9"), "{}", play.screen());
    play.press("<esc>");
    assert!(play.screen().contains("9 changes"), "{}", play.screen());
}

#[test]
fn a_range_with_rows_that_were_never_seen_fetches_them_screen_by_screen() {
    let mut play = open();
    play.press("vG");
    play.press("v");
    assert_eq!(play.app.keys.marks.count(), Some(240));
    let mut long = Play::open(1_200, (80, 24), true);
    long.press("vGv");
    assert!(toast(&long).contains("at most 1000 keys"), "{}", toast(&long));
}

#[test]
fn toasts_go_away_by_themselves_and_an_idle_console_wakes_once_a_minute() {
    let mut play = open();
    play.press("d");
    assert!(!toast(&play).is_empty());
    play.pass(Duration::from_mins(1));
    assert!(toast(&play).is_empty());
    let wait = play.app.deadline().unwrap().saturating_sub(play.app.outbox.ticks);
    assert_eq!(wait, Duration::from_mins(1));
    assert_eq!(play.app.outbox.now, NOW);
}
