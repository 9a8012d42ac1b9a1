//! A question before something that cannot be taken back. Starts on Cancel, or on a text that must be typed.

mod questions;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::action::Action;
use super::draw::modal;
use super::effect::{Effect, Outbox, Slot};
use super::field::Field;
use super::impact::panel;
use super::keymap::Place;
use super::layer::{Layer, Stage, Turn};
use super::sheet::{Item, lines};
use crate::registry::{Answer, Command, Impact, Query, Refusal, Selection};

/// What the person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Typing,
    Cancel,
    Go,
}

/// What happens on yes.
#[derive(Debug)]
enum Then {
    Command(Box<Command>),
    /// What lies below gets [`Action::Submit`] and does it.
    Below,
    Quit,
}

/// A text that must be typed.
#[derive(Debug)]
struct Proof {
    accepted: Vec<String>,
    prompt: String,
    field: Field,
    wrong: bool,
}

/// A question.
#[derive(Debug)]
pub struct Confirm {
    title: String,
    items: Vec<Item>,
    go: &'static str,
    proof: Option<Proof>,
    focus: Focus,
    then: Then,
    /// The keys that would stop, for the panel of who would break.
    about: Option<Selection>,
    impact: Option<Box<Impact>>,
}

impl Confirm {
    fn new(title: String, items: Vec<Item>, go: &'static str, proof: Option<Proof>, then: Then) -> Self {
        let focus = if proof.is_some() { Focus::Typing } else { Focus::Cancel };
        Self { title, items, go, proof, focus, then, about: None, impact: None }
    }

    /// With the panel of who would break if these keys stopped.
    fn about(mut self, keys: Selection) -> Self {
        self.about = Some(keys);
        self
    }

    fn step(&mut self, by: i8) {
        let order: &[Focus] = if self.proof.is_some() {
            &[Focus::Typing, Focus::Cancel, Focus::Go]
        } else {
            &[Focus::Cancel, Focus::Go]
        };
        let place = order.iter().position(|f| *f == self.focus).unwrap_or(0);
        let next = if by > 0 { place + 1 } else { place + order.len() - 1 };
        self.focus = order[next % order.len()];
    }

    fn fits(&self) -> bool {
        let text = |proof: &Proof| proof.accepted.iter().any(|a| a == proof.field.text().trim());
        self.proof.as_ref().is_none_or(text)
    }

    fn go(&mut self, outbox: &mut Outbox) -> Turn {
        if !self.fits() {
            if let Some(proof) = &mut self.proof {
                proof.wrong = true;
            }
            self.focus = Focus::Cancel;
            return Turn::Stay;
        }
        match &self.then {
            Then::Command(command) => Turn::Finish(command.clone()),
            Then::Below => Turn::Pass(Action::Submit),
            Then::Quit => {
                outbox.effects.push(Effect::Quit);
                Turn::Close
            }
        }
    }
}

impl Layer for Confirm {
    fn places(&self) -> &'static [Place] {
        if self.focus == Focus::Typing { &[Place::Typing] } else { &[Place::Confirm] }
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match (action, self.focus) {
            (Action::Back, _) | (Action::Submit, Focus::Cancel) => return Turn::Close,
            (Action::Interrupt, _) if matches!(self.then, Then::Quit) => outbox.effects.push(Effect::Quit),
            (Action::Submit, _) => return self.go(outbox),
            (Action::Next, _) => self.step(1),
            (Action::Previous, _) => self.step(-1),
            (Action::Type(key), Focus::Typing) => {
                if let Some(proof) = &mut self.proof {
                    proof.field.press(&key);
                    proof.wrong = false;
                }
            }
            _ => {}
        }
        Turn::Stay
    }

    fn paste(&mut self, text: &str, _outbox: &mut Outbox) -> Turn {
        if let (Focus::Typing, Some(proof)) = (self.focus, &mut self.proof) {
            proof.field.paste(text);
            proof.wrong = false;
        }
        Turn::Stay
    }

    fn slots(&self) -> &'static [Slot] {
        if self.about.is_some() { &[Slot::ConfirmImpact] } else { &[] }
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        if let Some(keys) = self.about.clone() {
            outbox.ask(Slot::ConfirmImpact, Query::Impact { keys });
        }
    }

    fn answered(&mut self, _slot: Slot, result: &Result<Answer, Refusal>, _outbox: &mut Outbox) -> Turn {
        // Without an answer the question stands as it is.
        if let Ok(Answer::Impact(impact)) = result {
            self.impact = Some(impact.clone());
        }
        Turn::Stay
    }

    fn interrupts(&self) -> bool {
        matches!(self.then, Then::Quit)
    }

    fn wheel(&mut self, _by: i64, _outbox: &mut Outbox) -> Turn {
        Turn::Stay
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let width = area.width.min(66);
        let room = width.saturating_sub(4);
        let mut items = self.items.clone();
        if let Some(impact) = &self.impact {
            let place = items.len().saturating_sub(1);
            items.splice(place..place, panel(impact, stage.now));
        }
        let mut text = lines(&items, room, theme);
        let extra = if self.proof.is_some() { 7 } else { 4 };
        if text.len() + extra > usize::from(area.height) {
            // On a low screen what is told aside gives way, so that the verdict stays beside the buttons.
            items.retain(|item| !matches!(item, Item::Aside(_)));
            text = lines(&items, room, theme);
        }
        text.push(Line::default());
        let mut field_at = None;
        if let Some(proof) = &self.proof {
            text.push(Line::from(proof.prompt.clone()));
            field_at = Some(u16::try_from(text.len()).unwrap_or(u16::MAX));
            text.push(Line::default());
            let note = if proof.wrong { "✗ That is not it: nothing was deleted." } else { "" };
            text.push(Line::styled(note, theme.bad()));
        }
        let buttons = u16::try_from(text.len()).unwrap_or(u16::MAX);
        let button = |label: &str, focus: Focus| {
            let style = if self.focus == focus { theme.selected() } else { theme.text() };
            Span::styled(format!("[ {label} ]"), style)
        };
        text.push(Line::from(vec![
            button("Cancel", Focus::Cancel),
            Span::raw("  "),
            button(self.go, Focus::Go),
        ]));
        let inner = modal(frame, area, &self.title, width, buttons.saturating_add(3), theme);
        // On a screen too low for all of it the end matters most: field and buttons.
        let over = u16::try_from(text.len()).unwrap_or(u16::MAX).saturating_sub(inner.height);
        frame.render_widget(Paragraph::new(text).scroll((over, 0)), inner);
        if let (Some(at), Some(proof)) = (field_at, &self.proof)
            && let Some(row) = at.checked_sub(over)
        {
            let line = Rect { y: inner.y.saturating_add(row), height: 1, ..inner }.intersection(inner);
            proof.field.view(frame, line, theme.field(), self.focus == Focus::Typing);
        }
    }
}
