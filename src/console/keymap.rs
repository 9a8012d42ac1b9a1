//! Which key means what where: the one table behind dispatch, the footer, the list of actions and the README.
//!
//! Knows nothing of state: whether an action can be done now is asked of the app and its layers.

use std::fmt;

use super::action::Action;
use super::event::{KeyCode, KeyEvent, KeyModifiers};

mod editors;
mod logons;
mod panels;
mod reviews;
mod table;

pub use table::BINDINGS;

/// A part of the console in which bindings apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Everywhere, whatever lies on top.
    Always,
    /// All screens.
    Screens,
    /// Every table.
    Table,
    /// The screen API Keys.
    Keys,
    /// The screen User Groups.
    Groups,
    /// The screen Logon History.
    History,
    /// The screen Changes.
    Changes,
    /// The screen Review.
    Review,
    /// The first screen of an empty store.
    Welcome,
    /// A page of the editor of a group.
    Group,
    /// The description in the editor of a group (text).
    GroupText,
    /// The name of a new table or menu item (text).
    GroupName,
    /// The operator of a condition.
    FilterChoice,
    /// A text of a record filter: field, value, scheme (text).
    FilterText,
    /// The panel View as, on its choice.
    ViewAs,
    /// The panel View as, on a text (text).
    ViewAsText,
    /// The dashboard line.
    Dashboard,
    /// The filter line (text).
    Filter,
    /// A form whose field is a choice.
    Form,
    /// A form whose field is a text (text).
    FormText,
    /// A list to pick from (text filters it).
    Picker,
    /// A question with buttons.
    Confirm,
    /// Two versions of a record, and which one it shall be.
    Collision,
    /// A question that wants a text typed (text).
    Typing,
    /// The details of a key.
    Details,
    /// Why a Secret cannot be shown, of a key that can be rotated.
    Secret,
    /// The rotation of a key.
    Rotation,
    /// One logon, or one refusal and why.
    Logon,
    /// One finding of the review.
    Finding,
    /// The leak desk, on what is typed (text).
    LeakText,
    /// The leak desk, on what was found.
    Leaks,
    /// The findings that are accepted.
    Accepted,
    /// A card of the review.
    Cards,
    /// What became of the cards.
    CardsSummary,
    /// The details of a change or of a group, or an explanation.
    Reading,
    /// Key and Secret of a new key.
    Reveal,
    /// The reveal's field for the last 4 characters (text).
    RevealProof,
    /// The list of actions (text filters it).
    Palette,
}

impl Place {
    /// Whether keys that are bound to nothing here are text.
    pub const fn is_text(self) -> bool {
        matches!(
            self,
            Self::Filter
                | Self::GroupText
                | Self::GroupName
                | Self::FilterText
                | Self::ViewAsText
                | Self::FormText
                | Self::Picker
                | Self::Typing
                | Self::LeakText
                | Self::RevealProof
                | Self::Palette
        )
    }

    /// The heading in the list of actions and in the README.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "Everywhere",
            Self::Screens => "All screens",
            Self::Table => "Tables",
            Self::Keys => "API Keys",
            Self::Groups => "User Groups",
            Self::History => "Logon History",
            Self::Changes => "Changes",
            Self::Review => "Review",
            Self::Welcome => "First run",
            Self::Group => "Editor of a group",
            Self::GroupText => "Editor of a group: a text",
            Self::GroupName => "Editor of a group: a name",
            Self::FilterChoice => "Record filter: an operator",
            Self::FilterText => "Record filter: a text",
            Self::ViewAs => "View as: a choice",
            Self::ViewAsText => "View as: a text",
            Self::Dashboard => "Dashboard line",
            Self::Filter => "Filter line",
            Self::Form => "Forms: a choice",
            Self::FormText => "Forms: a text",
            Self::Picker => "Lists to pick from",
            Self::Confirm => "Questions",
            Self::Collision => "Two versions of a record",
            Self::Typing => "Questions that want a text",
            Self::Details => "Details of a key",
            Self::Secret => "Why a Secret cannot be shown",
            Self::Rotation => "Rotation of a key",
            Self::Logon => "A logon, and why it was refused",
            Self::Finding => "A finding of the review",
            Self::LeakText => "Leak desk: typed text",
            Self::Leaks => "Leak desk",
            Self::Accepted => "Accepted findings",
            Self::Cards => "Cards of the review",
            Self::CardsSummary => "Cards of the review: the summary",
            Self::Reading => "Details and explanations",
            Self::Reveal => "A new Secret",
            Self::RevealProof => "A new Secret: last 4 characters",
            Self::Palette => "List of actions",
        }
    }
}

