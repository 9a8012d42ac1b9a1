//! Two people edited one record: both versions, field by field, and the question which one it shall be.
//!
//! Shows and asks; the form or the editor above which it lies does what was chosen. Takes escaped text only.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::action::Action;
use super::draw::{modal, pad, wrap};
use super::layer::Stage;
use super::sheet::Scroll;
use super::theme::Theme;
use crate::registry::{Command, Current};

mod group;

pub use group::rows_of_groups;

/// Widest it gets.
const WIDEST: u16 = 92;
/// From this width on the versions stand side by side.
const BESIDE: u16 = 56;
/// Columns of the field's name when they do.
const NAME: usize = 16;

/// One field of which the two hold different versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// As it stands in the form.
    pub mine: String,
    /// As it is saved now.
    pub theirs: String,
    /// Whether the person in front changed it at all.
    pub touched: bool,
}

/// What the person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Back to the form, as it was left.
    Form,
    /// Leave the record as it is saved now.
    Theirs,
    /// Own changes on top of what is saved now.
    Mine,
}

impl Choice {
    const ALL: [Self; 3] = [Self::Form, Self::Theirs, Self::Mine];

    const fn label(self, short: bool) -> &'static str {
        match (self, short) {
            (Self::Form, false) => "Back to the form",
            (Self::Form, true) => "Back",
            (Self::Theirs, false) => "Keep theirs",
            (Self::Theirs, true) => "Theirs",
            (Self::Mine, false) => "Mine on top",
            (Self::Mine, true) => "Mine",
        }
    }

    const fn meaning(self) -> &'static str {
        match self {
            Self::Form => "Nothing is saved, and nothing you typed is lost.",
            Self::Theirs => "Your changes are thrown away; it stays as it is now.",
            Self::Mine => "What you changed is saved over it; all else stays as it is now.",
        }
    }
}

/// Both versions, and the question.
#[derive(Debug)]
pub struct Collision {
    title: String,
    who: String,
    rows: Vec<Row>,
    focus: Choice,
    scroll: Scroll,
    /// The record as it is saved now.
    pub theirs: Current,
}

impl Collision {
    /// `who` is a sentence: who saved it, and when.
    pub fn new(title: String, who: String, rows: Vec<Row>, theirs: Current) -> Self {
        Self { title, who, rows, focus: Choice::Form, scroll: Scroll::default(), theirs }
    }

    /// Whether both versions are the same after all: there is nothing to ask.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Does what the person means; the choice once it is made.
    pub fn act(&mut self, action: Action) -> Option<Choice> {
        let turned = |by: usize| {
            let place = Choice::ALL.iter().position(|choice| *choice == self.focus).unwrap_or(0);
            Choice::ALL[(place + by) % Choice::ALL.len()]
        };
        match action {
            Action::Submit => return Some(self.focus),
            Action::Back => return Some(Choice::Form),
            Action::Next => self.focus = turned(1),
            Action::Previous => self.focus = turned(Choice::ALL.len() - 1),
            other => self.scroll.act(other),
        }
        None
    }

    /// The same command, meant for the record as it is now.
    pub fn over(&self, command: Command) -> Command {
        match (command, &self.theirs) {
            (Command::EditKey { key, edit, .. }, Current::Key(now)) => {
                Command::EditKey { key, edit, expected: Some(now.clone()) }
            }
            (Command::EditGroup { code, edit, .. }, Current::Group(now)) => {
                Command::EditGroup { code, edit, expected: Some(now.clone()) }
            }
            (other, _) => other,
        }
    }

    /// Draws itself.
    pub fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let width = area.width.min(WIDEST);
        let columns = usize::from(width.saturating_sub(4));
        let text = self.lines(columns, theme);
        let foot = self.foot(columns, theme);
        let (body, below) = (u16::try_from(text.len()), u16::try_from(foot.len()));
        let below = below.unwrap_or(u16::MAX);
        let wanted = body.unwrap_or(u16::MAX).saturating_add(below).saturating_add(3);
        let inner = modal(frame, area, &self.title, width, wanted, theme);
        // On a low screen the buttons stay and the fields scroll.
        let below = below.min(inner.height);
        let air = u16::from(inner.height > below.saturating_add(4));
        let body = Rect { height: inner.height.saturating_sub(below + air), ..inner };
        self.scroll.draw(frame, body, text, theme);
        let bottom = Rect { y: inner.bottom().saturating_sub(below), height: below, ..inner };
        frame.render_widget(Paragraph::new(foot), bottom.intersection(inner));
    }

    fn lines(&self, columns: usize, theme: Theme) -> Vec<Line<'static>> {
        let mut lines: Vec<Line> =
            wrap(&self.who, columns).into_iter().map(|l| Line::styled(l, theme.warning())).collect();
        lines.push(Line::default());
        if columns < usize::from(BESIDE) {
            for row in &self.rows {
                lines.extend(wrap(&row.name, columns).into_iter().map(|l| Line::styled(l, theme.title())));
                lines.extend(version("yours ", &mine(row), columns, mine_style(row, theme), theme));
                lines.extend(version("now   ", &row.theirs, columns, theme.text(), theme));
            }
            return lines;
        }
        let half = columns.saturating_sub(NAME + 2) / 2;
        let cells = |texts: [&str; 3], styles: [Style; 3]| -> Vec<Line<'static>> {
            let widths = [NAME, half, half];
            let parts: Vec<Vec<String>> =
                texts.iter().zip(widths).map(|(text, wide)| wrap(text, wide - 1)).collect();
            let height = parts.iter().map(Vec::len).max().unwrap_or(0);
            let line = |row: usize| {
                let cell = |place: usize| {
                    let text = parts[place].get(row).map_or("", String::as_str);
                    Span::styled(pad(text, widths[place]), styles[place])
                };
                Line::from(vec![cell(0), cell(1), Span::raw("  "), cell(2)])
            };
            (0..height).map(line).collect()
        };
        lines.extend(cells(["", "yours", "now"], [theme.dim(); 3]));
        for row in &self.rows {
            let styles = [theme.title(), mine_style(row, theme), theme.text()];
            lines.extend(cells([&row.name, &mine(row), &row.theirs], styles));
        }
        lines
    }

    fn foot(&self, columns: usize, theme: Theme) -> Vec<Line<'static>> {
        let mut lines: Vec<Line> =
            wrap(self.focus.meaning(), columns).into_iter().map(|l| Line::styled(l, theme.dim())).collect();
        let button = |choice: Choice| {
            let style = if choice == self.focus { theme.selected() } else { theme.text() };
            Span::styled(format!("[ {} ]", choice.label(columns < usize::from(BESIDE))), style)
        };
        let [one, two, three] = Choice::ALL.map(button);
        lines.push(Line::from(vec![one, Span::raw("  "), two, Span::raw("  "), three]));
        lines
    }
}

/// What the form holds; a field that was left alone will follow the other version.
fn mine(row: &Row) -> String {
    if row.touched { row.mine.clone() } else { format!("{} (not changed by you)", row.mine) }
}

fn mine_style(row: &Row, theme: Theme) -> Style {
    if row.touched { theme.text() } else { theme.dim() }
}

fn version(label: &str, text: &str, columns: usize, style: Style, theme: Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (place, part) in wrap(text, columns.saturating_sub(label.len() + 2)).into_iter().enumerate() {
        let label = if place == 0 { label.to_owned() } else { " ".repeat(label.len()) };
        lines.push(Line::from(vec![
            Span::styled(format!("  {label}"), theme.dim()),
            Span::styled(part, style),
        ]));
    }
    lines
}

#[cfg(test)]
mod tests;
