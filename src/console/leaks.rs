//! The leak desk: text is pasted or typed, and the Keys and Secrets in it are listed with whose they are and whether
//! they open anything; disabled, rotated and noted from here.
//!
//! The text itself is never shown, and wiped as soon as it was looked through; Secrets live until the door has said
//! whose they are. Knows finds by their Keys alone.

use ratatui::Frame;
use ratatui::layout::Rect;
use zeroize::{Zeroize, Zeroizing};

use super::action::Action;
use super::details::{Details, not_rotated, rotation_of};
use super::draw::grouped;
use super::effect::{Outbox, RequestId, Slot, Tone};
use super::event::{KeyCode, KeyModifiers};
use super::keymap::Place;
use super::keys::copy_key;
use super::layer::{Layer, Stage, Turn};
use crate::credential::{Exposed, Finder, Secret};
use crate::model::{FoundIn, KeyId, Status};
use crate::registry::{Answer, Command, Done, Outcome, Query, Refusal, Selection, Spotted, Traced};
use finds::{Find, Finds};

mod finds;
mod view;

/// So many bytes of a paste are looked through.
const MOST: usize = 4 * 1024 * 1024;
/// So many characters fit on a typed line.
const LINE: usize = 4_096;
/// Where the review says that a noted key was found.
const PLACE: &str = "a paste into the leak desk";

/// The desk.
#[derive(Debug)]
pub struct LeakDesk {
    /// The line that is being typed. With all its room from the start: growing would leave copies behind.
    line: Zeroizing<String>,
    /// Whether letters are verbs on the finds, not text.
    choosing: bool,
    finds: Finds,
    /// Secrets on their way to the door.
    tracing: Option<RequestId>,
    /// What is being noted.
    noting: Option<RequestId>,
}

impl Default for LeakDesk {
    fn default() -> Self {
        Self {
            line: Zeroizing::new(String::with_capacity(LINE)),
            choosing: false,
            finds: Finds::default(),
            tracing: None,
            noting: None,
        }
    }
}

impl LeakDesk {
    /// Looks through a text.
    fn look(&mut self, text: &[u8], outbox: &mut Outbox) {
        let seen = &text[..text.len().min(MOST)];
        self.finds.read(text.len(), seen.len(), lines(seen));
        let mut secrets: Vec<Secret> = Vec::new();
        for found in Finder::all(seen) {
            match found.what {
                Exposed::Key(key) => self.finds.add(key, false),
                Exposed::Secret(secret) if secrets.len() < Traced::MOST => secrets.push(secret),
                Exposed::Secret(_) => self.finds.beyond += 1,
            }
        }
        if secrets.is_empty() {
            self.learn(outbox);
        } else {
            self.tracing = Some(outbox.trace(secrets));
        }
        self.choosing |= !self.finds.is_empty() || self.tracing.is_some();
    }

    /// Asks for the next key that is not known yet.
    fn learn(&self, outbox: &mut Outbox) {
        if let Some(key) = self.finds.next_unknown() {
            outbox.ask(Slot::Leak, Query::Key { key });
        }
    }

    fn typed(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match action {
            Action::Back if !self.finds.is_empty() => self.choosing = true,
            Action::Back => return Turn::Close,
            Action::Down => self.choosing = !self.finds.is_empty(),
            Action::Submit => {
                let line = std::mem::take(&mut *self.line);
                let line = Zeroizing::new(line);
                self.line.reserve_exact(LINE);
                let choosing = self.choosing;
                self.look(line.as_bytes(), outbox);
                // Whatever else is typed, or comes from a terminal that pastes by typing, must not be taken for verbs.
                self.choosing = choosing;
            }
            Action::Type(key) => match key.code {
                KeyCode::Backspace => {
                    self.line.pop();
                }
                KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => self.line.zeroize(),
                KeyCode::Char(_) if key.modifiers.contains(KeyModifiers::CONTROL) => {}
                KeyCode::Char(c) if self.line.len() + c.len_utf8() <= LINE => self.line.push(c),
                KeyCode::Char(_) => outbox.say(Tone::Note, "The line is full: Enter looks through it.", ""),
                _ => {}
            },
            _ => {}
        }
        Turn::Stay
    }

    /// The marked keys, or the one under the cursor.
    fn meant(&self) -> Vec<KeyId> {
        self.finds.meant()
    }

    fn disable(&self, outbox: &mut Outbox) -> Turn {
        let active: Vec<KeyId> = self.finds.active(&self.meant());
        if active.is_empty() {
            outbox.say(
                Tone::Note,
                "Nothing to disable: what is meant is Disabled already, or no key here.",
                "",
            );
            return Turn::Stay;
        }
        let expected = Some(active.len() as u64);
        let keys = Selection::of(active);
        Turn::Careful(Box::new(Command::SetStatus { keys, status: Status::Disabled, expected }))
    }

    fn note(&mut self, outbox: &mut Outbox) {
        let spotted: Vec<Spotted> = self
            .finds
            .known(&self.meant())
            .map(|(key, secret)| Spotted { key, place: FoundIn::of(PLACE), secret })
            .collect();
        if spotted.is_empty() {
            outbox.say(Tone::Note, "No key of this store is meant.", "");
        } else {
            self.noting = Some(outbox.execute(Command::NoteSightings { spotted }));
        }
    }
}

