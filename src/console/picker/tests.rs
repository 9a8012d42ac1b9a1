//! Picking: from a short list that is all here, and from a long one that comes in windows.

use super::*;
use crate::console::keymap::{Place, chords, resolve};

fn choice(code: &str) -> Choice {
    Choice { code: code.into(), name: code.into(), detail: format!("group {code}"), warning: None }
}

fn press(picker: &mut Picker, keys: &str) -> Vec<Pick> {
    let mut picks = Vec::new();
    for key in chords(keys) {
        if let Some(action) = resolve(&[Place::Picker], key) {
            picks.push(picker.act(action));
        }
    }
    picks
}

fn letters() -> Picker {
    Picker::of("Pick", ["ALPHA", "BETA", "GAMMA"].map(choice).to_vec(), "BETA")
}

#[test]
fn enter_picks_the_row_under_the_cursor_which_starts_on_the_present_choice() {
    assert_eq!(press(&mut letters(), "<enter>"), [Pick::Picked(choice("BETA"))]);
    assert_eq!(press(&mut letters(), "^n<enter>").last(), Some(&Pick::Picked(choice("GAMMA"))));
    assert_eq!(
        press(&mut letters(), "<down><down><down><up><enter>").last(),
        Some(&Pick::Picked(choice("BETA")))
    );
}

#[test]
fn typing_filters_by_every_word_and_enter_without_a_match_picks_nothing() {
    assert_eq!(press(&mut letters(), "group gam<enter>").last(), Some(&Pick::Picked(choice("GAMMA"))));
    assert_eq!(press(&mut letters(), "jq<enter>").last(), Some(&Pick::Stay));
    assert_eq!(press(&mut letters(), "jq<bs><bs><enter>").last(), Some(&Pick::Picked(choice("ALPHA"))));
}

#[test]
fn a_long_list_asks_for_the_window_around_its_cursor() {
    let mut picker = Picker::windowed("Pick");
    let page = |from: u64| (from..from + 8).map(|i| choice(&format!("G{i:04}"))).collect::<Vec<_>>();
    assert_eq!(picker.fill(page(0), 0, 5_000, 5_000), Pick::Stay);
    assert!(press(&mut picker, &"<down>".repeat(7)).iter().all(|pick| *pick == Pick::Stay));
    assert_eq!(press(&mut picker, "<down>"), [Pick::Ask]);
    assert_eq!(picker.wanted(), Wanted { text: String::new(), offset: 1 });
    picker.fill(page(1), 1, 5_000, 5_000);
    assert_eq!(press(&mut picker, "<enter>"), [Pick::Picked(choice("G0008"))]);
    assert_eq!(press(&mut picker, "<up><up><up><up><up><up><up><up>").last(), Some(&Pick::Ask));
    assert_eq!(picker.wanted().offset, 0);
}

#[test]
fn enter_before_the_rows_came_picks_from_the_new_rows_not_the_old() {
    let mut picker = Picker::windowed("Pick");
    picker.fill(vec![choice("OLD")], 0, 1, 2);
    assert_eq!(press(&mut picker, "n<enter>"), [Pick::Ask, Pick::Stay]);
    assert_eq!(picker.fill(vec![choice("NEW")], 0, 1, 2), Pick::Picked(choice("NEW")));
}
