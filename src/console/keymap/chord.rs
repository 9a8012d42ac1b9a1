//! One key with its modifiers: how it is met in an event, how it is written, how a script names it.
//!
//! What it does is told by the table.

use std::fmt;

use crate::console::event::{KeyCode, KeyEvent, KeyModifiers};

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

pub(super) const fn ch(c: char) -> Chord {
    Chord { code: KeyCode::Char(c), control: false }
}

pub(super) const fn ctrl(c: char) -> Chord {
    Chord { code: KeyCode::Char(c), control: true }
}

pub(super) const fn on(code: KeyCode) -> Chord {
    Chord { code, control: false }
}

pub(super) const ENTER: Chord = on(KeyCode::Enter);

pub(super) const ESC: Chord = on(KeyCode::Esc);

pub(super) const TAB: Chord = on(KeyCode::Tab);

pub(super) const BACK_TAB: Chord = on(KeyCode::BackTab);

pub(super) const UP: Chord = on(KeyCode::Up);

pub(super) const DOWN: Chord = on(KeyCode::Down);

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
    fn a_script_of_keys_reads_as_it_is_written() {
        let keys = chords("j^s<enter>é");
        assert_eq!(keys.len(), 4);
        assert_eq!(keys[1], KeyEvent::new(KeyCode::Char('s'), KeyModifiers::CONTROL));
        assert_eq!(keys[2].code, KeyCode::Enter);
    }
}