/// How many lines these are, however they end: a terminal pastes them with returns.
fn lines(text: &[u8]) -> usize {
    let returns = memchr::memchr_iter(b'\r', text).count();
    let both = memchr::memmem::find_iter(text, b"\r\n").count();
    let open = text.last().is_some_and(|last| !matches!(last, b'\n' | b'\r'));
    memchr::memchr_iter(b'\n', text).count() + returns - both + usize::from(open)
}

impl Layer for LeakDesk {
    fn places(&self) -> &'static [Place] {
        if self.choosing { &[Place::Leaks] } else { &[Place::LeakText] }
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        if !self.choosing {
            return self.typed(action, outbox);
        }
        if action.is_travel() {
            self.finds.travel(action);
            return Turn::Stay;
        }
        let row = self.finds.current().and_then(|find| find.row.clone());
        if row.is_some() {
            self.finds.choose();
        }
        match (action, row) {
            (Action::Back, _) if self.finds.unmark() => {}
            (Action::Back, _) => return Turn::Close,
            (Action::Next, _) => self.choosing = false,
            (Action::Mark, _) => self.finds.mark(),
            (Action::MarkAll, _) => self.finds.mark_all(),
            (Action::ToggleStatus, _) => return self.disable(outbox),
            (Action::Undo, _) => return Turn::Screen(action),
            (Action::NoteLeak, _) => self.note(outbox),
            (Action::Rotate, Some(row)) => return Turn::Open(rotation_of(&row, outbox)),
            (Action::Open, Some(row)) => return Turn::Open(Box::new(Details::new(row))),
            (Action::CopyKey, Some(row)) => copy_key(&row.record, outbox),
            _ => {}
        }
        Turn::Stay
    }

    fn paste(&mut self, text: &str, outbox: &mut Outbox) -> Turn {
        self.look(text.as_bytes(), outbox);
        Turn::Stay
    }

    fn disabled(&self, action: Action) -> Option<String> {
        if !self.choosing {
            return None;
        }
        let find = self.finds.current();
        let stranger = find.is_some_and(Find::is_stranger);
        let of_key = matches!(
            action,
            Action::ToggleStatus
                | Action::Rotate
                | Action::Open
                | Action::Mark
                | Action::MarkAll
                | Action::NoteLeak
                | Action::CopyKey
        );
        match action {
            _ if of_key && find.is_none() => Some("No key was found".into()),
            Action::Rotate | Action::Open if stranger => Some("This Key is none of this store".into()),
            Action::Rotate => find.and_then(|find| find.row.as_ref()).and_then(not_rotated),
            _ => None,
        }
    }

    fn starts_rotation(&self) -> bool {
        let row = self.finds.current().and_then(|find| find.row.as_ref());
        row.is_none_or(|row| row.rotation.is_none())
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::Leak]
    }

    fn answered(&mut self, _slot: Slot, result: &Result<Answer, Refusal>, outbox: &mut Outbox) -> Turn {
        match result {
            Ok(Answer::Key(details)) => self.finds.learned(&details.row),
            Err(Refusal::NoSuchKey(key)) => self.finds.strange(*key),
            Err(Refusal::Cancelled) | Ok(_) => return Turn::Stay,
            Err(refusal) => {
                outbox.refused(refusal);
                return Turn::Stay;
            }
        }
        self.learn(outbox);
        Turn::Stay
    }

    fn traces(&self) -> Option<RequestId> {
        self.tracing
    }

    fn traced(&mut self, result: &Result<Traced, Refusal>, outbox: &mut Outbox) {
        self.tracing = None;
        match result {
            Ok(traced) => {
                self.finds.blind = traced.blind;
                for key in &traced.keys {
                    match key {
                        Some(key) => self.finds.add(*key, true),
                        None => self.finds.strangers += 1,
                    }
                }
            }
            Err(refusal) => outbox.refused(refusal),
        }
        self.learn(outbox);
    }

    fn awaits(&self) -> Option<RequestId> {
        self.noting
    }

    fn is_busy(&self) -> bool {
        self.tracing.is_some() || self.noting.is_some()
    }

    fn done(&mut self, result: Result<Done, Refusal>, outbox: &mut Outbox) -> Turn {
        self.noting = None;
        match result {
            Ok(Done { outcome: Outcome::SightingsNoted { noted, .. }, .. }) => {
                let keys = if noted == 1 { "1 key".to_owned() } else { format!("{} keys", grouped(noted)) };
                let hint = "The review tells it until it is disabled, rotated or accepted.";
                outbox.say(Tone::Good, format!("Noted as leaked: {keys}."), hint);
            }
            Ok(_) => {}
            Err(refusal) => outbox.refused(&refusal),
        }
        Turn::Stay
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        self.finds.outdate();
        self.learn(outbox);
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        self.view(frame, area, stage);
    }
}

#[cfg(test)]
mod tests;
