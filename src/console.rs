//! The console: the face for people at a terminal.
//!
//! What happened outside is an [`Event`], what the person means an [`Action`], the work to do an [`Effect`].
//! [`update`] and [`view`] are pure: no I/O, no clock, no door. Around them stand a loop and a few threads.
//! Knows the door only by its trait, and nothing of files, hashing or the command line.

mod action;
mod app;
pub mod clipboard;
pub mod draw;
mod effect;
pub mod event;
mod field;
mod keymap;
mod layer;
pub mod terminal;
mod theme;
mod update;
mod view;

pub use action::Action;
pub use app::{App, Screen};
pub use effect::{Copy, Effect, Outbox, RequestId, Slot, Toast, Tone};
pub use event::{ClipboardReport, Copied, Event};
pub use field::Field;
pub use keymap::{BINDINGS, Binding, Chord, Place, chords, resolve};
pub use layer::{Layer, Stage, Turn};
pub use theme::Theme;
pub use update::update;
pub use view::view;
