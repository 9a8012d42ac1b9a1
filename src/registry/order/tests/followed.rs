//! A window that goes along with a key, in orders that somebody has made and in those that nobody has.

use super::*;
use crate::registry::{Followed, Window};

/// The place of each key, and the rows near it, asked for as whoever goes along with it does.
pub(super) fn followed(lists: &Lists, index: &Index, filter: &KeyFilter, sort: Sort, wanted: &[u32]) {
    for (row, slot) in wanted.iter().enumerate().step_by(wanted.len().div_ceil(7).max(1)) {
        for near in [0, 1, 5, 1_000] {
            let view = lists.view(index, filter, sort, &Ticket::new()).unwrap();
            let together = view.together(index, Some(*slot), near);
            assert_eq!(together.place(), Some(row), "{sort:?} {near}");
            for (before, length) in [(0, near + 1), (near, 2), (near / 2, near)] {
                let rows =
                    row.saturating_sub(before)..(row + length).saturating_sub(before).min(wanted.len());
                assert_eq!(together.slots(rows.clone()), wanted[rows], "{sort:?} {near}");
            }
        }
    }
}

#[test]
fn a_window_goes_along_with_a_key_that_stands_elsewhere_and_stays_where_it_holds_it() {
    let asked = Window { offset: 10, limit: 5 };
    let key = KeyId::from_digits(Environment::Production, [0; 16]);
    let moved = |rows_before, row| Followed { key, rows_before }.window(asked, row).offset;
    assert_eq!([10, 12, 14].map(|row| moved(Some(3), row)), [10; 3]);
    assert_eq!([9, 15, 900, 1].map(|row| moved(Some(3), row)), [6, 12, 897, 0]);
    assert_eq!(moved(None, 900), 10);
}

#[test]
fn a_key_that_a_filter_leaves_out_has_no_place_and_its_rows_are_still_right() {
    let (shared, lists) = lists(index_of(&(0..90).collect::<Vec<_>>()), MEASURES[2]);
    let index = crate::registry::read(&shared);
    for sort in sorts().into_iter().filter(|sort| sort.column.is_some()) {
        let (filter, all) = (filter("hr"), plain(&index, &filter(""), sort));
        let wanted = plain(&index, &filter, sort);
        for slot in all.into_iter().filter(|slot| !wanted.contains(slot)).step_by(5) {
            let view = lists.view(&index, &filter, sort, &Ticket::new()).unwrap();
            let together = view.together(&index, Some(slot), 10);
            assert_eq!(together.place(), None);
            assert_eq!(together.slots(0..wanted.len()), wanted);
            assert_eq!(together.slots(3..7), wanted[3..7]);
        }
    }
}

#[test]
fn a_walk_that_is_cancelled_ends_wherever_it_is() {
    let (shared, lists) = lists(index_of(&(0..90).collect::<Vec<_>>()), MEASURES[2]);
    let (index, ticket) = (crate::registry::read(&shared), Ticket::new());
    for sort in sorts() {
        let view = lists.view(&index, &filter(""), sort, &ticket).unwrap();
        ticket.cancel();
        for (whom, near) in [(None, 0), (Some(7), 0), (Some(7), 5)] {
            let together = view.together(&index, whom, near);
            let _ = (together.place(), together.slots(0..90), together.slots(40..50));
        }
    }
}
