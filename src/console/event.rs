//! What happened outside: keys, answers of the door, changes by others, reports of the clipboard, signals.
//!
//! Knows nothing of what any of it means; that is the keymap's and update's matter.

use std::time::Duration;

pub use crossterm::event::{
    KeyCode, KeyEvent, KeyEventKind, KeyEventState, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::effect::{RequestId, Slot};
use crate::registry::{Answer, Done, Milestone, Refusal, Traced};

/// What happened outside. `Debug` shows no Secret: a fresh one is redacted by its own type.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted; not cleaned yet.
    Paste(String),
    /// The mouse did something (only while it is captured).
    Mouse(MouseEvent),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// A command is done, or was refused.
    Done {
        /// Which one, as [`super::Outbox::execute`] numbered it.
        id: RequestId,
        /// What came of it.
        result: Box<Result<Done, Refusal>>,
    },
    /// A query was answered, or refused.
    Answered {
        /// Which one, as [`super::Outbox::ask`] numbered it.
        id: RequestId,
        /// What it was asked for.
        slot: Slot,
        /// The answer.
        result: Box<Result<Answer, Refusal>>,
    },
    /// The store is still being opened, and got so far.
    Opening(Milestone),
    /// The store is open and verified, or could not be opened.
    Opened,
    /// It is known whose some Secrets are, or that was refused.
    Traced {
        /// Which question, as [`super::Outbox::trace`] numbered it.
        id: RequestId,
        /// The answer.
        result: Box<Result<Traced, Refusal>>,
    },
    /// The store is at this revision now, by whomever.
    Changed(u64),
    /// The clipboard did something.
    Clipboard(ClipboardReport),
    /// A signal asks the program to end.
    Signal,
    /// The program was suspended and is back: everything must be painted again.
    Resumed,
    /// The terminal is gone.
    HangUp,
    /// A deadline that [`super::App::deadline`] named has passed.
    Tick,
}

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// A Key.
    Key,
    /// A Secret.
    Secret,
    /// `CLAVIGER_KEY=…` and `CLAVIGER_SECRET=…` lines.
    Both,
}

impl Copied {
    /// Whether a Secret is in it.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Secret | Self::Both)
    }
}

/// What the clipboard did. Never holds the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClipboardReport {
    /// It took the text.
    Copied {
        /// What.
        what: Copied,
        /// Which way it went, in words: "copied to the X11 clipboard".
        how: String,
        /// Whether reading it back gave the same text.
        confirmed: bool,
        /// When it will be cleared, on [`crate::clock::Clock::ticks`]; `None` for what need not be.
        clears_at: Option<Duration>,
    },
    /// It did not take the text.
    Failed {
        /// What.
        what: Copied,
        /// Why.
        sentence: String,
        /// What to do.
        hint: String,
    },
    /// Our text was there and is gone now.
    Cleared,
    /// Somebody else's text is there: it was left alone.
    Left,
}
