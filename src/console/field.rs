//! One line of text being typed: cursor, word moves, scrolling, wide characters, and a paste that cannot do harm.
//!
//! Editing itself is tui-input's; this file says which key means what, keeps a text within its length, and cuts the
//! part that fits on screen. It must not know what the text is for, nor ever hold a Secret: it does not wipe memory.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::{Frame, widgets::Paragraph};
use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::draw::fit;
use super::event::{KeyCode, KeyEvent, KeyModifiers};
use crate::model::text;

/// A line of text with a cursor.
#[derive(Debug, Clone, Default)]
pub struct Field {
    input: Input,
    limit: usize,
}

impl Field {
    /// An empty field that takes at most `limit` characters.
    pub fn new(limit: usize) -> Self {
        Self { input: Input::default(), limit }
    }

    /// The same field holding a text, with the cursor behind it.
    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        self.set(text);
        self
    }

    /// Replaces the text; the cursor goes behind it.
    pub fn set(&mut self, text: &str) {
        self.input = Input::new(text.chars().take(self.limit).collect());
    }

    /// What was typed so far.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// Takes a key if it is one that types or edits; whether it was.
    pub fn press(&mut self, key: &KeyEvent) -> bool {
        let Some(request) = request(key) else { return false };
        let full = self.text().chars().count() >= self.limit;
        if !(full && matches!(request, InputRequest::InsertChar(_))) {
            self.input.handle(request);
        }
        true
    }

    /// Takes a pasted text up to its first line break, without controls, as far as there is room.
    ///
    /// What is merely invisible stays, so that the rule of the field can name it instead of it vanishing unseen.
    pub fn paste(&mut self, pasted: &str) {
        let line = pasted.trim_start_matches(['\r', '\n']).split(['\r', '\n']).next().unwrap_or_default();
        let room = self.limit.saturating_sub(self.text().chars().count());
        for c in line.chars().filter(|c| !c.is_control()).take(room) {
            self.input.handle(InputRequest::InsertChar(c));
        }
    }

    /// The part of the text that a line of `width` columns shows, made safe, and the cursor's column in it.
    pub fn visible(&self, width: u16) -> (String, u16) {
        let width = usize::from(width.max(1));
        let mut cells: Vec<(String, usize)> = Vec::new();
        let (mut seen, mut cursor) = (0, None);
        for grapheme in self.text().graphemes(true) {
            if seen >= self.input.cursor() && cursor.is_none() {
                cursor = Some(cells.len());
            }
            seen += grapheme.chars().count();
            let safe = text::escape(grapheme).into_owned();
            let columns = safe.width();
            cells.push((safe, columns));
        }
        let cursor = cursor.unwrap_or(cells.len());
        // The cursor needs a column of its own: as wide as what it stands on, or one behind the end.
        let own = cells.get(cursor).map_or(1, |c| c.1.clamp(1, width));
        let mut first = 0;
        let mut before: usize = cells[..cursor].iter().map(|c| c.1).sum();
        while before + own > width && first < cursor {
            before -= cells[first].1;
            first += 1;
        }
        let mut shown = String::new();
        let mut used = 0;
        for (safe, columns) in &cells[first..] {
            if used + columns > width {
                break;
            }
            shown.push_str(safe);
            used += columns;
        }
        (shown, u16::try_from(before.min(width - 1)).unwrap_or(0))
    }

    /// Draws the text on one line; puts the terminal's cursor there if the field has the focus.
    pub fn view(&self, frame: &mut Frame, area: Rect, style: Style, focused: bool) {
        if area.is_empty() {
            return;
        }
        // Without the focus it reads from its beginning; with it, from wherever the cursor is.
        let (shown, cursor) = if focused {
            self.visible(area.width)
        } else {
            (fit(&text::escape(self.text()), usize::from(area.width)), 0)
        };
        frame.render_widget(Paragraph::new(Line::from(Span::styled(shown, style))).style(style), area);
        if focused {
            frame.set_cursor_position(Position::new(area.x + cursor, area.y));
        }
    }
}