/// One key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chord {
    /// The key.
    pub code: KeyCode,
    /// Whether Control is held.
    pub control: bool,
}

impl Chord {
    /// Whether this event is this chord. Shift is part of a character already; Alt is never ours.
    pub fn is(self, event: KeyEvent) -> bool {
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        if event.modifiers.contains(KeyModifiers::ALT) || control != self.control {
            return false;
        }
        match (event.code, self.code) {
            (KeyCode::Char(a), KeyCode::Char(b)) if control => a.eq_ignore_ascii_case(&b),
            (KeyCode::Tab, KeyCode::BackTab) => event.modifiers.contains(KeyModifiers::SHIFT),
            (KeyCode::Tab, KeyCode::Tab) => !event.modifiers.contains(KeyModifiers::SHIFT),
            (a, b) => a == b,
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.control {
            f.write_str("^")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) if self.control => write!(f, "{}", c.to_ascii_uppercase()),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            KeyCode::Delete => f.write_str("Del"),
            KeyCode::F(n) => write!(f, "F{n}"),
            other => write!(f, "{other:?}"),
        }
    }
}

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

/// What this key means, given the places that apply, innermost first.
pub fn resolve(places: &[Place], key: KeyEvent) -> Option<Action> {
    let bound = places.iter().find_map(|place| {
        BINDINGS
            .iter()
            .find(|b| b.place == *place && b.keys.iter().any(|chord| chord.is(key)))
            .map(|b| b.action)
    });
    let text = places.first().is_some_and(|place| place.is_text());
    bound.or_else(|| text.then_some(Action::Type(key)))
}

/// The keys of a text such as `jt<enter>^s<down>`, as events: for tests and for journeys. `<lt>` is `<`, `<caret>` `^`.
pub fn chords(text: &str) -> Vec<KeyEvent> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let named = rest
            .strip_prefix('<')
            .and_then(|r| r.split_once('>'))
            .and_then(|(name, after)| Some((KeyEvent::new(named_code(name)?, KeyModifiers::NONE), after)));
        if let Some((key, after)) = named {
            keys.push(key);
            rest = after;
            continue;
        }
        let after = &rest[c.len_utf8()..];
        match (c, after.chars().next()) {
            ('^', Some(letter)) if letter.is_ascii_alphabetic() => {
                keys.push(KeyEvent::new(KeyCode::Char(letter.to_ascii_lowercase()), KeyModifiers::CONTROL));
                rest = &after[1..];
            }
            _ => {
                keys.push(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
                rest = after;
            }
        }
    }
    keys
}

fn named_code(name: &str) -> Option<KeyCode> {
    Some(match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "space" => KeyCode::Char(' '),
        "lt" => KeyCode::Char('<'),
        "caret" => KeyCode::Char('^'),
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "bs" => KeyCode::Backspace,
        "del" => KeyCode::Delete,
        "f1" => KeyCode::F(1),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_bindings_of_one_place_share_a_key() {
        for (i, a) in BINDINGS.iter().enumerate() {
            for b in &BINDINGS[i + 1..] {
                let shared = a.place == b.place && a.keys.iter().any(|k| b.keys.contains(k));
                assert!(!shared, "{:?}: {:?} and {:?}", a.place, a.action, b.action);
            }
        }
    }

    #[test]
    fn a_text_place_takes_every_letter_as_text() {
        for place in [
            Place::Filter,
            Place::GroupText,
            Place::GroupName,
            Place::FilterText,
            Place::ViewAsText,
            Place::FormText,
            Place::Picker,
            Place::Typing,
            Place::LeakText,
            Place::RevealProof,
            Place::Palette,
        ] {
            for c in ('a'..='z').chain('A'..='Z').chain('0'..='9').chain(" /?:".chars()) {
                let key = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
                assert_eq!(resolve(&[place, Place::Always], key), Some(Action::Type(key)), "{place:?} {c}");
            }
        }
    }

    #[test]
    fn a_script_of_keys_reads_as_it_is_written() {
        let keys = chords("j^s<enter>é");
        assert_eq!(keys.len(), 4);
        assert_eq!(keys[1], KeyEvent::new(KeyCode::Char('s'), KeyModifiers::CONTROL));
        assert_eq!(keys[2].code, KeyCode::Enter);
    }
}
