//! View as: may a member of this group …? Any table, operation, menu item or sample record, with the ladder.
//!
//! Asks the door on every change and shows what it says; decides nothing itself.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::action::Action;
use super::draw::{modal, pad};
use super::effect::{Outbox, Slot};
use super::field::Field;
use super::keymap::Place;
use super::layer::{Layer, Stage, Turn};
use super::reading::WIDEST;
use super::sheet::{Item, lines};
use crate::model::text::escape;
use crate::model::{GroupCode, Operation, Record};
use crate::registry::{Answer, Asked, Explained, Query, Refusal};

/// Columns of the labels.
const LABEL: u16 = 13;
/// The field that is a choice.
const OPERATION: usize = 1;
const LABELS: [&str; 4] = ["Table", "Operation", "Record", "Menu item"];
const HINTS: [&str; 4] = [
    "the table's name, such as Asset",
    "Space or ← → chooses another",
    "a sample record as JSON, such as {\"Department\":\"HR\"}; may be empty",
    "a path such as Reports/Asset Register",
];

/// The panel.
#[derive(Debug)]
pub struct ViewAs {
    title: String,
    code: GroupCode,
    /// Table, nothing, record, menu item: by the place of their labels.
    fields: [Field; 4],
    operation: Operation,
    focus: usize,
    /// Why nothing can be asked yet.
    problem: Option<String>,
    answer: Option<Result<Explained, Refusal>>,
}

impl ViewAs {
    /// Of a member of this group; `whom` says who it is, escaped.
    pub fn new(code: GroupCode, whom: &str) -> Self {
        let fields = [Field::new(200), Field::default(), Field::new(4_000), Field::new(200)];
        let title = format!("View as {whom}");
        Self { title, code, fields, operation: Operation::Select, focus: 0, problem: None, answer: None }
    }

    fn asked(&self) -> Result<Asked, String> {
        let text = |place: usize| self.fields[place].text().trim();
        let given = |place: usize| (!text(place).is_empty()).then(|| text(place).to_owned());
        let record = match text(2) {
            "" => None,
            json => Some(
                serde_json::from_str::<Record>(json)
                    .map_err(|e| format!("The record is no JSON object: {e}"))?,
            ),
        };
        if record.is_some() && given(0).is_none() {
            return Err("A record is tested on a table: name the table too".into());
        }
        let asked = Asked { table: given(0).map(|table| (table, self.operation)), menu: given(3), record };
        if asked == Asked::default() {
            return Err("Name a table or a menu item: the answer stands here".into());
        }
        Ok(asked)
    }

    fn ask(&mut self, outbox: &mut Outbox) {
        match self.asked() {
            Ok(asked) => {
                self.problem = None;
                outbox.ask(Slot::ViewAs, Query::Explain { code: self.code.clone(), asked });
            }
            Err(problem) => {
                outbox.close(Slot::ViewAs);
                (self.problem, self.answer) = (Some(problem), None);
            }
        }
    }

    fn turn_operation(&mut self, by: usize) {
        let place = Operation::ALL.iter().position(|o| *o == self.operation).unwrap_or(0);
        self.operation = Operation::ALL[(place + by) % Operation::ALL.len()];
    }

    /// The answer as a sheet.
    fn items(&self) -> Vec<Item> {
        if let Some(problem) = &self.problem {
            return vec![Item::Aside(escape(problem).into_owned())];
        }
        let explained = match &self.answer {
            None => return vec![Item::Aside("looking…".into())],
            Some(Err(refusal)) => return vec![Item::Warning(escape(&refusal.to_string()).into_owned())],
            Some(Ok(explained)) => explained,
        };
        let verdict = if explained.allowed { "✔ Allowed" } else { "✘ Insufficient Permissions" };
        let mut items = vec![Item::Heading(verdict.into())];
        for rung in &explained.ladder {
            let sign = if rung.passed { '✔' } else { '✘' };
            items.push(Item::Text(format!("{sign} {}", escape(&rung.name))));
            if !rung.mend.is_empty() {
                items.push(Item::Warning(format!("To mend it: {}", escape(&rung.mend))));
            }
        }
        if let Some(filter) = &explained.filter {
            items.push(Item::Aside(format!("Only records where {}", escape(filter))));
        }
        items
    }
}

impl Layer for ViewAs {
    fn places(&self) -> &'static [Place] {
        if self.focus == OPERATION { &[Place::ViewAs] } else { &[Place::ViewAsText] }
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match action {
            Action::Back => return Turn::Close,
            Action::Next | Action::Down | Action::Submit => self.focus = (self.focus + 1) % LABELS.len(),
            Action::Previous | Action::Up => self.focus = (self.focus + LABELS.len() - 1) % LABELS.len(),
            Action::Right | Action::Left if self.focus == OPERATION => {
                self.turn_operation(if action == Action::Right { 1 } else { Operation::ALL.len() - 1 });
                self.ask(outbox);
            }
            Action::Type(key) if self.focus != OPERATION && self.fields[self.focus].press(&key) => {
                self.ask(outbox);
            }
            _ => {}
        }
        Turn::Stay
    }

    fn paste(&mut self, text: &str, outbox: &mut Outbox) -> Turn {
        if self.focus != OPERATION {
            self.fields[self.focus].paste(&text.split_whitespace().collect::<Vec<_>>().join(" "));
            self.ask(outbox);
        }
        Turn::Stay
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::ViewAs]
    }

    fn answered(&mut self, _slot: Slot, result: &Result<Answer, Refusal>, _outbox: &mut Outbox) -> Turn {
        self.answer = match result {
            Ok(Answer::Explained(explained)) => Some(Ok(explained.clone())),
            Ok(_) => None,
            Err(refusal) => Some(Err(refusal.clone())),
        };
        Turn::Stay
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        self.ask(outbox);
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let width = area.width.min(WIDEST);
        let inner = modal(frame, area, &self.title, width, 18, theme);
        for (place, label) in LABELS.into_iter().enumerate() {
            let y = u16::try_from(place).unwrap_or(0);
            let line = Rect { y: inner.y.saturating_add(y), height: 1, ..inner }.intersection(inner);
            let focused = self.focus == place;
            let sign = if focused { "▸ " } else { "  " };
            let style = if focused { theme.accent() } else { theme.text() };
            let label = Line::styled(pad(&format!("{sign}{label}"), usize::from(LABEL)), style);
            frame.render_widget(Paragraph::new(label), line);
            let shift = LABEL.min(line.width);
            let value = Rect { x: line.x + shift, width: line.width - shift, ..line };
            if place == OPERATION {
                let style = if focused { theme.selected() } else { theme.text() };
                let line = Line::from(vec![
                    Span::styled(self.operation.name(), style),
                    Span::styled(" ↔", theme.dim()),
                ]);
                frame.render_widget(Paragraph::new(line), value);
            } else {
                self.fields[place].view(frame, value, theme.field(), focused);
            }
        }
        let below = |rows: u16| {
            Rect { y: inner.y.saturating_add(rows), height: inner.height.saturating_sub(rows), ..inner }
                .intersection(inner)
        };
        let roomy = inner.height > 10;
        if roomy {
            let hint =
                Line::styled(super::draw::fit(HINTS[self.focus], usize::from(inner.width)), theme.dim());
            frame.render_widget(Paragraph::new(hint), Rect { height: 1, ..below(5) });
        }
        let text = lines(&self.items(), inner.width, theme);
        frame.render_widget(Paragraph::new(text), below(if roomy { 7 } else { 5 }));
    }
}

#[cfg(test)]
mod tests;
