//! The part of the table that is about the review: the screen, and one finding.

use super::table::{DOWN, ENTER, ESC, TAB, UP, ch, first, last, on, quiet, shown};
use super::{Binding, Place};
use crate::console::action::Action;
use crate::console::event::KeyCode;

/// Bindings about findings.
pub(super) const REVIEWS: &[Binding] = &[
    // Review
    first(Place::Review, &[ENTER], Action::Open, "open", "Open this finding: evidence, reason, remedy"),
    first(
        Place::Review,
        &[ch('c')],
        Action::Cards,
        "cards",
        "Decide key by key, the worst first: one card each, one press each",
    ),
    // Cards
    first(
        Place::Cards,
        &[ch('t')],
        Action::ToggleStatus,
        "disable",
        "Disable this key; asks once if a caller would break",
    ),
    shown(Place::Cards, &[ch('r')], Action::Rotate, "rotate", "Rotate this key, then back to the cards"),
    first(Place::Cards, &[ch('s'), ch(' ')], Action::Skip, "skip", "Decide on this key later"),
    first(Place::Cards, &[ch('u')], Action::TakeBack, "undo", "Take the last decision back"),
    shown(Place::Cards, &[TAB], Action::Next, "summary", "What became of the cards so far"),
    last(Place::Cards, &[ENTER], Action::Open, "details", "Open the details of this key"),
    last(
        Place::Cards,
        &[ch('m')],
        Action::Mend,
        "mend",
        "Open the worst finding of this key, with what mends it",
    ),
    quiet(Place::Cards, &[on(KeyCode::Left), ch('h')], Action::Left, "", "The card before"),
    quiet(Place::Cards, &[on(KeyCode::Right), ch('l')], Action::Right, "", "The next card"),
    quiet(Place::Cards, &[ch('j'), DOWN], Action::Down, "down", "Scroll down"),
    quiet(Place::Cards, &[ch('k'), UP], Action::Up, "up", "Scroll up"),
    quiet(Place::Cards, &[ch('y')], Action::CopyKey, "copy Key", "Copy the Key"),
    quiet(
        Place::Cards,
        &[ch('?'), on(KeyCode::F(1)), ch(':')],
        Action::Palette,
        "actions",
        "List of all actions",
    ),
    first(
        Place::Cards,
        &[ESC, ch('q')],
        Action::Back,
        "back",
        "Back to the list; the cards stay as they are",
    ),
    first(Place::CardsSummary, &[ENTER], Action::Open, "go on", "To the first card that is not decided on"),
    first(Place::CardsSummary, &[ch('u')], Action::TakeBack, "undo", "Take the last decision back"),
    shown(
        Place::CardsSummary,
        &[ch('n')],
        Action::Anew,
        "deal anew",
        "Deal the cards anew, as things are now",
    ),
    shown(
        Place::CardsSummary,
        &[TAB, on(KeyCode::Left), ch('h')],
        Action::Next,
        "cards",
        "Back to the card before",
    ),
    quiet(Place::CardsSummary, &[ch('j'), DOWN], Action::Down, "down", "Scroll down"),
    quiet(Place::CardsSummary, &[ch('k'), UP], Action::Up, "up", "Scroll up"),
    quiet(
        Place::CardsSummary,
        &[ch('?'), on(KeyCode::F(1)), ch(':')],
        Action::Palette,
        "actions",
        "List of all actions",
    ),
    first(
        Place::CardsSummary,
        &[ESC, ch('q')],
        Action::Back,
        "back",
        "Back to the list; c comes back to the cards",
    ),
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
