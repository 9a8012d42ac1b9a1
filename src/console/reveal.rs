//! Key and Secret of a new key, shown once.
//!
//! Holds the only Secret the console ever sees, and wipes it when it closes. Closing is deliberate: after a confirmed
//! copy, after proving possession by the last 4 characters, or by Esc twice, which leaves the key flagged. It must not
//! know how a copy is made, nor put the Secret anywhere but into the frame and a copy's wiped text.

mod layer;
mod view;

use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

use super::action::Action;
use super::effect::{Copy, Effect, Outbox, Tone};
use super::event::{Copied, KeyCode, KeyModifiers};
use super::layer::Turn;
use crate::model::text::escape;
use crate::model::{ApiKey, KeyId};
use crate::registry::{Command, Fresh};

/// How many of the Secret's last characters prove that the person has it.
const PROOF: usize = 4;

/// Where the copy of the Secret stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Progress {
    /// Nobody asked for one.
    Uncopied,
    /// On its way; Enter pressed meanwhile closes as soon as it is confirmed.
    Copying { closing: bool },
    /// It went, but nobody knows whether it arrived.
    Sent,
    /// Read back and found equal.
    Confirmed,
}

/// What the status line says.
#[derive(Debug, Clone)]
struct Word {
    tone: Tone,
    text: String,
}

/// Key and Secret on screen.
pub struct Reveal {
    fresh: Fresh,
    description: String,
    progress: Progress,
    /// What was typed of the last 4 characters, while that field is open.
    proof: Option<Zeroizing<String>>,
    /// Esc or `^C` was pressed once: the same again leaves.
    leaving: Option<Action>,
    /// Not to be drawn: the program is about to be suspended.
    hidden: bool,
    /// What to do when nobody has the Secret.
    mend: &'static str,
    word: Option<Word>,
    /// When the clipboard will be cleared, on the clock's ticks; the app sees to that.
    clears_at: Option<Duration>,
}

