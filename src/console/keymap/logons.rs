//! The part of the table that is about logons: the screen Logon History, and one logon with its reason.

use super::Place;
use super::binding::{Binding, first, quiet, shown};
use super::chord::{DOWN, ENTER, ESC, UP, ch, on};
use crate::console::action::Action;
use crate::console::event::KeyCode;
use crate::registry::LogonColumn;

/// Bindings about logons.
pub(super) const LOGONS: &[Binding] = &[
    // Logon History
    first(
        Place::History,
        &[ENTER],
        Action::Open,
        "open",
        "Open this logon: every field, and why it was refused",
    ),
    quiet(
        Place::History,
        &[ch('1')],
        Action::SortLogons(Some(LogonColumn::Time)),
        "",
        "Sort by When, again reverses",
    ),
    quiet(
        Place::History,
        &[ch('2')],
        Action::SortLogons(Some(LogonColumn::Result)),
        "",
        "Sort by Result, again reverses",
    ),
    quiet(
        Place::History,
        &[ch('3')],
        Action::SortLogons(Some(LogonColumn::Count)),
        "",
        "Sort by Count, again reverses",
    ),
    quiet(
        Place::History,
        &[ch('4')],
        Action::SortLogons(Some(LogonColumn::Key)),
        "",
        "Sort by Key, again reverses",
    ),
    quiet(
        Place::History,
        &[ch('5')],
        Action::SortLogons(Some(LogonColumn::Source)),
        "",
        "Sort by Source, again reverses",
    ),
    quiet(
        Place::History,
        &[ch('6')],
        Action::SortLogons(Some(LogonColumn::Agent)),
        "",
        "Sort by Agent, again reverses",
    ),
    quiet(
        Place::History,
        &[ch('7')],
        Action::SortLogons(Some(LogonColumn::Target)),
        "",
        "Sort by Request, again reverses",
    ),
    quiet(Place::History, &[ch('0')], Action::SortLogons(None), "", "Default order: newest first"),
    // One logon
    first(Place::Logon, &[ch('m')], Action::Mend, "mend", "Go where this refusal is mended"),
    shown(Place::Logon, &[ch('j'), DOWN], Action::Down, "down", "Scroll down"),
    quiet(Place::Logon, &[ch('k'), UP], Action::Up, "up", "Scroll up"),
    quiet(
        Place::Logon,
        &[ch('?'), on(KeyCode::F(1)), ch(':')],
        Action::Palette,
        "actions",
        "List of all actions",
    ),
    first(Place::Logon, &[ESC, ch('q'), ENTER], Action::Back, "back", "Back"),
];
