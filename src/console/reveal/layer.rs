//! The reveal as a layer: what keys and the clipboard's reports do to it.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{PROOF, Progress, Reveal, name};
use crate::console::action::Action;
use crate::console::effect::{Outbox, Tone};
use crate::console::event::{ClipboardReport, Copied};
use crate::console::keymap::Place;
use crate::console::layer::{Layer, Stage, Turn};
use crate::model::text::escape;

impl Layer for Reveal {
    fn places(&self) -> &'static [Place] {
        if self.proof.is_some() { &[Place::RevealProof] } else { &[Place::Reveal] }
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match action {
            Action::Suspend => {
                self.hidden = true;
                return Turn::Stay;
            }
            Action::Repaint => return Turn::Stay,
            _ => {}
        }
        if std::mem::take(&mut self.hidden) && action != Action::Interrupt {
            return Turn::Stay;
        }
        if action == Action::Interrupt {
            self.proof = None;
            return self.interrupt(outbox);
        }
        if self.proof.is_some() {
            return self.prove(action, outbox);
        }
        if action != Action::Back {
            self.leaving = None;
        }
        match action {
            Action::CopySecret => self.copy(Copied::Secret, outbox),
            Action::CopyKey => self.copy(Copied::Key, outbox),
            Action::CopyBoth => self.copy(Copied::Both, outbox),
            Action::Submit => return self.submit(outbox),
            Action::Back => return self.back(outbox),
            Action::Quit => self.say(Tone::Note, "q does not close this: y copies the Secret, Enter closes"),
            _ => {}
        }
        Turn::Stay
    }

    /// The whole Secret pasted proves as much as its end typed: only the end is kept.
    fn paste(&mut self, text: &str, _outbox: &mut Outbox) -> Turn {
        if let Some(typed) = &mut self.proof {
            let line = text.trim().lines().next_back().unwrap_or_default();
            let skip = line.chars().count().saturating_sub(PROOF);
            typed.clear();
            typed.extend(line.chars().skip(skip).filter(|c| !c.is_control()));
            self.word = None;
        }
        Turn::Stay
    }

    fn clipboard(&mut self, report: &ClipboardReport, outbox: &mut Outbox) -> Turn {
        // The report takes the question's place on screen: an unseen question must not be answered.
        self.leaving = None;
        match report {
            ClipboardReport::Copied { what, how, confirmed, clears_at } => {
                self.clears_at = *clears_at;
                self.copied(*what, how, *confirmed, outbox)
            }
            ClipboardReport::Failed { what, sentence, hint } => {
                if matches!(self.progress, Progress::Copying { .. }) {
                    self.progress = Progress::Uncopied;
                }
                self.say(
                    Tone::Bad,
                    format!("{} not copied: {}; {}", name(*what), escape(sentence), escape(hint)),
                );
                Turn::Stay
            }
            ClipboardReport::Cleared => {
                self.clears_at = None;
                self.say(Tone::Note, "The clipboard was cleared; y copies again");
                Turn::Stay
            }
            ClipboardReport::Left => {
                self.clears_at = None;
                Turn::Stay
            }
        }
    }

    fn shows_secret(&self) -> bool {
        true
    }

    fn is_hidden(&self, area: Rect) -> bool {
        self.room(area).is_none()
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        self.view(frame, area, stage);
    }
}
