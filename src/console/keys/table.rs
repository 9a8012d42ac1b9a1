//! The table of API Keys on screen, and the sentences about the row under the cursor.

use ratatui::Frame;
use ratatui::text::Span;

use super::KeysScreen;
use super::columns::{Cell, Plan, plan};
use crate::clock::relative;
use crate::console::grid::{self, GUTTER, GridColumn, GridRow, Position};
use crate::console::layout::Layout;
use crate::console::others::{self, Others, SIGN};
use crate::console::theme::Theme;
use crate::model::text::escape;
use crate::model::{Badge, Part, Status, Time};
use crate::registry::{Column, KeyRow};

impl KeysScreen {
    fn plan(&self, wide: u16) -> Plan {
        plan(wide, self.rows.known().iter().any(|row| row.unsaved))
    }
}

/// Draws headings and rows.
pub fn draw(screen: &KeysScreen, others: &Others, frame: &mut Frame, at: Layout, theme: Theme, now: Time) {
    let plan = screen.plan(at.body.width);
    let columns: Vec<GridColumn> = plan
        .columns
        .iter()
        .map(|(cell, width)| GridColumn {
            heading: cell.heading(*width, screen.sort),
            width: *width,
            sorted: screen.sort.column.is_some() && *cell == sorted(screen),
        })
        .collect();
    let first = screen.rows.first();
    let known = screen.rows.known();
    let rows = (first..).zip(known).enumerate();
    let rows = rows
        .take(usize::from(at.body.height))
        .map(|(at, (place, row))| {
            let news = others.made(row.revision, row.record.modified, now);
            let beside = (at.checked_sub(1).and_then(|above| known.get(above)), known.get(at + 1));
            grid_row(screen, &plan, place, row, (news, joined(row, beside)), theme, now)
        })
        .collect();
    grid::draw(frame, at, theme, &columns, rows, plan.gap, Position::of(&screen.rows));
}

fn sorted(screen: &KeysScreen) -> Cell {
    Cell::Of(screen.sort.column.unwrap_or(Column::Created))
}

fn grid_row(
    screen: &KeysScreen,
    plan: &Plan,
    place: u64,
    row: &KeyRow,
    (news, joined): (bool, &str),
    theme: Theme,
    now: Time,
) -> GridRow {
    let marked = screen.is_marked(place, row);
    let early = screen.preview().is_some();
    let pending = screen.pending().iter().find_map(|pending| pending.word_for(&row.record));
    let cell = |(cell, width): &(Cell, u16)| {
        let status = *cell == Cell::Of(Column::Status);
        let text = match pending {
            // What it was saved as is not verified yet, and when it was used is not known.
            _ if early && status => if *width < 8 { "…" } else { "checking" }.to_owned(),
            _ if early && *cell == Cell::Of(Column::LastUsed) => "…".to_owned(),
            _ if early && *cell == Cell::Of(Column::Description) => {
                escape(row.record.description.as_str()).into_owned()
            }
            Some(word) if status => format!("… {word}"),
            _ if *cell == Cell::Of(Column::Description) => format!("{joined}{}", cell.text(row, *width, now)),
            _ => cell.text(row, *width, now),
        };
        let style = match cell {
            Cell::Secret => theme.dim(),
            _ if early => {
                if status {
                    theme.dim()
                } else {
                    theme.text()
                }
            }
            _ if status && (pending.is_some() || row.unsaved) => theme.warning(),
            _ if status && row.record.status == Status::Active => theme.good(),
            _ if row.record.status == Status::Disabled => theme.dim(),
            Cell::Of(_) => theme.text(),
        };
        (text, style)
    };
    let mark = match (marked, news) {
        (true, _) => Span::styled("*", theme.marked()),
        (false, true) => Span::styled(SIGN, theme.dim()),
        (false, false) => Span::raw(" "),
    };
    let flag =
        flag(row, now).filter(|_| !early).map_or(Span::raw(" "), |sign| Span::styled(sign, theme.warning()));
    GridRow { gutter: vec![mark, flag], cells: plan.columns.iter().map(cell).collect(), marked }
}

