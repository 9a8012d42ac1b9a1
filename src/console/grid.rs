//! A table on screen: headings, padded cells, the row under the cursor, the scrollbar. What the cells say is not its matter.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::draw::{grouped, pad, width};
use super::layout::Layout;
use super::rows::Rows;
use super::theme::Theme;

/// One column: its heading and how wide it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridColumn {
    /// The heading, at most so wide.
    pub heading: String,
    /// Columns of the terminal.
    pub width: u16,
    /// Whether the table is sorted by it.
    pub sorted: bool,
}

impl GridColumn {
    /// One that the table is not sorted by.
    pub fn plain(heading: &str, width: u16) -> Self {
        Self { heading: heading.into(), width, sorted: false }
    }
}

/// One row, ready to be drawn.
#[derive(Debug, Clone)]
pub struct GridRow {
    /// Signs before the first cell: two columns, and one of air.
    pub gutter: Vec<Span<'static>>,
    /// The cells' texts and styles.
    pub cells: Vec<(String, Style)>,
    /// Whether it is marked.
    pub marked: bool,
}

/// Where the window stands in the list.
#[derive(Debug, Clone, Copy)]
pub struct Position {
    /// Number of the first row shown.
    pub first: u64,
    /// How many rows there are.
    pub total: u64,
    /// Place of the cursor among the rows shown.
    pub cursor: usize,
}

impl Position {
    /// Of this window.
    pub fn of<T>(rows: &Rows<T>) -> Self {
        Self { first: rows.first(), total: rows.total(), cursor: rows.shown_cursor() }
    }
}

/// Columns before the first cell.
pub const GUTTER: u16 = 3;
/// Columns after the last one, for the scrollbar.
pub const BAR: u16 = 1;

/// Draws headings and the known rows of a window, each as `row` makes it; `gap` columns between cells.
pub fn list<T>(
    frame: &mut Frame,
    at: Layout,
    theme: Theme,
    columns: &[GridColumn],
    rows: &Rows<T>,
    row: impl Fn(&T) -> GridRow,
    gap: u16,
) {
    let shown = rows.known().iter().take(usize::from(at.body.height)).map(row).collect();
    draw(frame, at, theme, columns, shown, gap, Position::of(rows));
}

/// Draws headings and rows; `gap` columns between cells.
pub fn draw(
    frame: &mut Frame,
    at: Layout,
    theme: Theme,
    columns: &[GridColumn],
    rows: Vec<GridRow>,
    gap: u16,
    position: Position,
) {
    let space = " ".repeat(usize::from(gap));
    let mut header = vec![Span::raw(" ".repeat(usize::from(GUTTER)))];
    for column in columns {
        let style = if column.sorted { theme.accent() } else { theme.title() };
        header.push(Span::styled(pad(&column.heading, usize::from(column.width)), style));
        header.push(Span::raw(space.clone()));
    }
    frame.render_widget(Paragraph::new(Line::from(header)), at.header);
    let shown = rows.len();
    let lines: Vec<Line> = rows
        .into_iter()
        .enumerate()
        .map(|(place, row)| line(row, columns, &space, place == position.cursor, at.body.width, theme))
        .collect();
    frame.render_widget(Paragraph::new(lines), at.body);
    scrollbar(frame, at.body, theme, shown as u64, position);
}

fn line(
    row: GridRow,
    columns: &[GridColumn],
    space: &str,
    selected: bool,
    full: u16,
    theme: Theme,
) -> Line<'static> {
    let mut spans = row.gutter;
    spans.push(Span::raw(" "));
    for ((text, style), column) in row.cells.into_iter().zip(columns) {
        let style = if row.marked { style.patch(theme.marked()) } else { style };
        spans.push(Span::styled(pad(&text, usize::from(column.width)), style));
        spans.push(Span::raw(space.to_owned()));
    }
    let mut line = Line::from(spans);
    if selected {
        // One plain bar: cell colours would make it a patchwork when reversed.
        let used: usize = line.spans.iter().map(|span| width(&span.content)).sum();
        let bar = usize::from(full.saturating_sub(BAR));
        for span in &mut line.spans {
            span.style = theme.text();
        }
        line.push_span(Span::raw(" ".repeat(bar.saturating_sub(used))));
        line = line.style(theme.selected());
    }
    line
}

fn scrollbar(frame: &mut Frame, body: Rect, theme: Theme, shown: u64, position: Position) {
    if body.is_empty() {
        return;
    }
    let track = Rect { x: body.right() - 1, width: 1, ..body };
    let blank: Vec<Line> =
        (0..body.height).map(|row| bar_cell(row, body.height, shown, position, theme)).collect();
    frame.render_widget(Paragraph::new(blank).alignment(Alignment::Right), track);
}

fn bar_cell(row: u16, height: u16, shown: u64, position: Position, theme: Theme) -> Line<'static> {
    if position.total <= shown || shown == 0 {
        return Line::raw(" ");
    }
    let height = u64::from(height);
    let thumb = (height * shown / position.total).max(1);
    let travel = height - thumb;
    let top = (position.first.min(position.total - shown) * travel)
        .checked_div(position.total - shown)
        .unwrap_or(0);
    let on = (top..top + thumb).contains(&u64::from(row));
    if on { Line::styled("█", theme.dim()) } else { Line::styled("│", theme.dim()) }
}

/// `18-35 of 240`, for the line above the table; nothing when all is in sight.
pub fn span_of(first: u64, shown: u64, total: u64) -> String {
    if total <= shown || shown == 0 {
        return String::new();
    }
    format!("{}-{} of {}", grouped(first + 1), grouped(first + shown), grouped(total))
}
