//! How the editor of a record filter looks: conditions, scheme with a caret under its error, how both read.
//!
//! Draws what the state says and changes nothing.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{FilterEditor, OPERATOR};
use crate::console::draw::{fit, modal, pad, wrap};
use crate::console::layer::Stage;
use crate::model::text::escape;
use crate::model::{FilterError, Operator};

/// Columns of the operators.
const OPERATORS: usize = 12;

/// Columns before the scheme's text.
const SHIFT: usize = "  Scheme  ".len();

impl FilterEditor {
    /// Draws it over the area.
    pub fn view(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let rows = u16::try_from(self.rows.len()).unwrap_or(u16::MAX);
        let title = format!("Record filter on {}", escape(&self.table));
        let inner = modal(frame, area, &title, area.width.min(90), rows.saturating_add(12).max(16), theme);
        if inner.is_empty() {
            return;
        }
        let columns = usize::from(inner.width);
        let below = self.below(columns, stage);
        let tail = u16::try_from(below.len()).unwrap_or(0).min(inner.height.saturating_sub(3));
        let room = inner.height.saturating_sub(tail + 2).max(1);
        let first = (self.row.min(self.rows.len() - 1) + 1).saturating_sub(usize::from(room));
        for (y, place) in (0..room).zip(first..self.rows.len()) {
            let line = Rect { y: inner.y + y, height: 1, ..inner }.intersection(inner);
            self.condition(frame, line, place, stage);
        }
        let shown = room.min(rows);
        let at = Rect { y: inner.y.saturating_add(shown), height: 1, ..inner }.intersection(inner);
        self.scheme_line(frame, at, stage);
        let mut y = at.y.saturating_add(1);
        if let Some(Err(FilterError { at: Some(place), .. })) = self.verdict()
            && SHIFT + place <= columns
        {
            let caret = format!("{}^", " ".repeat(SHIFT + place.saturating_sub(1)));
            let line = Rect { y, height: 1, ..inner }.intersection(inner);
            frame.render_widget(Paragraph::new(Line::styled(fit(&caret, columns), theme.bad())), line);
        }
        y = y.saturating_add(1);
        let rest = Rect { y, height: inner.bottom().saturating_sub(y), ..inner }.intersection(inner);
        frame.render_widget(Paragraph::new(below), rest);
    }

    fn scheme_line(&self, frame: &mut Frame, at: Rect, stage: Stage) {
        let theme = stage.theme;
        let focused = self.row == self.rows.len();
        let sign = if focused { "▸ " } else { "  " };
        let style = if focused { theme.accent() } else { theme.text() };
        frame.render_widget(Paragraph::new(Line::styled(format!("{sign}Scheme  "), style)), at);
        let shift = u16::try_from(SHIFT).unwrap_or(0).min(at.width);
        let place = Rect { x: at.x + shift, width: at.width - shift, ..at };
        if self.scheme.is_empty() && !focused {
            let text = Line::styled("empty: all conditions with AND", theme.dim());
            frame.render_widget(Paragraph::new(text), place);
        } else {
            self.scheme.view(frame, place, theme.field(), focused);
        }
    }

    fn condition(&self, frame: &mut Frame, line: Rect, place: usize, stage: Stage) {
        let theme = stage.theme;
        let row = &self.rows[place];
        let focused = place == self.row;
        let bad =
            self.tried && matches!(self.verdict(), Some(Err(error)) if error.condition == Some(place + 1));
        let sign = if focused { "▸" } else { " " };
        let number = format!("{sign}{}{:>3} ", if bad { "✗" } else { " " }, place + 1);
        let style = match (bad, focused) {
            (true, _) => theme.bad(),
            (false, true) => theme.accent(),
            (false, false) => theme.text(),
        };
        frame.render_widget(Paragraph::new(Line::styled(number, style)), line);
        let start = 6.min(line.width);
        let width = usize::from(line.width - start);
        let name = (width.saturating_sub(OPERATORS) * 2 / 5).min(30);
        let cell = |from: usize, columns: usize| {
            let x = line.x.saturating_add(start).saturating_add(u16::try_from(from).unwrap_or(0));
            Rect { x, y: line.y, width: u16::try_from(columns).unwrap_or(0), height: 1 }.intersection(line)
        };
        row.field.view(frame, cell(0, name), theme.field(), focused && self.cell == 0);
        let style = if focused && self.cell == OPERATOR { theme.selected() } else { theme.accent() };
        let operator = Line::from(Span::styled(fit(row.operator.symbol(), OPERATORS), style));
        frame.render_widget(Paragraph::new(operator), cell(name + 1, OPERATORS - 1));
        let value = width.saturating_sub(name + OPERATORS + 1);
        let on_value = focused && self.cell == 2;
        if row.operator != Operator::IsEmpty || on_value || !row.value.is_empty() {
            row.value.view(frame, cell(name + OPERATORS + 1, value), theme.field(), on_value);
        }
    }

    /// How it reads, or what is wrong; what to watch; what to write.
    fn below(&self, columns: usize, stage: Stage) -> Vec<Line<'static>> {
        let theme = stage.theme;
        let mut lines = Vec::new();
        let mut say = |text: &str, style| {
            lines.extend(wrap(text, columns).into_iter().map(|line| Line::styled(line, style)));
        };
        if self.leaving {
            say("! Esc again leaves without these changes; ^S keeps them.", theme.warning());
        }
        if self.renumbered {
            say(
                "! The conditions were renumbered: check that the scheme still means the same.",
                theme.warning(),
            );
        }
        match self.verdict() {
            None => say("No conditions: every record may be seen. ^S keeps it so.", theme.dim()),
            Some(Ok(expression)) => say(&format!("reads as  {}", escape(&expression)), theme.good()),
            Some(Err(error)) => say(&format!("✗ {}", escape(&error.to_string())), theme.bad()),
        }
        let hint = match (self.row < self.rows.len(), self.cell) {
            (false, _) => "such as 1 AND (2 OR 3); AND binds before OR; empty joins all with AND",
            (true, 0) => "the record's field; ^N adds a condition, ^X takes this one out",
            (true, OPERATOR) => "Space or ← → chooses another operator",
            (true, _) => "HR, 12.5, true, 2026-03-01; '12' for a text; a, b, c for in",
        };
        say(&pad(hint, columns), theme.dim());
        lines
    }
}
