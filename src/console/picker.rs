//! A list to pick from: typing filters it, arrows move, Enter picks.
//!
//! The choices are either all here, or a window of something long that its owner asks the door for: then the picker
//! says what it wants ([`Picker::wanted`]) and takes the rows when they come. It must not know what is picked.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::action::Action;
use super::draw::{fit, modal, pad, width};
use super::field::Field;
use super::layer::Stage;
use crate::model::text::escape;

/// How many rows a picker shows, and the most it ever asks for.
pub const ROWS: u32 = 8;

/// One thing that can be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What stands for it: a code that is parsed when the form is saved.
    pub code: String,
    /// What is read first; not escaped.
    pub name: String,
    /// What explains it; not escaped.
    pub detail: String,
    /// Something to be careful about: shown once it is picked.
    pub warning: Option<String>,
}

/// What a picker wants after an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// Nothing.
    Stay,
    /// Rows: see [`Picker::wanted`].
    Ask,
    /// This was picked.
    Picked(Choice),
    /// It is closed without a pick.
    Closed,
}

/// Which rows of a long list are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Words that must all be found.
    pub text: String,
    /// Rows before the first one wanted.
    pub offset: u64,
}

/// A list that filters as one types.
#[derive(Debug, Clone)]
pub struct Picker {
    title: &'static str,
    filter: Field,
    /// All choices, where they are all here.
    fixed: Option<Vec<Choice>>,
    rows: Vec<Choice>,
    offset: u64,
    total: u64,
    of: u64,
    cursor: u64,
    /// Rows were asked for and have not come yet.
    waiting: bool,
    /// Enter was pressed meanwhile: the row under the cursor is picked when it comes.
    eager: bool,
}

impl Picker {
    /// A list whose choices are all here, with the cursor on the one that has this code.
    pub fn of(title: &'static str, choices: Vec<Choice>, code: &str) -> Self {
        let mut picker = Self::windowed(title);
        picker.cursor =
            choices.iter().position(|c| c.code == code).and_then(|i| u64::try_from(i).ok()).unwrap_or(0);
        picker.of = u64::try_from(choices.len()).unwrap_or(0);
        picker.total = picker.of;
        picker.rows.clone_from(&choices);
        picker.fixed = Some(choices);
        picker.waiting = false;
        picker
    }

    /// A list whose rows must be asked for; nothing is known of it yet.
    pub fn windowed(title: &'static str) -> Self {
        let filter = Field::new(100);
        let (rows, offset, total, of, cursor) = (Vec::new(), 0, 0, 0, 0);
        Self { title, filter, fixed: None, rows, offset, total, of, cursor, waiting: true, eager: false }
    }

    /// The rows that must be asked for now.
    pub fn wanted(&self) -> Wanted {
        let reach = u64::from(ROWS);
        let offset = if self.cursor < self.offset {
            self.cursor
        } else {
            self.offset.max((self.cursor + 1).saturating_sub(reach))
        };
        Wanted { text: self.filter.text().to_owned(), offset }
    }

    /// Takes the rows of the last window asked for.
    pub fn fill(&mut self, rows: Vec<Choice>, offset: u64, total: u64, of: u64) -> Pick {
        (self.rows, self.offset, self.total, self.of) = (rows, offset, total, of);
        self.waiting = false;
        self.cursor = self.cursor.min(self.total.saturating_sub(1));
        if std::mem::take(&mut self.eager) { self.pick() } else { Pick::Stay }
    }

    /// Does what the person means.
    pub fn act(&mut self, action: Action) -> Pick {
        let last = self.total.saturating_sub(1);
        match action {
            Action::Up => self.move_to(self.cursor.saturating_sub(1)),
            Action::Down => self.move_to(self.cursor.saturating_add(1).min(last)),
            Action::PageUp => self.move_to(self.cursor.saturating_sub(u64::from(ROWS))),
            Action::PageDown => self.move_to(self.cursor.saturating_add(u64::from(ROWS)).min(last)),
            Action::Submit if self.waiting => {
                self.eager = true;
                Pick::Stay
            }
            Action::Submit => self.pick(),
            Action::Back => Pick::Closed,
            Action::Type(key) => {
                let before = self.filter.text().to_owned();
                self.filter.press(&key);
                if self.filter.text() == before { Pick::Stay } else { self.refilter() }
            }
            _ => Pick::Stay,
        }
    }

    /// Pasted text goes into the filter.
    pub fn paste(&mut self, text: &str) -> Pick {
        self.filter.paste(text);
        self.refilter()
    }

