//! Who would break, as people see it: before a disable, before a delete, in the details.

use crate::console::play::Play;
use crate::model::Status;
use crate::registry::Command;

fn open(size: (u16, u16)) -> Play {
    let mut play = Play::open(30, size, true);
    play.busy = vec![play.keys[1].record.key, play.keys[4].record.key];
    play
}

fn disabled(play: &Play) -> usize {
    let disables = |c: &&Command| matches!(c, Command::SetStatus { status: Status::Disabled, .. });
    play.commands.iter().filter(disables).count()
}

#[test]
fn t_asks_once_where_a_caller_would_break_and_enter_on_the_button_does_it() {
    let mut play = open((80, 24));
    play.press("jt");
    assert_eq!(disabled(&play), 0);
    insta::assert_snapshot!("stop_one_80x24", play.screen());
    play.press("<enter>");
    assert_eq!((disabled(&play), play.app.layers.len()), (0, 0), "the focus was on Cancel");
    play.press("t<tab><enter>");
    assert_eq!(disabled(&play), 1);
    play.press("t");
    assert_eq!(play.app.layers.len(), 0, "enabling asks nothing");
}

#[test]
fn t_is_immediate_where_nobody_would_break() {
    let mut play = open((80, 24));
    play.press("t");
    assert_eq!((disabled(&play), play.app.layers.len()), (1, 0));
    play.press("jjt");
    assert_eq!((disabled(&play), play.app.layers.len()), (2, 0));
}

#[test]
fn keys_typed_ahead_go_to_the_question_and_to_nothing_else() {
    let mut play = open((80, 24));
    play.press("j");
    play.slow = true;
    play.press("t<esc>j").catch_up();
    assert_eq!((disabled(&play), play.app.layers.len()), (0, 0));
    assert_eq!(play.app.keys.rows.cursor(), 2, "only the last key moved the cursor");
}

#[test]
fn marks_tell_the_worst_and_how_many() {
    let mut play = open((80, 24));
    play.press("At");
    insta::assert_snapshot!("stop_many_80x24", play.screen());
    play.press("<tab><enter>");
    assert_eq!(disabled(&play), 1);
}

#[test]
fn details_and_a_delete_tell_who_calls() {
    let mut play = open((120, 40));
    play.press("j<enter>");
    insta::assert_snapshot!("details_120x40", play.screen());
    play.press("D");
    insta::assert_snapshot!("delete_120x40", play.screen());
    play.press("<esc>t");
    assert_eq!(disabled(&play), 0, "from the details it asks as well");
    play.press("<tab><enter>");
    assert_eq!(disabled(&play), 1);
}

#[test]
fn on_a_small_screen_the_buttons_stay_in_sight() {
    let mut play = open((40, 12));
    play.press("jt");
    insta::assert_snapshot!("stop_one_40x12", play.screen());
}

#[test]
fn the_form_says_who_would_break_as_soon_as_a_field_may_stop_callers() {
    let mut play = open((80, 24));
    play.press("je");
    let warned = |play: &Play| play.screen().contains("Saving this may stop callers");
    assert!(!warned(&play), "{}", play.screen());
    play.press(" v2<tab><tab><tab>");
    assert!(!warned(&play), "a description stops nobody\n{}", play.screen());
    play.press("7d");
    assert!(warned(&play), "{}", play.screen());
    insta::assert_snapshot!("form_80x24", play.screen());
    let mut play = open((80, 24));
    play.press("jje<tab><tab><tab>7d");
    assert!(!warned(&play), "nobody calls with this one\n{}", play.screen());
}

#[test]
fn the_form_that_rotates_says_who_has_to_move_and_whom_at_once_stops() {
    let mut play = open((80, 24));
    play.press("jr");
    insta::assert_snapshot!("rotate_80x24", play.screen());
    assert!(play.screen().contains("These callers have to move to the new key."), "{}", play.screen());
    play.press("<tab><enter>leak<enter>");
    assert!(play.screen().contains("Saving this stops callers."), "{}", play.screen());
    let mut play = open((80, 24));
    play.press("jjr");
    assert!(!play.screen().contains("callers have to move"), "nobody calls with this one\n{}", play.screen());
}
