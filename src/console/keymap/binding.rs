//! One line of the table, and how prominent the footer makes it.

use super::{Chord, Place};
use crate::console::action::Action;

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where it applies.
    pub place: Place,
    /// The keys, the usual one first.
    pub keys: &'static [Chord],
    /// What it does.
    pub action: Action,
    /// One to three words for the footer.
    pub label: &'static str,
    /// A phrase for the list of actions and the README.
    pub help: &'static str,
    /// Whether the footer names it: 0 not, 1 always, 2 and 3 as width allows. The table's order is the footer's.
    pub footer: u8,
}

macro_rules! prominence {
    ($($(#[$doc:meta])* $name:ident = $footer:literal;)*) => {$(
        $(#[$doc])*
        pub(super) const fn $name(
            place: Place,
            keys: &'static [Chord],
            action: Action,
            label: &'static str,
            help: &'static str,
        ) -> Binding {
            Binding { place, keys, action, label, help, footer: $footer }
        }
    )*};
}

prominence! {
    /// A binding that the footer always names, as far as there is room at all.
    first = 1;
    /// A binding that the footer names.
    shown = 2;
    /// A binding that only a wide footer names.
    last = 3;
    /// A binding that only the list of actions and the README name.
    quiet = 0;
}
