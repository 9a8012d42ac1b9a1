//! The table of Logon History on screen, and the lines about the row under the cursor.

use ratatui::Frame;
use ratatui::style::Style;

use super::HistoryScreen;
use crate::clock::{exact, relative, short};
use crate::console::draw::grouped;
use crate::console::grid::{self, BAR, GUTTER, GridColumn, GridRow};
use crate::console::layout::Layout;
use crate::console::theme::Theme;
use crate::model::text::escape;
use crate::model::{LogonResult, LogonRow, Time};
use crate::registry::{LogonColumn, LogonSort, Rhythm};

/// From this width on times are written out and requests show.
const ROOMY: u16 = 97;
/// From this width on all columns show.
const SPACIOUS: u16 = 125;

/// The columns that fit, each with its width, and the gap between them.
fn plan(width: u16) -> (Vec<(LogonColumn, u16)>, u16) {
    use LogonColumn::{Agent, Count, Key, Result, Source, Target, Time};
    let room = width.saturating_sub(GUTTER + BAR);
    let (mut columns, gap) = if room >= SPACIOUS {
        (vec![(Time, 16), (Result, 14), (Count, 8), (Key, 0), (Source, 15), (Agent, 16), (Target, 18)], 2)
    } else if room >= ROOMY {
        (vec![(Time, 16), (Result, 14), (Count, 7), (Key, 0), (Source, 15), (Target, 18)], 2)
    } else if room >= 76 {
        (vec![(Time, 10), (Result, 14), (Count, 7), (Key, 0), (Source, 15)], 1)
    } else if room >= 54 {
        (vec![(Time, 10), (Result, 14), (Key, 0), (Source, 12)], 1)
    } else {
        (vec![(Time, 10.min(room / 3)), (Result, 1), (Key, 0)], 1)
    };
    let gaps = u16::try_from(columns.len() - 1).unwrap_or(0) * gap;
    let taken: u16 = columns.iter().map(|(_, wide)| wide).sum::<u16>() + gaps;
    let rest = room.saturating_sub(taken);
    for (column, wide) in &mut columns {
        if *column == Key {
            *wide = rest;
        }
    }
    (columns, gap)
}

fn heading(column: LogonColumn, width: u16, sort: LogonSort) -> String {
    let digit = LogonColumn::ALL.iter().position(|c| *c == column).map_or(0, |place| place + 1);
    let arrow = match (sort.column == Some(column), sort.descending) {
        (false, _) => ' ',
        (true, false) => '▲',
        (true, true) => '▼',
    };
    if width < 4 { String::new() } else { format!("{digit}{arrow}{}", column.heading()) }
}

/// The sign and word of a result; the sign alone where there is no room.
fn result_words(result: LogonResult, width: u16) -> &'static str {
    match (result, width) {
        (LogonResult::Accepted, 0..10) => "✔",
        (_, 0..10) => "✗",
        (LogonResult::Accepted, _) => "✔ Accepted",
        (LogonResult::Invalid, _) => "✗ Invalid",
        (LogonResult::Insufficient, _) => "✗ Insufficient",
    }
}

/// What the Key was for; the Key itself where that is not known.
fn key_words(row: &LogonRow) -> String {
    match (&row.key, row.description.as_str()) {
        (Some(key), "") => key.to_string(),
        (None, "") => "no Key".into(),
        (_, description) => escape(description).into_owned(),
    }
}

fn cell(column: LogonColumn, width: u16, row: &LogonRow, now: Time, theme: Theme) -> (String, Style) {
    let safe = |text: &str| escape(text).into_owned();
    match column {
        LogonColumn::Time if width >= 16 => (short(row.time), theme.dim()),
        LogonColumn::Time => (relative(row.time, now), theme.dim()),
        LogonColumn::Result => {
            let style = match row.result {
                LogonResult::Accepted => theme.good(),
                LogonResult::Invalid => theme.bad(),
                LogonResult::Insufficient => theme.warning(),
            };
            (result_words(row.result, width).into(), style)
        }
        LogonColumn::Count => (grouped(row.count), theme.text()),
        LogonColumn::Key if row.description.is_empty() => (key_words(row), theme.dim()),
        LogonColumn::Key => (key_words(row), theme.text()),
        LogonColumn::Source => (safe(&row.source), theme.text()),
        LogonColumn::Agent => (safe(&row.agent), theme.dim()),
        LogonColumn::Target => (safe(&row.target()), theme.text()),
    }
}

