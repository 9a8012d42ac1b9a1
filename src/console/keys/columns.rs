//! Which columns of API Keys fit, how wide each is, and what a cell says.
//!
//! Widths go by class of content, so that they do not jump while scrolling; the description takes what is left and
//! shrinks first, and a Key is shown whole or not at all.

use crate::clock::{date, relative};
use crate::console::draw::width as cells;
use crate::console::grid::{BAR, GUTTER};
use crate::model::text::escape;
use crate::model::{KeyId, Status, Time};
use crate::registry::{Column, KeyRow, Sort};

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// One that can be sorted by.
    Of(Column),
    /// The masked Secret.
    Secret,
}

/// The columns that fit, each with its width, and the gap between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Cell and width.
    pub columns: Vec<(Cell, u16)>,
    /// Columns between two cells.
    pub gap: u16,
}

/// The masked Secret.
const MASK: &str = "••••••••";
/// A Key in full.
const KEY: u16 = 23;
const _: () = assert!(KEY as usize == KeyId::LEN);
/// Below this a further column would take from the description what it needs itself.
const COMFORT: u16 = 26;

/// The columns for a table so wide; `unsaved`: a status on screen needs its long form.
pub fn plan(width: u16, unsaved: bool) -> Plan {
    use Column::{Created, Description, Expires, Group, Key, LastUsed, Modified, Status};
    let room = width.saturating_sub(GUTTER + BAR);
    let roomy = room >= 96;
    let gap = if roomy { 2 } else { 1 };
    let status = match (roomy, unsaved) {
        (true, true) => 22,
        (false, true) => 11,
        _ => 10,
    };
    let mut columns = if room >= 76 {
        let (group, secret, created) = if roomy { (14, 8, 10) } else { (9, 6, 9) };
        vec![
            (Cell::Of(Group), group),
            (Cell::Of(Key), KEY),
            (Cell::Secret, secret),
            (Cell::Of(Status), status),
            (Cell::Of(Created), created),
        ]
    } else if room >= 60 {
        vec![(Cell::Of(Group), 9), (Cell::Of(Key), KEY), (Cell::Of(Status), status)]
    } else if room >= KEY + 12 {
        vec![(Cell::Of(Key), KEY), (Cell::Of(Status), 1)]
    } else {
        vec![(Cell::Of(Status), 1)]
    };
    let left = |columns: &[(Cell, u16)]| {
        let taken: u16 = columns.iter().map(|(_, width)| width + gap).sum();
        room.saturating_sub(taken)
    };
    for (column, wide) in [(LastUsed, 11), (Expires, 10), (Modified, 10)] {
        if columns.len() >= 5 && left(&columns) >= COMFORT + wide + gap {
            columns.push((Cell::Of(column), wide));
        }
    }
    // On a very wide screen long group codes come before an ever longer description.
    let spare = left(&columns).saturating_sub(60).min(18);
    if let Some(group) = columns.iter_mut().find(|(cell, _)| *cell == Cell::Of(Group)) {
        group.1 += spare;
    }
    let description = left(&columns);
    columns.insert(0, (Cell::Of(Description), description));
    Plan { columns, gap }
}

impl Cell {
    /// The heading: digit, arrow when sorted, name; shorter where it would not fit.
    pub fn heading(self, width: u16, sort: Sort) -> String {
        let Self::Of(column) = self else { return "Secret".into() };
        let digit = Column::ALL.iter().position(|c| *c == column).map_or(0, |place| place + 1);
        let arrow = match (sort.column == Some(column), sort.descending) {
            (false, _) => ' ',
            (true, false) => '▲',
            (true, true) => '▼',
        };
        let name = match column {
            Column::Group if width < 12 => "Group",
            other => other.heading(),
        };
        if width < 4 { String::new() } else { format!("{digit}{arrow}{name}") }
    }

    /// What it says of a row.
    pub fn text(self, row: &KeyRow, width: u16, now: Time) -> String {
        let record = &row.record;
        let Self::Of(column) = self else {
            return MASK.chars().take(usize::from(width)).collect();
        };
        match column {
            Column::Description => described(row, width, now),
            Column::Group => escape(record.group.as_str()).into_owned(),
            Column::Key => record.key.to_string(),
            Column::Status => status(row, width).into(),
            Column::Created => brief(record.created, now, width),
            Column::LastUsed => record.last_used.map_or("never".into(), |at| brief(at, now, width)),
            Column::Expires => record.expires.map_or("never".into(), |at| brief(at, now, width)),
            Column::Modified => brief(record.modified, now, width),
        }
    }
}

/// The description, and the badge of its dates where there is room for all of both.
fn described(row: &KeyRow, width: u16, now: Time) -> String {
    let text = escape(row.record.description.as_str()).into_owned();
    let Some(badge) = row.record.badge(now) else { return text };
    let whole = format!("{text} · {}", badge.text(now));
    if cells(&whole) <= usize::from(width) { whole } else { text }
}

fn status(row: &KeyRow, width: u16) -> &'static str {
    match (row.record.status, row.unsaved, width) {
        (_, true, 22..) => "○ Disabled (not saved)",
        (_, true, 11..) => "○ Not saved",
        (Status::Active, false, 8..) => "● Active",
        (Status::Active, false, _) => "●",
        (Status::Disabled, false, 10..) => "○ Disabled",
        _ => "○",
    }
}

/// A relative time that fits: `59 m ago` for `59 min ago`, `2024-11` for a day long ago.
fn brief(time: Time, now: Time, width: u16) -> String {
    let text = relative(time, now);
    let room = usize::from(width);
    if text.len() <= room {
        return text;
    }
    let shorter = text.replace(" min", " m");
    if shorter.len() <= room { shorter } else { date(time).chars().take(7).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_fit_into_every_width() {
        for width in 0..300 {
            for unsaved in [false, true] {
                let plan = plan(width, unsaved);
                let taken: u16 = plan.columns.iter().map(|(_, w)| w + plan.gap).sum::<u16>() - plan.gap;
                assert!(width < 10 || taken + GUTTER + BAR <= width, "{width}: {plan:?}");
            }
        }
    }

    #[test]
    fn a_key_is_shown_whole_or_not_at_all_and_eighty_columns_show_all_six() {
        for width in 20..300 {
            let plan = plan(width, false);
            assert!(
                plan.columns.iter().all(|(cell, w)| *cell != Cell::Of(Column::Key) || *w == KEY),
                "{width}"
            );
        }
        assert_eq!(plan(80, false).columns.len(), 6);
        assert!(plan(80, false).columns[0].1 >= 14);
        assert_eq!(plan(200, false).columns.len(), 9);
    }

    #[test]
    fn headings_show_digit_and_arrow_and_fit_their_columns() {
        let down = Sort { column: Some(Column::Created), descending: true };
        for width in [60, 80, 100, 120, 200] {
            for (cell, wide) in plan(width, false).columns {
                let heading = cell.heading(wide, down);
                assert!(heading.chars().count() <= usize::from(wide), "{width}: {heading} in {wide}");
            }
        }
        assert_eq!(Cell::Of(Column::Created).heading(9, down), "5▼Created");
        assert_eq!(Cell::Of(Column::Description).heading(20, down), "1 Description");
    }
}
