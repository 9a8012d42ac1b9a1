//! The part of the table that is about the review: the screen, and one finding.

use super::table::{DOWN, ENTER, ESC, UP, ch, first, on, quiet, shown};
use super::{Binding, Place};
use crate::console::action::Action;
use crate::console::event::KeyCode;

/// Bindings about findings.
pub(super) const REVIEWS: &[Binding] = &[
    // Review
    first(Place::Review, &[ENTER], Action::Open, "open", "Open this finding: evidence, reason, remedy"),
    // One finding
    first(
        Place::Finding,
        &[ch('m')],
        Action::Mend,
        "mend",
        "Mend it: disable the key, or open what is to be changed",
    ),
    shown(Place::Finding, &[ch('j'), DOWN], Action::Down, "down", "Scroll down"),
    quiet(Place::Finding, &[ch('k'), UP], Action::Up, "up", "Scroll up"),
    quiet(
        Place::Finding,
        &[ch('?'), on(KeyCode::F(1)), ch(':')],
        Action::Palette,
        "actions",
        "List of all actions",
    ),
    first(Place::Finding, &[ESC, ch('q'), ENTER], Action::Back, "back", "Back to the list"),
];