/// Draws headings and rows.
pub fn draw(screen: &HistoryScreen, frame: &mut Frame, at: Layout, theme: Theme, now: Time) {
    let (plan, gap) = plan(at.body.width);
    let column = |(column, width): &(LogonColumn, u16)| GridColumn {
        heading: heading(*column, *width, screen.sort),
        width: *width,
        sorted: screen.sort.column == Some(*column),
    };
    let columns: Vec<GridColumn> = plan.iter().map(column).collect();
    let row = |row: &LogonRow| GridRow {
        gutter: vec!["  ".into()],
        cells: plan.iter().map(|(column, width)| cell(*column, *width, row, now, theme)).collect(),
        marked: false,
    };
    grid::list(frame, at, theme, &columns, &screen.rows, row, gap);
}

/// What the table is sorted by, where the heading does not fit that would say so.
pub fn unseen_sort(sort: LogonSort, wide: u16) -> Option<String> {
    let column = sort.column?;
    let says =
        |(other, width): &(LogonColumn, u16)| *other == column && !heading(column, *width, sort).is_empty();
    (!plan(wide).0.iter().any(says)).then(|| heading(column, u16::MAX, sort))
}

/// The column whose heading is at this column of the terminal.
pub fn header_at(width: u16, x: u16) -> Option<LogonColumn> {
    let (plan, gap) = plan(width);
    let mut left = GUTTER;
    plan.into_iter().find_map(|(column, wide)| {
        let hit = (left..left + wide).contains(&x);
        left += wide + gap;
        hit.then_some(column)
    })
}

/// Thirty days as one line of bars; a day without a call is a dot.
pub fn sparkline(calls: &[u64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = calls.iter().copied().max().unwrap_or(0).max(1);
    let bar = |count: u64| {
        let eighth = (u128::from(count) * 8).div_ceil(u128::from(most)).saturating_sub(1);
        BARS[usize::try_from(eighth).unwrap_or(7).min(7)]
    };
    calls.iter().map(|count| if *count == 0 { '·' } else { bar(*count) }).collect()
}

/// A key's calls in words and bars.
pub fn rhythm_words(rhythm: &Rhythm, now: Time) -> String {
    let total: u64 = rhythm.calls.iter().sum();
    let last = rhythm.last.as_ref().map_or("never used".to_owned(), |last| {
        let agent =
            if last.agent.is_empty() { String::new() } else { format!(" by {}", escape(&last.agent)) };
        format!("last {} from {}{agent}", relative(last.time, now), escape(&last.source))
    });
    format!("30 days {} {} calls · {last}", sparkline(&rhythm.calls), grouped(total))
}

/// What is known of a row beyond its cells, and how its key is used; what is wrong with the history goes first.
pub fn describe(screen: &HistoryScreen, row: &LogonRow, now: Time) -> (String, String) {
    let mut parts = vec![exact(row.time), key_words(row)];
    parts.extend(row.key.filter(|_| !row.description.is_empty()).map(|key| key.to_string()));
    for text in [row.source.clone(), row.agent.clone(), row.target()] {
        if !text.is_empty() {
            parts.push(escape(&text).into_owned());
        }
    }
    parts.extend(row.reference().map(|reference| format!("ref {reference}")));
    let second = match (&screen.trouble, screen.rhythm()) {
        (Some(trouble), _) => format!("! {trouble}"),
        (None, Some(rhythm)) => rhythm_words(rhythm, now),
        (None, None) => String::new(),
    };
    (parts.join(" · "), second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_fit_into_every_width() {
        for width in 0..300 {
            let (columns, gap) = plan(width);
            let taken = columns.iter().map(|(_, w)| w + gap).sum::<u16>() - gap;
            assert!(width < 12 || taken + GUTTER + BAR <= width, "{width}: {columns:?}");
        }
    }

    #[test]
    fn a_heading_is_found_where_it_is_drawn() {
        assert_eq!(header_at(120, GUTTER), Some(LogonColumn::Time));
        assert_eq!(header_at(120, GUTTER + 18), Some(LogonColumn::Result));
        assert_eq!(header_at(120, 0), None);
        let sort = LogonSort { column: Some(LogonColumn::Count), descending: true };
        assert_eq!(heading(LogonColumn::Count, 8, sort), "3▼Count");
        assert_eq!(heading(LogonColumn::Time, 8, sort), "1 When");
    }

    #[test]
    fn bars_grow_with_the_calls_and_no_call_is_no_bar() {
        assert_eq!(sparkline(&[0, 1, 50, 100]), "·▁▄█");
        assert_eq!(sparkline(&[0, 0]), "··");
        assert_eq!(sparkline(&[u64::MAX, 1]), "█▁");
    }
}
