//! The rotation panel: both keys side by side, how far the hand-over is, who still comes with the old key, and every
//! step at hand.
//!
//! Shows what the door says and asks again every few seconds while it is open. It never sees a Secret.

mod view;

use ratatui::Frame;
use ratatui::layout::Rect;
use std::time::Duration;

use super::action::Action;
use super::confirm::Confirm;
use super::draw::modal;
use super::effect::{Outbox, Slot, Tone};
use super::keymap::Place;
use super::keys::copy_key;
use super::layer::{Layer, Stage, Turn};
use super::reading::WIDEST;
use super::sheet::{Scroll, lines};
use crate::model::text::escape;
use crate::model::{ApiKey, KeyId, Next, Time};
use crate::registry::{Advance, Answer, Command, Pair, Query, Refusal, RotationDetails};

/// How long an answer is good for: the history moves on without a new revision.
const FRESH: Duration = Duration::from_secs(5);

/// The panel of one rotation.
#[derive(Debug)]
pub struct RotationPanel {
    /// Either of its keys.
    key: KeyId,
    found: Option<Box<RotationDetails>>,
    /// When to ask again, on the clock's ticks.
    due: Option<Duration>,
    now: Time,
    scroll: Scroll,
}

impl RotationPanel {
    /// Of the rotation that this key is half of; the rest comes with [`Layer::changed`].
    pub fn new(key: KeyId) -> Self {
        Self { key, found: None, due: None, now: Time(0), scroll: Scroll::default() }
    }

    fn pair(&self) -> Option<Pair> {
        let rotation = &self.found.as_ref()?.rotation;
        Some(Pair { old: rotation.old, new: rotation.new })
    }

    fn old(&self) -> Option<&ApiKey> {
        self.found.as_ref()?.evidence.old.as_ref()
    }

    fn next(&self) -> Option<Next> {
        let found = self.found.as_ref()?;
        Some(found.rotation.next(&found.evidence, self.now))
    }

    /// Whether the old key is refused.
    fn is_over(&self) -> bool {
        matches!(self.next(), Some(Next::Monitor(_) | Next::Delete))
    }

    fn advance(&self, step: Advance) -> Turn {
        let command = |pair| Turn::Commit(Box::new(Command::AdvanceRotation { pair, step }));
        self.pair().map_or(Turn::Stay, command)
    }

    /// Disabling is asked about while somebody would break; taking it back never is.
    fn toggle(&self) -> Turn {
        if self.is_over() {
            return self.advance(Advance::Enable);
        }
        let (Some(found), Some(pair)) = (&self.found, self.pair()) else { return Turn::Stay };
        if found.evidence.stragglers().next().is_none() {
            return self.advance(Advance::Disable);
        }
        let command = Command::AdvanceRotation { pair, step: Advance::Disable };
        let description = self.old().map_or_else(String::new, |old| old.description.to_string());
        Turn::Open(Box::new(Confirm::end_old(&description, view::stragglers(found, self.now), command)))
    }

    fn delete(&self) -> Turn {
        let (Some(pair), Some(old)) = (self.pair(), self.old()) else { return Turn::Stay };
        let early = match self.next() {
            Some(Next::Monitor(at)) => Some(at),
            _ => None,
        };
        let items = view::deletion(old, early, self.now);
        let command = Command::FinishRotation { pair, keep: false };
        Turn::Open(Box::new(Confirm::finish(items, command)))
    }

    fn take_back(&self) -> Turn {
        let (Some(found), Some(pair)) = (&self.found, self.pair()) else { return Turn::Stay };
        let command = Command::AbandonRotation { pair };
        Turn::Open(Box::new(Confirm::take_back(view::way_back(found), command)))
    }

    fn title(&self) -> String {
        let named = |old: &ApiKey| format!("Rotation of {}", escape(old.description.as_str()));
        self.old().map_or_else(|| "Rotation".into(), named)
    }
}

impl Layer for RotationPanel {
    fn places(&self) -> &'static [Place] {
        &[Place::Rotation]
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        self.now = outbox.now;
        match action {
            Action::Back => return Turn::Close,
            Action::Verify => return self.advance(Advance::Verify),
            Action::ToggleStatus => return self.toggle(),
            Action::Delete => return self.delete(),
            Action::DeleteHint => outbox.say(Tone::Note, "D deletes the old key, for ever.", ""),
            Action::TakeBack => return self.take_back(),
            Action::CopyKey => {
                if let Some(new) = self.found.as_ref().and_then(|found| found.evidence.new.as_ref()) {
                    copy_key(new, outbox);
                }
            }
            other => self.scroll.act(other),
        }
        Turn::Stay
    }

    fn disabled(&self, action: Action) -> Option<String> {
        let found = self.found.as_ref()?;
        match action {
            Action::Verify if found.rotation.verified.is_some() => Some("It is marked as verified".into()),
            Action::Delete | Action::DeleteHint if !self.is_over() => {
                Some("The old key is still accepted: disable it first (t)".into())
            }
            _ => None,
        }
    }

    fn label(&self, action: Action) -> Option<&'static str> {
        let toggles = action == Action::ToggleStatus && self.found.is_some();
        toggles.then(|| if self.is_over() { "enable old" } else { "disable old" })
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::Rotation]
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        self.now = outbox.now;
        outbox.ask(Slot::Rotation, Query::Rotation { key: self.key });
    }

    fn answered(&mut self, _slot: Slot, result: &Result<Answer, Refusal>, outbox: &mut Outbox) -> Turn {
        self.now = outbox.now;
        self.due = Some(outbox.ticks + FRESH);
        match result {
            Ok(Answer::Rotation(found)) => self.found = Some(found.clone()),
            // It ended, here or elsewhere: the list says how.
            Err(Refusal::NotRotating(_) | Refusal::NoSuchKey(_)) => return Turn::Close,
            Err(Refusal::Cancelled) | Ok(_) => {}
            Err(refusal) => outbox.refused(refusal),
        }
        Turn::Stay
    }

    fn deadline(&self) -> Option<Duration> {
        self.due
    }

    fn tick(&mut self, outbox: &mut Outbox) {
        if self.due.is_some_and(|due| due <= outbox.ticks) {
            self.due = None;
            self.changed(outbox);
        }
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let width = area.width.min(WIDEST);
        let room = width.saturating_sub(4);
        let sheet = match &self.found {
            Some(found) => view::sheet(found, stage.now, room, theme),
            None => lines(&[super::sheet::Item::Aside("looking…".into())], room, theme),
        };
        let height = u16::try_from(sheet.len()).unwrap_or(u16::MAX).saturating_add(2);
        let inner = modal(frame, area, &self.title(), width, height, theme);
        self.scroll.draw(frame, inner, sheet, theme);
    }
}

#[cfg(test)]
mod tests;
