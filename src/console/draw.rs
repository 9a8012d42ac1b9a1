//! Text and boxes that fit: cut between graphemes, wrapped at words, centred, never outside the screen.
//!
//! Everything here takes escaped text or escapes it itself; nothing here knows what is drawn.

pub use crate::model::grouped;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::theme::Theme;

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text if it fits into so many columns, else its beginning and `…`.
pub fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let mut cut = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = grapheme.width();
        if used + wide > columns - 1 {
            break;
        }
        cut.push_str(grapheme);
        used += wide;
    }
    cut.push('…');
    cut
}

/// [`fit`], filled up with spaces to exactly so many columns.
pub fn pad(text: &str, columns: usize) -> String {
    let mut fitted = fit(text, columns);
    let missing = columns.saturating_sub(fitted.width());
    fitted.extend(std::iter::repeat_n(' ', missing));
    fitted
}

/// The text in lines of at most so many columns, broken at spaces where possible, else between graphemes.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let gap = usize::from(!line.is_empty());
        if line.width() + gap + word.width() <= columns {
            if gap == 1 {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for grapheme in word.graphemes(true) {
            if line.width() + grapheme.width() > columns {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(grapheme);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A box of this size in the middle of the area, never larger than it.
pub fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let (w, h) = (width.min(area.width), height.min(area.height));
    let x = area.x.saturating_add((area.width - w) / 2);
    let y = area.y.saturating_add((area.height - h) / 2);
    Rect::new(x, y, w, h).intersection(area)
}

/// Clears a centred box, draws its border and title, and gives back the room inside (one column of air on each side).
pub fn modal(frame: &mut Frame, area: Rect, title: &str, width: u16, height: u16, theme: Theme) -> Rect {
    let outer = centered(area, width, height);
    frame.render_widget(Clear, outer);
    let title = if title.is_empty() { String::new() } else { format!(" {title} ") };
    let title = fit(&title, usize::from(outer.width.saturating_sub(4)));
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.accent())
        .title(Line::styled(title, theme.title()));
    let inner = block.inner(outer);
    frame.render_widget(block, outer);
    let air = u16::from(inner.width > 4);
    Rect { x: inner.x + air, width: inner.width - 2 * air, ..inner }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_text_is_cut_between_graphemes_and_never_too_wide() {
        assert_eq!(fit("東京都庁", 5), "東京…");
        assert_eq!(fit("東京都庁", 4), "東…");
        assert_eq!(pad("東京都庁", 4), "東… ");
        assert_eq!(fit("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(fit("abc", 0), "");
    }

    #[test]
    fn wrapping_breaks_at_spaces_and_cuts_only_longer_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
    }

    #[test]
    fn a_box_never_leaves_the_screen() {
        for (w, h) in [(0, 0), (1, 1), (5, 2), (80, 24)] {
            let area = Rect::new(0, 0, w, h);
            assert_eq!(centered(area, 60, 10).intersection(area), centered(area, 60, 10));
        }
    }
}
