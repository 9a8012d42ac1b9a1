//! What is shown and done before the store is verified, and how it goes over into the table.

use proptest::prelude::*;

use super::WAIT;
use crate::console::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use crate::console::play::Play;
use crate::console::{Effect, Screen};
use crate::registry::Milestone;

/// How many rows are told early; the store of a play has more.
const EARLY: usize = 60;

fn opening(size: (u16, u16)) -> Play {
    let mut play = Play::before_the_store(240, size);
    let keys = play.keys.iter().take(EARLY).map(|row| row.record.clone()).collect();
    play.event(Event::Opening(Milestone::Newest { keys, of: 1_000_000 }));
    play.event(Event::Opening(Milestone::Checked { done: 412_000, of: 1_000_000 }));
    play
}

fn nothing_asked(play: &Play) -> bool {
    play.commands.is_empty() && play.late_answers().is_empty() && play.app.layers.is_empty()
}

#[test]
fn the_newest_rows_are_checking_and_the_bar_says_how_far_it_is() {
    insta::assert_snapshot!("checking_80x24", opening((80, 24)).press("jj").screen());
    insta::assert_snapshot!("checking_120x40", opening((120, 40)).press("G").screen());
    insta::assert_snapshot!("checking_40x12", opening((40, 12)).press("j").screen());
}

#[test]
fn before_the_first_rows_it_says_that_the_store_is_being_opened() {
    let mut play = Play::before_the_store(3, (80, 24));
    play.press("jGt");
    insta::assert_snapshot!("opening", play.screen());
    assert!(nothing_asked(&play));
}

#[test]
fn the_cursor_moves_among_the_early_rows_and_keeps_its_key_when_the_store_is_verified() {
    let mut play = opening((80, 24));
    play.press("Gkk");
    let under = play.app.keys.current().unwrap().record.key;
    assert_eq!(under, play.keys[EARLY - 3].record.key);
    let offset = play.app.keys.rows.window().offset;
    // Three newer ones came to be after the checkpoint was written: the Key counts, not the row.
    for n in 500..503 {
        play.keys.insert(0, crate::console::play::row(n));
    }
    play.event(Event::Opened);
    assert_eq!(play.app.keys.current().unwrap().record.key, under);
    assert_eq!(play.app.keys.rows.total(), 243);
    assert!(play.app.keys.rows.window().offset.abs_diff(offset) <= 3, "it stays where it was on screen");
    let screen = play.screen();
    assert!(!screen.contains("checking") && screen.contains("● Active"), "{screen}");
}

#[test]
fn verbs_and_other_screens_wait_in_one_sentence_and_nothing_is_kept_for_later() {
    let mut play = opening((80, 24));
    for keys in "t D n e r u y c <space> v A 1 0 <enter> <tab> <backtab> ^s".split(' ') {
        play.press(keys);
        assert!(nothing_asked(&play) && play.app.screen == Screen::Keys, "{keys}");
        assert!(play.app.keys.marks.is_empty() && !play.app.keys.in_range(), "{keys}");
        let said = play.app.outbox.toast.take().map(|toast| toast.text);
        let expected = if keys == "^s" { None } else { Some(format!("{WAIT}.")) };
        assert_eq!(said, expected, "{keys}");
    }
    play.press("t").event(Event::Opened);
    assert!(play.commands.is_empty() && play.app.layers.is_empty());
    assert!(!play.screen().contains(WAIT), "who was told to wait need not any more");
    // The control: the same key once the store is verified.
    play.press("t");
    assert_eq!(play.commands.len(), 1);
}

#[test]
fn a_click_on_another_screen_waits_as_its_key_does() {
    let mut play = opening((80, 24));
    let tabs = play.app.layout().tabs;
    let kind = MouseEventKind::Down(MouseButton::Left);
    let click = |column, row| Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
    play.event(click(tabs.x + 14, tabs.y));
    assert_eq!(play.app.screen, Screen::Keys);
    assert!(play.screen().contains(WAIT), "{}", play.screen());
    play.event(Event::Opened).event(click(tabs.x + 14, tabs.y));
    assert_eq!(play.app.screen, Screen::Groups);
}

#[test]
fn a_filter_typed_early_stands_there_and_applies_when_the_store_is_verified() {
    let mut play = opening((80, 24));
    play.press("/hr 1");
    let screen = play.screen();
    assert!(screen.contains("/ hr 1") && screen.contains("applies as soon as"), "{screen}");
    assert_eq!(play.app.keys.rows.total(), EARLY as u64);
    play.press("<enter>t");
    assert!(play.commands.is_empty(), "after the filter a verb is a verb");
    play.event(Event::Opened);
    let expected = play.keys.iter().filter(|row| play.app.keys.key_filter().matches(&row.record)).count();
    assert!((1..240).contains(&expected));
    assert_eq!(play.app.keys.rows.total(), expected as u64);
    assert!(play.app.keys.current().is_some());
}

#[test]
fn the_list_of_actions_can_be_read_early_and_runs_what_was_chosen_once_it_can() {
    let mut play = opening((80, 24));
    play.press("?disable").event(Event::Opening(Milestone::Checked { done: 500_000, of: 1_000_000 }));
    assert!(play.screen().contains("Disable or enable this key"), "{}", play.screen());
    play.press("<enter>");
    assert!(nothing_asked(&play) && play.screen().contains(WAIT), "{}", play.screen());
    play.press("?disable").event(Event::Opened).press("<enter>");
    assert_eq!(play.commands.len(), 1);
}

#[test]
fn whoever_leaves_before_the_store_is_verified_leaves_at_once() {
    for key in ["q", "^c"] {
        let mut play = opening((80, 24));
        assert!(play.press(key).quit(), "{key}");
        assert!(Play::before_the_store(3, (80, 24)).press(key).quit(), "{key}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_keys_make_a_command_before_the_store_is_verified_and_none_comes_after(
        keys in "[ -~]{1,20}",
        specials in prop::collection::vec(prop::sample::select(
            vec!["<enter>", "<tab>", "<esc>", "<del>", "<down>", "^d", "^s", "j", "t", "D", "?", "/", "vGt", "At"]), 0..12),
        size in prop::sample::select(vec![(0u16, 0u16), (20, 5), (40, 12), (80, 24)]),
    ) {
        let mut play = opening(size);
        play.press(&keys.replace(['^', '<'], ""));
        for key in specials {
            play.press(key).screen();
        }
        let executes = play.effects.iter().any(|effect| matches!(effect, Effect::Execute { .. }));
        prop_assert!(play.commands.is_empty() && !executes);
        play.event(Event::Opened);
        prop_assert!(play.commands.is_empty(), "{:?}", play.commands);
    }
}