/// What a key means inside a line of text; `None` for keys that do not edit.
fn request(key: &KeyEvent) -> Option<InputRequest> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    Some(match key.code {
        // AltGr arrives as Control and Alt together and types a character like any other.
        KeyCode::Char(c) if control == alt => InputRequest::InsertChar(c),
        KeyCode::Char('a') if control => InputRequest::GoToStart,
        KeyCode::Char('e') if control => InputRequest::GoToEnd,
        KeyCode::Char('b') if control => InputRequest::GoToPrevChar,
        KeyCode::Char('f') if control => InputRequest::GoToNextChar,
        KeyCode::Char('h') if control => InputRequest::DeletePrevChar,
        KeyCode::Char('d') if control => InputRequest::DeleteNextChar,
        KeyCode::Char('w') if control => InputRequest::DeletePrevWord,
        KeyCode::Char('u') if control => InputRequest::DeleteFromStart,
        KeyCode::Char('k') if control => InputRequest::DeleteTillEnd,
        KeyCode::Char('y') if control => InputRequest::Yank,
        KeyCode::Char('b') if alt => InputRequest::GoToPrevWord,
        KeyCode::Char('f') if alt => InputRequest::GoToNextWord,
        KeyCode::Char('d') if alt => InputRequest::DeleteNextWord,
        KeyCode::Backspace if control || alt => InputRequest::DeletePrevWord,
        KeyCode::Delete if control || alt => InputRequest::DeleteNextWord,
        KeyCode::Left if control || alt => InputRequest::GoToPrevWord,
        KeyCode::Right if control || alt => InputRequest::GoToNextWord,
        KeyCode::Backspace => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    fn control(c: char) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)
    }

    fn typed(limit: usize, text: &str) -> Field {
        let mut field = Field::new(limit);
        for c in text.chars() {
            assert!(field.press(&key(KeyCode::Char(c))));
        }
        field
    }

    #[test]
    fn a_paste_ends_at_the_first_line_break_and_loses_its_controls() {
        let mut field = Field::new(200);
        field.paste("\r\nHR\u{1b}[2J \tSync\nD\ny");
        assert_eq!(field.text(), "HR[2J Sync");
    }

    #[test]
    fn typing_and_pasting_stop_at_the_limit() {
        let mut field = typed(5, "abcdefgh");
        assert_eq!(field.text(), "abcde");
        field.press(&key(KeyCode::Backspace));
        field.paste("xyz");
        assert_eq!(field.text(), "abcdx");
    }

    #[test]
    fn the_shell_s_keys_edit() {
        let mut field = typed(200, "HR System Sync");
        field.press(&control('w'));
        assert_eq!(field.text(), "HR System ");
        field.press(&key(KeyCode::Home));
        field.press(&key(KeyCode::Delete));
        assert_eq!(field.text(), "R System ");
        field.press(&key(KeyCode::End));
        field.press(&control('u'));
        assert!(field.is_empty());
    }

    #[test]
    fn keys_that_do_not_edit_are_left_to_others() {
        let mut field = Field::new(10);
        for code in [KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::Up, KeyCode::F(1)] {
            assert!(!field.press(&key(code)), "{code:?}");
        }
        assert!(!field.press(&control('c')) && !field.press(&control('s')));
    }

    #[test]
    fn the_cursor_stays_in_sight_also_behind_wide_characters() {
        let field = typed(200, "東京システム");
        for width in 0..20 {
            let (shown, cursor) = field.visible(width);
            assert!(shown.width() <= usize::from(width.max(1)), "{width}: {shown}");
            assert!(cursor < width.max(1), "{width}: {cursor}");
        }
        assert_eq!(field.visible(6), ("テム".to_owned(), 4));
    }

    #[test]
    fn an_invisible_character_is_shown_written_out() {
        let mut field = Field::new(20);
        field.paste("a\u{202e}b");
        assert_eq!(field.visible(40).0, "a\\u{202e}b");
    }
}