    fn pick(&self) -> Pick {
        let row = self.cursor.checked_sub(self.offset).and_then(|row| usize::try_from(row).ok());
        row.and_then(|row| self.rows.get(row)).cloned().map_or(Pick::Stay, Pick::Picked)
    }

    fn move_to(&mut self, cursor: u64) -> Pick {
        self.cursor = cursor;
        let loaded = u64::try_from(self.rows.len()).unwrap_or(0);
        let here = cursor >= self.offset && cursor < self.offset.saturating_add(loaded);
        if here || self.fixed.is_some() || self.total == 0 {
            return Pick::Stay;
        }
        self.waiting = true;
        Pick::Ask
    }

    fn refilter(&mut self) -> Pick {
        (self.cursor, self.offset) = (0, 0);
        let Some(all) = &self.fixed else {
            self.waiting = true;
            return Pick::Ask;
        };
        let text = self.filter.text().to_lowercase();
        let fits = |choice: &&Choice| {
            let line = format!("{} {} {}", choice.code, choice.name, choice.detail).to_lowercase();
            text.split_whitespace().all(|word| line.contains(word))
        };
        self.rows = all.iter().filter(fits).cloned().collect();
        self.total = u64::try_from(self.rows.len()).unwrap_or(0);
        Pick::Stay
    }

    /// Draws it over the middle of the area.
    pub fn view(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let most = u16::try_from(ROWS).unwrap_or(8);
        let rows = u16::try_from(self.of).unwrap_or(most).clamp(3, most);
        let inner = modal(frame, area, self.title, 66, rows + 4, theme);
        if inner.is_empty() {
            return;
        }
        let count = format!("{} of {}", self.total, self.of);
        let label = "Filter: ";
        let line = |y: u16| Rect { y: inner.y + y, height: 1, ..inner }.intersection(inner);
        let top = line(0);
        frame.render_widget(Paragraph::new(Line::styled(label, theme.dim())), top);
        let shift = u16::try_from(width(label)).unwrap_or(0).min(top.width);
        let tail = u16::try_from(width(&count) + 1).unwrap_or(0);
        let box_width = top.width.saturating_sub(shift + tail);
        self.filter.view(frame, Rect { x: top.x + shift, width: box_width, ..top }, theme.field(), true);
        if top.width > shift + tail {
            frame.render_widget(Paragraph::new(Line::styled(count, theme.dim()).right_aligned()), top);
        }
        let room = usize::from(inner.height.saturating_sub(2));
        let body = Rect { y: inner.y.saturating_add(2), height: inner.height.saturating_sub(2), ..inner };
        let lines =
            if self.rows.is_empty() { vec![self.empty(stage)] } else { self.lines(body.width, room, stage) };
        frame.render_widget(Paragraph::new(lines), body.intersection(inner));
    }

    fn empty(&self, stage: Stage) -> Line<'static> {
        let text =
            if self.waiting { "looking…" } else { "Nothing matches. Take letters away with Backspace." };
        Line::styled(text, stage.theme.dim())
    }

    fn lines(&self, columns: u16, room: usize, stage: Stage) -> Vec<Line<'static>> {
        let theme = stage.theme;
        let columns = usize::from(columns);
        let names = self.rows.iter().map(|c| width(&escape(&c.name))).max().unwrap_or(0).min(columns / 2);
        let at = usize::try_from(self.cursor.saturating_sub(self.offset)).unwrap_or(0);
        let skip = (at + 1).saturating_sub(room);
        let row = |(place, choice): (usize, &Choice)| {
            let name = pad(&escape(&choice.name), names);
            let rest = columns.saturating_sub(names + 4);
            let detail = pad(&escape(&choice.detail), rest);
            let sign = if place == at { "▸ " } else { "  " };
            let detail_style = if choice.warning.is_some() { theme.warning() } else { theme.dim() };
            let spans =
                vec![Span::raw(sign), Span::raw(name), Span::raw("  "), Span::styled(detail, detail_style)];
            let line = Line::from(spans);
            if place == at { line.style(theme.selected()) } else { line }
        };
        self.rows.iter().enumerate().skip(skip).take(room).map(row).collect()
    }
}

/// A choice as one line of a form: name, then what explains it.
pub fn summary(choice: &Choice, columns: usize) -> String {
    let name = escape(&choice.name).into_owned();
    let whole = if choice.detail.is_empty() { name } else { format!("{name}  {}", escape(&choice.detail)) };
    fit(&whole, columns)
}

#[cfg(test)]
mod tests;
