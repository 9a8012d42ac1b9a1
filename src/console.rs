//! The console: the face for people at a terminal.
//!
//! What happened outside is an [`Event`], what the person means an [`Action`], the work to do an [`Effect`].
//! [`update`] and [`view`] are pure: no I/O, no clock, no door. Around them stand a loop and a few threads.
//! Knows the door only by its trait, and nothing of files, hashing or the command line.

mod action;
mod app;
#[cfg(test)]
mod bench;
mod changes;
mod chrome;
pub mod clipboard;
mod collision;
mod confirm;
mod dashboard;
mod details;
pub mod draw;
mod effect;
pub mod event;
mod field;
mod filter;
mod form;
mod grid;
mod group_editor;
mod group_form;
mod groups;
mod history;
mod impact;
mod key_form;
mod keymap;
mod keys;
mod layer;
mod layout;
mod leaks;
mod marks;
mod others;
mod palette;
mod picker;
#[cfg(test)]
mod play;
mod reading;
mod reveal;
mod review;
mod rotation;
mod rotation_form;
mod rows;
mod run;
mod sheet;
pub mod surface;
pub mod terminal;
mod theme;
mod update;
mod view;
mod view_as;
mod welcome;
mod worker;

pub use action::Action;
pub use app::{App, Screen};
pub use effect::{Copy, Effect, Outbox, RequestId, Slot, Toast, Tone};
pub use event::{ClipboardReport, Copied, Event};
pub use field::Field;
pub use group_form::{first_group, new_group};
pub use key_form::{edit_key, new_key};
pub use keymap::{BINDINGS, Binding, Chord, Place, chords, resolve};
pub use layer::{Layer, Stage, Turn};
pub use reveal::Reveal;
pub use run::{ConsoleError, Ended, Entrance, Inbox, Options, drive, run};
pub use theme::Theme;
pub use update::{start, update};
pub use view::view;
pub use welcome::Welcome;
