//! Cursor and window against a store of any size.

use super::*;

fn page(offset: u64, rows: u64, total: u64) -> Page<u64> {
    Page { revision: 1, total, of: total, offset, rows: (offset..offset + rows).collect() }
}

fn list(total: u64) -> Rows<u64> {
    let mut rows = Rows::default();
    rows.set_height(10);
    answer(&mut rows, total, None);
    rows
}

/// Answers as a store with so many rows would.
fn answer(rows: &mut Rows<u64>, total: u64, found: Option<u64>) {
    let window = rows.ask();
    let limit = u64::from(window.limit);
    let offset = window.offset.min(total.saturating_sub(limit));
    rows.accept(page(offset, limit.min(total - offset), total), found);
}

#[test]
fn the_last_row_asks_for_the_last_window_and_settles_when_it_came() {
    let mut rows = list(1_000_000);
    rows.move_to(u64::MAX);
    assert_eq!(rows.cursor(), 999_999);
    assert!(rows.wants() && !rows.settled());
    assert_eq!(rows.window(), Window { offset: 999_990, limit: 10 });
    assert_eq!((rows.first(), rows.shown_cursor()), (0, 9), "the old rows stay until then");
    answer(&mut rows, 1_000_000, None);
    assert!(rows.settled() && !rows.wants());
    assert_eq!(rows.current(), Some(&999_999));
}

#[test]
fn a_step_beyond_the_screen_shows_its_row_at_once_and_more_are_asked_for_in_time() {
    let mut rows = list(100);
    assert_eq!((rows.known().len(), rows.first()), (10, 0));
    for step in 1..=29 {
        rows.move_by(1);
        assert!(!rows.wants() && rows.settled(), "step {step}");
        assert_eq!(rows.known().last().copied(), Some(9.max(step)), "step {step}");
        assert_eq!(rows.should_ask(), step > 24, "step {step}");
    }
    rows.move_by(1);
    assert!(rows.wants(), "nobody asked: now the screen lacks a row");
    assert_eq!((rows.first(), rows.known().last()), (20, Some(&29)), "and shows what it has");
    assert_eq!(rows.ask(), Window { offset: 11, limit: 30 });
}

#[test]
fn a_list_that_shrank_draws_cursor_and_window_back() {
    let mut rows = list(100);
    rows.move_to(99);
    answer(&mut rows, 100, None);
    rows.outdate();
    answer(&mut rows, 3, None);
    assert_eq!((rows.cursor(), rows.window().offset), (2, 0));
    assert!(!rows.wants());
    rows.outdate();
    answer(&mut rows, 0, None);
    assert!(rows.settled() && rows.current().is_none());
}

#[test]
fn a_followed_row_keeps_its_place_on_screen() {
    let mut rows = list(100);
    rows.move_by(4);
    rows.outdate();
    answer(&mut rows, 100, Some(54));
    assert_eq!((rows.cursor(), rows.window().offset), (54, 50));
    assert!(rows.wants());
}
