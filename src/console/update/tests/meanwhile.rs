//! What others do meanwhile, and answers that come late.

use super::open;
use crate::console::Slot;
use crate::console::play::row;
use crate::registry::Refusal;

#[test]
fn a_mark_on_a_key_that_somebody_deleted_is_dropped_so_that_the_next_try_works() {
    let mut play = open();
    play.press("  ");
    let gone = play.keys[0].record.key;
    play.refusals.push_back(Refusal::NoSuchKey(gone));
    play.press("t");
    assert_eq!(play.app.keys.marks.count(), Some(1));
}

#[test]
fn changes_by_others_are_shown_and_the_cursor_keeps_its_key() {
    let mut play = open();
    play.press("jjj");
    let key = play.keys[3].record.key;
    play.keys.insert(0, row(500));
    play.tell();
    assert_eq!(play.app.keys.current().map(|row| row.record.key), Some(key));
    assert_eq!(play.app.keys.rows.cursor(), 4);
}

#[test]
fn details_of_a_key_that_is_deleted_meanwhile_close() {
    let mut play = open();
    play.press("<enter>");
    assert_eq!(play.app.layers.len(), 1);
    play.keys.remove(0);
    play.tell();
    assert!(play.app.layers.is_empty());
}

#[test]
fn a_range_becomes_marks_by_key_when_the_list_changes_under_it() {
    let mut play = open();
    play.press("jvjj");
    let keys: Vec<_> = play.keys[1..4].iter().map(|row| row.record.key).collect();
    play.keys.insert(0, row(500));
    play.tell();
    assert!(!play.app.keys.in_range());
    let mut marked = play.app.keys.marks.selection().also;
    marked.sort_unstable();
    let mut expected = keys;
    expected.sort_unstable();
    assert_eq!(marked, expected);
}

#[test]
fn an_answer_to_an_older_question_is_not_taken() {
    let mut play = open();
    play.slow = true;
    play.press("/hr_read");
    let late = play.late_answers();
    assert!(late.iter().filter(|(_, slot)| *slot == Slot::Keys).count() >= 2, "{late:?}");
    play.catch_up();
    assert_eq!(play.app.keys.rows.page().map(|page| page.total), Some(180));
}
