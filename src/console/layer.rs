//! What lies above a screen: forms, pickers, questions, details, the reveal, the list of actions.
//!
//! A layer owns its state and draws itself. It reaches nothing but the outbox; it never sees the door.

use ratatui::Frame;
use ratatui::layout::Rect;
use std::fmt;
use std::time::Duration;

use super::action::Action;
use super::dashboard::Post;
use super::effect::{Outbox, RequestId, Slot};
use super::event::ClipboardReport;
use super::keymap::Place;
use super::theme::Theme;
use crate::model::{KeyId, Time};
use crate::registry::{Answer, Command, Done, Refusal, Traced};

/// What a layer wants to happen to itself after an action.
#[derive(Debug)]
pub enum Turn {
    /// Nothing.
    Stay,
    /// It is done.
    Close,
    /// Another layer goes above it.
    Open(Box<dyn Layer>),
    /// Another layer takes its place.
    Replace(Box<dyn Layer>),
    /// It goes from the screen, which keeps it and can open it again.
    Shelve,
    /// It closes, and what lies below gets this action.
    Pass(Action),
    /// It stays, and the screen gets this action.
    Screen(Action),
    /// It stays, and the screen API Keys gives this command to the door: its rows are pending till it is saved.
    Commit(Box<Command>),
    /// As [`Turn::Commit`], but asks once if a caller would break.
    Careful(Box<Command>),
    /// As [`Turn::Commit`], and it closes.
    Finish(Box<Command>),
    /// All layers close; the list of this part of the dashboard comes to the front.
    Visit(Post),
    /// All layers close; Changes shows the whole story of this key.
    Story(KeyId, String),
}

/// What a layer needs to draw itself.
#[derive(Debug, Clone, Copy)]
pub struct Stage<'a> {
    /// Styles.
    pub theme: &'a Theme,
    /// The wall clock as of the last event.
    pub now: Time,
    /// The clock's ticks as of the last event.
    pub ticks: Duration,
}

/// What lies above a screen. The topmost gets the keys; all get answers and are drawn from the bottom up.
pub trait Layer: fmt::Debug {
    /// Which bindings apply, innermost first. Where the first is a text place, unbound keys come as
    /// [`Action::Type`].
    fn places(&self) -> &'static [Place];

    /// Does what the person means.
    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn;

    /// Takes pasted text; not cleaned yet.
    fn paste(&mut self, _text: &str, _outbox: &mut Outbox) -> Turn {
        Turn::Stay
    }

    /// Why an action of its places cannot be done now; `None` if it can.
    fn disabled(&self, _action: Action) -> Option<String> {
        None
    }

    /// Whether [`Action::Rotate`] would start a rotation here, not show one.
    fn starts_rotation(&self) -> bool {
        true
    }

    /// The footer's word for an action of its places, where it has a better one than the table of bindings.
    fn label(&self, _action: Action) -> Option<&'static str> {
        None
    }

    /// The query slots whose answers it wants.
    fn slots(&self) -> &'static [Slot] {
        &[]
    }

    /// Takes an answer of one of its slots.
    fn answered(&mut self, _slot: Slot, _result: &Result<Answer, Refusal>, _outbox: &mut Outbox) -> Turn {
        Turn::Stay
    }

    /// The Secrets that it waits to be told of, as numbered by [`Outbox::trace`].
    fn traces(&self) -> Option<RequestId> {
        None
    }

    /// Is told whose they are.
    fn traced(&mut self, _result: &Result<Traced, Refusal>, _outbox: &mut Outbox) {}

    /// The command it waits for, as numbered by [`Outbox::execute`].
    fn awaits(&self) -> Option<RequestId> {
        None
    }

    /// Whether whatever is pressed waits until its command is done.
    fn is_busy(&self) -> bool {
        false
    }

    /// Whether it stands in the place of the screen below, which need not keep up meanwhile.
    fn covers(&self) -> bool {
        false
    }

    /// Takes what came of the command it waits for.
    fn done(&mut self, _result: Result<Done, Refusal>, _outbox: &mut Outbox) -> Turn {
        Turn::Stay
    }

    /// The store changed: ask again for what is shown.
    fn changed(&mut self, _outbox: &mut Outbox) {}

    /// Takes a report of the clipboard.
    fn clipboard(&mut self, _report: &ClipboardReport, _outbox: &mut Outbox) -> Turn {
        Turn::Stay
    }

    /// The mouse wheel turned: `by` is -1 or 1.
    fn wheel(&mut self, by: i64, outbox: &mut Outbox) -> Turn {
        self.act(if by < 0 { Action::Up } else { Action::Down }, outbox)
    }

    /// Whether a Secret is on screen: the mouse is left to the terminal, `q` only hints, `^C` asks.
    fn shows_secret(&self) -> bool {
        false
    }

    /// Whether `^C` is its matter: it asks, or answers a question about leaving.
    fn interrupts(&self) -> bool {
        self.shows_secret()
    }

    /// Whether the area is too small for what must be seen before it may close: then nothing closes it.
    fn is_hidden(&self, _area: Rect) -> bool {
        false
    }

    /// When it wants a [`super::Event::Tick`], on the clock's ticks.
    fn deadline(&self) -> Option<Duration> {
        None
    }

    /// Time went on: what it named as its deadline may have passed.
    fn tick(&mut self, _outbox: &mut Outbox) {}

    /// Draws itself. `area` is the whole screen above the footer, and may be as small as nothing.
    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage);
}
