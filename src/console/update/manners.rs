//! What a person may rely on: hints go with the next key, nothing is answered unseen, marks mean what they meant.

use crate::console::event::{ClipboardReport, Copied, Event};
use crate::console::play::Play;
use crate::console::{Effect, Slot, Tone};
use crate::model::Status;
use crate::registry::Command;

fn open() -> Play {
    Play::open(40, (80, 24), true)
}

fn toast(play: &Play) -> &str {
    play.app.outbox.toast.as_ref().map_or("", |toast| &toast.text)
}

/// With the Secret of a new key on screen.
fn revealed() -> Play {
    let mut play = open();
    play.press("nHR System<tab><enter><enter>^s");
    assert!(play.app.shows_secret(), "{}", play.screen());
    play
}

#[test]
fn a_hint_goes_with_the_next_key_and_a_receipt_stays() {
    let mut play = open();
    play.press("d");
    assert_eq!(toast(&play), "D deletes, for ever. t disables.");
    play.press("j");
    assert_eq!(toast(&play), "");
    play.press("d<tab>");
    assert_eq!(toast(&play), "", "a hint about keys does not follow to another screen");
    play.press("<backtab>tj");
    assert!(toast(&play).contains("u undoes"), "{}", toast(&play));
}

#[test]
fn a_secret_that_cannot_be_seen_is_closed_by_nothing_but_leaving() {
    for size in [(20, 6), (10, 3), (60, 6)] {
        let mut play = revealed();
        play.event(Event::Resize(size.0, size.1)).press("<esc><esc><enter><esc><esc>q");
        assert!(play.app.shows_secret(), "{size:?}\n{}", play.screen());
        play.event(Event::Resize(80, 24)).press("<esc><esc>");
        assert!(!play.app.shows_secret());
        let mut play = revealed();
        play.event(Event::Resize(size.0, size.1)).press("^c^c");
        assert!(play.quit());
    }
}

#[test]
fn a_report_in_the_place_of_the_question_takes_the_question_back() {
    let mut play = revealed();
    play.press("<esc>").event(Event::Clipboard(ClipboardReport::Cleared)).press("<esc>");
    assert!(play.app.shows_secret());
    play.press("<esc>");
    assert!(!play.app.shows_secret());
}

#[test]
fn a_secret_that_was_sent_is_not_said_to_be_uncopied_after_a_look_at_the_field() {
    let mut play = revealed();
    let how = "sent to the terminal by OSC 52, not confirmed".to_owned();
    play.event(Event::Clipboard(ClipboardReport::Copied {
        what: Copied::Secret,
        how,
        confirmed: false,
        clears_at: None,
    }));
    play.press("<enter><esc>");
    let screen = play.screen();
    assert!(!screen.contains("Not copied yet") && screen.contains("Sent, but nobody knows"), "{screen}");
}

#[test]
fn on_a_screen_too_small_for_anything_nothing_is_done_unseen() {
    let mut play = open();
    play.event(Event::Resize(19, 4)).press("tDn<enter> A");
    assert_eq!((play.commands.len(), play.app.layers.len()), (0, 0));
    assert!(play.app.keys.marks.is_empty());
    play.press("q");
    assert!(play.quit());
}

#[test]
fn marks_by_a_filter_that_names_the_status_go_once_they_mean_other_keys() {
    let mut play = open();
    play.press("/hr active<enter>At");
    let Command::SetStatus { status: Status::Disabled, expected: Some(meant), .. } = play.commands[0] else {
        panic!("{:?}", play.commands)
    };
    assert!(toast(&play).starts_with(&format!("Disabled {meant} keys")), "{}", toast(&play));
    assert!(play.app.keys.marks.is_empty() && !play.screen().contains("marked"), "{}", play.screen());
    // Where they mean the same keys still, they stay for the next verb.
    let mut play = open();
    play.press("/hr_read<enter>At");
    assert!(play.app.keys.marks.count().is_some_and(|count| count > 0));
    assert!(!play.app.outbox.is_open(Slot::Marked));
}

#[test]
fn the_footer_says_what_esc_takes_away_as_long_as_there_is_anything() {
    let mut play = open();
    let footer = |play: &Play| play.screen().lines().nth(23).unwrap().to_owned();
    assert!(!footer(&play).contains("Esc"));
    for (keys, says) in [("/hr<enter>", "no filter"), (" ", "unmark"), ("v", "no range")] {
        play.press(keys);
        assert!(footer(&play).contains(&format!("Esc {says}")), "{}", footer(&play));
    }
    play.press("<esc><esc><esc>c");
    assert!(footer(&play).contains("Esc all changes"), "{}", footer(&play));
    assert!(play.effects.iter().all(|effect| !matches!(effect, Effect::Quit)));
    assert!(play.app.outbox.toast.as_ref().is_none_or(|toast| toast.tone != Tone::Bad));
}

#[test]
fn the_progress_of_a_verb_stands_without_the_receipt_of_the_one_before() {
    let mut play = open();
    play.press("t");
    assert!(play.screen().contains("needs a replacement key first"), "{}", play.screen());
    play.press("A");
    play.slow = true;
    play.press("t");
    play.step();
    play.step();
    play.tickets()[0].progress(10, 40);
    let screen = play.screen();
    assert!(screen.contains("… Disabling 10 of 40") && !screen.contains("needs a replacement"), "{screen}");
}

#[test]
fn a_key_that_was_only_sent_is_not_ticked_off_as_copied() {
    let mut play = open();
    play.event(Event::Clipboard(ClipboardReport::Copied {
        what: Copied::Key,
        how: "sent to the terminal by OSC 52, not confirmed; tmux needs `set-clipboard on`".into(),
        confirmed: false,
        clears_at: None,
    }));
    let said = play.app.outbox.toast.as_ref().unwrap();
    assert_eq!((said.tone, said.hint.as_str()), (Tone::Warning, "tmux needs `set-clipboard on`"));
    assert_eq!(said.text, "Key sent to the terminal by OSC 52, not confirmed.");
}

#[test]
fn a_verb_in_details_that_fill_the_screen_is_answered_in_sight() {
    let mut play = Play::open(40, (40, 12), true);
    play.press("<enter>t");
    let screen = play.screen();
    assert!(screen.contains("✔ Disabled HR System Integration"), "{screen}");
    assert!(screen.contains("Description"), "the details are still there\n{screen}");
    play.app.clipboard_until = Some(play.app.outbox.ticks + std::time::Duration::from_secs(30));
    assert!(play.screen().contains("✔ Disabled HR System Integration"), "{}", play.screen());
}
