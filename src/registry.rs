//! The door: the one way in to the store, for console, command line and server alike.
//!
//! [`Registry::execute`] takes a [`Command`], applies the rules, swaps the record to refused where that must come
//! first, appends to the journal, updates the index, and only then answers. [`Registry::ask`] takes a [`Query`] and
//! answers from memory with a window, never with the world. Knows nothing of terminals, argv or sockets.

mod command;
mod door;
mod query;
mod refusal;
mod templates;

pub use command::{
    Command, Done, Fresh, GroupEdit, KeyDraft, KeyEdit, Outcome, Patch, Prepared, Receipt, Selection,
};
pub use door::{Actor, Door, Ticket};
pub use query::{
    Answer, ChangesPage, Column, GroupDetails, GroupRow, GroupsPage, Health, KeyDetails, KeyFilter, KeyRow,
    KeysPage, Overview, Query, SelectionSummary, Sort, Verdict, Window,
};
pub use refusal::Refusal;
pub use templates::{Template, templates};