impl fmt::Debug for Reveal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reveal")
            .field("key", &self.fresh.key)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl Reveal {
    /// Shows what the mint made for this record.
    pub fn new(fresh: Fresh, record: &ApiKey) -> Self {
        let description = escape(record.description.as_str()).into_owned();
        let progress = Progress::Uncopied;
        Self {
            fresh,
            description,
            progress,
            proof: None,
            leaving: None,
            hidden: false,
            mend: "delete the key and make a new one, unless the Secret is in safe hands",
            word: None,
            clears_at: None,
        }
    }

    /// It is the successor of another key.
    #[must_use]
    pub fn of_successor(mut self) -> Self {
        self.mend = "take its rotation back (r, then u), unless the Secret is in safe hands";
        self
    }

    /// Whose Secret it is.
    pub const fn key(&self) -> KeyId {
        self.fresh.key
    }

    fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.word = Some(Word { tone, text: text.into() });
    }

    fn copy(&mut self, what: Copied, outbox: &mut Outbox) {
        let (key, secret) = (self.fresh.key.as_str(), self.fresh.secret.expose());
        let parts: &[&str] = match what {
            Copied::Key => &[key],
            Copied::Secret => &[secret],
            Copied::Both => &["CLAVIGER_KEY=", key, "\nCLAVIGER_SECRET=", secret, "\n"],
        };
        // Sized ahead, so that growing leaves no copy behind.
        let mut text = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
        for part in parts {
            text.push_str(part);
        }
        if what.is_secret() && self.progress != Progress::Confirmed {
            self.progress = Progress::Copying { closing: false };
        }
        outbox.effects.push(Effect::Copy(Copy { what, text }));
        self.say(Tone::Note, format!("{}: copying…", name(what)));
    }

    /// The person has the Secret: the key's flag goes, and so does the Secret.
    fn close(&self, outbox: &mut Outbox) -> Turn {
        outbox.execute(Command::ConfirmCopied { key: self.fresh.key });
        outbox.say(Tone::Good, format!("{} is ready to use", self.description), "");
        Turn::Close
    }

    fn submit(&mut self, outbox: &mut Outbox) -> Turn {
        match self.progress {
            Progress::Confirmed => return self.close(outbox),
            Progress::Copying { .. } => {
                self.progress = Progress::Copying { closing: true };
                self.say(Tone::Note, "still copying: closes as soon as the copy is confirmed");
            }
            Progress::Uncopied | Progress::Sent => {
                self.proof = Some(Zeroizing::new(String::with_capacity(4 * PROOF)));
                self.word = None;
            }
        }
        Turn::Stay
    }

    /// Asks the first time; says whether this was the second.
    fn leaves(&mut self, action: Action, again: &str) -> bool {
        if self.leaving == Some(action) {
            return true;
        }
        self.leaving = Some(action);
        let text = if self.progress == Progress::Confirmed {
            again.to_owned()
        } else {
            format!("Not confirmed as copied. {again}: the Secret is gone then, the key stays and is flagged")
        };
        self.say(Tone::Warning, text);
        false
    }

    fn interrupt(&mut self, outbox: &mut Outbox) -> Turn {
        if !self.leaves(Action::Interrupt, "^C again quits") {
            return Turn::Stay;
        }
        let turn = if self.progress == Progress::Confirmed { self.close(outbox) } else { Turn::Close };
        outbox.effects.push(Effect::Quit);
        turn
    }

    fn back(&mut self, outbox: &mut Outbox) -> Turn {
        if !self.leaves(Action::Back, "Esc again closes") {
            return Turn::Stay;
        }
        if self.progress == Progress::Confirmed {
            return self.close(outbox);
        }
        outbox.say(
            Tone::Warning,
            format!("{}: secret never confirmed as copied", self.description),
            self.mend,
        );
        Turn::Close
    }

    fn prove(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        let Some(typed) = &mut self.proof else { return Turn::Stay };
        match action {
            Action::Type(key) => match key.code {
                KeyCode::Backspace => drop(typed.pop()),
                KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => typed.clear(),
                KeyCode::Char(c)
                    if KeyModifiers::SHIFT.contains(key.modifiers) && typed.chars().count() < PROOF =>
                {
                    typed.push(c);
                    self.word = None;
                }
                _ => {}
            },
            Action::Back => {
                self.proof = None;
                self.word = None;
            }
            Action::Submit => {
                let secret = self.fresh.secret.expose();
                let last = &secret[secret.len().saturating_sub(PROOF)..];
                if typed.as_str() == last {
                    return self.close(outbox);
                }
                typed.clear();
                self.say(Tone::Bad, "Those are not the last 4 characters of the Secret; capitals count");
            }
            _ => {}
        }
        Turn::Stay
    }

    fn copied(&mut self, what: Copied, how: &str, confirmed: bool, outbox: &mut Outbox) -> Turn {
        let closing = self.progress == Progress::Copying { closing: true };
        if what.is_secret() && self.progress != Progress::Confirmed {
            self.progress = if confirmed { Progress::Confirmed } else { Progress::Sent };
        }
        let next = match (&self.progress, what.is_secret()) {
            (Progress::Confirmed, true) => " Enter closes.",
            (_, true) => " Paste it where it is kept, then Enter.",
            (_, false) => "",
        };
        let tone = if confirmed { Tone::Good } else { Tone::Warning };
        self.say(tone, format!("{} {}.{next}", name(what), escape(how)));
        match (closing, &self.progress) {
            (true, Progress::Confirmed) => self.close(outbox),
            (true, Progress::Sent) => {
                self.proof = Some(Zeroizing::new(String::with_capacity(4 * PROOF)));
                Turn::Stay
            }
            _ => Turn::Stay,
        }
    }
}

const fn name(what: Copied) -> &'static str {
    match what {
        Copied::Key => "Key",
        Copied::Secret => "Secret",
        Copied::Both => "Key and Secret",
    }
}

#[cfg(test)]
mod tests;