/// What joins the two keys of a rotation: the successor above, the old key below; or that the other is elsewhere.
fn joined(row: &KeyRow, (above, below): (Option<&KeyRow>, Option<&KeyRow>)) -> &'static str {
    let is = |beside: Option<&KeyRow>, other| beside.is_some_and(|beside| beside.record.key == other);
    match row.rotation {
        None => "",
        Some(half) if half.part == Part::New && is(below, half.other) => "╭ ",
        Some(half) if half.part == Part::Old && is(above, half.other) => "╰ ",
        Some(_) => "↻ ",
    }
}

/// The sign before a row that needs a look: the line below the table says why.
fn flag(row: &KeyRow, now: Time) -> Option<&'static str> {
    if row.unsaved || !row.record.secret_copied {
        Some("!")
    } else {
        row.record.badge(now).map(|badge| match badge {
            Badge::Expired(_) => "x",
            Badge::Overdue(_) => "o",
            Badge::Expires(_) => "e",
            Badge::Due(_) => "d",
        })
    }
}

/// What the badge of a row means, and what to do.
pub fn dated(badge: Badge, now: Time) -> String {
    match badge {
        Badge::Expired(at) => {
            format!("x Expired {}: refused as Invalid API Key; e changes it", relative(at, now))
        }
        Badge::Overdue(at) => format!("o Overdue: its rotation was due {}", relative(at, now)),
        Badge::Expires(_) => format!("e {}; e gives it a later date", badge.text(now)),
        Badge::Due(at) => format!("d Due: its rotation comes {}", relative(at, now)),
    }
}

/// What is known of a row beyond its cells: one line, and one about what is odd.
pub fn describe(row: &KeyRow, news: bool, now: Time) -> (String, Option<String>) {
    let record = &row.record;
    let mut parts = vec![escape(record.description.as_str()).into_owned(), record.group.to_string()];
    if news {
        parts.insert(1, others::words(&record.modified_by, record.modified, now));
    }
    if let Some(owner) = &record.owner {
        parts.push(format!("owner {}", escape(owner.as_str())));
    }
    parts.extend(row.rotation.map(|half| match half.part {
        Part::Old => "hands over (r)".to_owned(),
        Part::New => "takes over (r)".to_owned(),
    }));
    parts.push(record.last_used.map_or("never used".into(), |at| format!("last used {}", relative(at, now))));
    if let Some(at) = record.expires.filter(|_| !record.expired_at(now)) {
        parts.push(format!("expires {}", relative(at, now)));
    }
    let odd = if row.unsaved {
        Some("! Disabled (not saved): refused from memory; Enter says more".to_owned())
    } else if !record.secret_copied {
        Some("! Secret never confirmed as copied; Enter says what to do".to_owned())
    } else {
        record.badge(now).map(|badge| dated(badge, now))
    };
    (parts.join(" · "), odd)
}

/// What the table is sorted by, where the heading does not fit that would say so.
pub fn unseen_sort(screen: &KeysScreen, wide: u16) -> Option<String> {
    let cell = Cell::Of(screen.sort.column?);
    let says = |(other, width): &(Cell, u16)| *other == cell && !cell.heading(*width, screen.sort).is_empty();
    (!screen.plan(wide).columns.iter().any(says)).then(|| cell.heading(u16::MAX, screen.sort))
}

/// The column whose heading is at this column of the terminal.
pub fn header_at(screen: &KeysScreen, wide: u16, x: u16) -> Option<Column> {
    let plan = screen.plan(wide);
    let mut left = GUTTER;
    for (cell, width) in plan.columns {
        if (left..left + width).contains(&x) {
            return match cell {
                Cell::Of(column) => Some(column),
                Cell::Secret => None,
            };
        }
        left += width + plan.gap;
    }
    None
}
