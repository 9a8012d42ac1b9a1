//! The part of the table that is about panels: the details of a key, its rotation, a logon, explanations.

use super::Place;
use super::binding::{Binding, first, last, quiet, shown};
use super::chord::{DOWN, ENTER, ESC, UP, ch, on};
use crate::console::action::Action;
use crate::console::event::KeyCode;

/// Bindings of the panels.
pub(super) const PANELS: &[Binding] = &[
    // Details
    shown(Place::Details, &[ch('e')], Action::Edit, "edit", "Edit this key"),
    shown(Place::Details, &[ch('t')], Action::ToggleStatus, "disable/enable", "Disable or enable this key"),
    last(
        Place::Details,
        &[ch('r')],
        Action::Rotate,
        "rotate",
        "Rotate this key, or show how far its rotation is",
    ),
    last(Place::Details, &[ch('y')], Action::CopyKey, "copy Key", "Copy the Key"),
    last(Place::Details, &[ch('v')], Action::ViewAs, "view as", "May this key …? With the reason"),
    shown(Place::Details, &[ch('c')], Action::Story, "its changes", "All changes of this key"),
    shown(Place::Details, &[ch('s')], Action::ExplainSecret, "Secret?", "Why the Secret cannot be retrieved"),
    shown(
        Place::Details,
        &[ch('D'), on(KeyCode::Delete)],
        Action::Delete,
        "delete",
        "Delete this key, for ever",
    ),
    quiet(Place::Details, &[ch('u')], Action::Undo, "undo", "Take back the last status change"),
    quiet(Place::Details, &[ch('d')], Action::DeleteHint, "delete?", "Say which key deletes"),
    quiet(Place::Details, &[ch('j'), DOWN], Action::Down, "down", "Scroll down"),
    quiet(Place::Details, &[ch('k'), UP], Action::Up, "up", "Scroll up"),
    quiet(
        Place::Details,
        &[ch('?'), on(KeyCode::F(1)), ch(':')],
        Action::Palette,
        "actions",
        "List of all actions",
    ),
    first(Place::Details, &[ESC, ch('q'), ENTER], Action::Back, "back", "Back to the list"),
    shown(Place::Reading, &[ch('j'), DOWN], Action::Down, "down", "Scroll down"),
    shown(Place::Reading, &[ch('k'), UP], Action::Up, "up", "Scroll up"),
    quiet(
        Place::Reading,
        &[ch('?'), on(KeyCode::F(1)), ch(':')],
        Action::Palette,
        "actions",
        "List of all actions",
    ),
    first(Place::Reading, &[ESC, ch('q'), ENTER], Action::Back, "back", "Back"),
    first(
        Place::Secret,
        &[ch('r')],
        Action::Rotate,
        "rotate",
        "Give this key a successor with a Secret of its own",
    ),
    // Rotation
    shown(
        Place::Rotation,
        &[ch('v')],
        Action::Verify,
        "verified",
        "Mark as verified: it works with the new key",
    ),
    first(
        Place::Rotation,
        &[ch('t')],
        Action::ToggleStatus,
        "disable/enable old",
        "Disable the old key, or take that back",
    ),
    shown(
        Place::Rotation,
        &[ch('D'), on(KeyCode::Delete)],
        Action::Delete,
        "delete old",
        "Delete the old key, for ever: the rotation is finished",
    ),
    shown(Place::Rotation, &[ch('u')], Action::TakeBack, "take back", "Take the whole rotation back"),
    last(Place::Rotation, &[ch('y')], Action::CopyKey, "copy new Key", "Copy the new Key (never a Secret)"),
    quiet(Place::Rotation, &[ch('d')], Action::DeleteHint, "delete?", "Say which key deletes"),
    quiet(Place::Rotation, &[ch('j'), DOWN], Action::Down, "down", "Scroll down"),
    quiet(Place::Rotation, &[ch('k'), UP], Action::Up, "up", "Scroll up"),
    quiet(
        Place::Rotation,
        &[ch('?'), on(KeyCode::F(1)), ch(':')],
        Action::Palette,
        "actions",
        "List of all actions",
    ),
    first(Place::Rotation, &[ESC, ch('q'), ch('r'), ENTER], Action::Back, "back", "Back"),
];
