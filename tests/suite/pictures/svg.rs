//! From the cells of a screen to an SVG that looks like a terminal.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

const CELL: (f32, f32) = (8.4, 19.0);
const MARGIN: f32 = 16.0;
const BAR: f32 = 30.0;
const GROUND: &str = "#1c2128";
const TEXT: &str = "#cdd3da";

fn colour(color: Color, otherwise: &'static str) -> &'static str {
    match color {
        Color::Black => "#2b3038",
        Color::Red => "#f47067",
        Color::Green => "#6bc46d",
        Color::Yellow => "#daaa3f",
        Color::Blue => "#6cb6ff",
        Color::Magenta => "#dcbdfb",
        Color::Cyan => "#56d4dd",
        Color::Gray => "#adbac7",
        Color::DarkGray => "#7d8793",
        Color::White => "#f0f3f6",
        _ => otherwise,
    }
}

/// Colours and attributes of a cell.
fn look(cell: &Cell) -> (&'static str, Option<&'static str>, String) {
    let (mut front, back) = (colour(cell.fg, TEXT), colour(cell.bg, GROUND));
    let mut ground = (back != GROUND).then_some(back);
    if cell.modifier.contains(Modifier::REVERSED) {
        (front, ground) = (back, Some(front));
    }
    let mut attributes = String::new();
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::DIM, " opacity=\"0.6\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
    ] {
        if cell.modifier.contains(modifier) {
            attributes.push_str(attribute);
        }
    }
    (front, ground, attributes)
}

/// Draws a screen; `label` says which it is to whoever cannot see it.
pub fn draw(buffer: &Buffer, label: &str) -> String {
    let (columns, rows) = (f32::from(buffer.area.width), f32::from(buffer.area.height));
    let (width, height) = (columns * CELL.0 + 2.0 * MARGIN, rows * CELL.1 + MARGIN + BAR);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" \
         aria-label=\"claviger: {label}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"9\" fill=\"{GROUND}\"/>\n"
    );
    for (index, fill) in ["#f47067", "#daaa3f", "#6bc46d"].iter().enumerate() {
        let _ = writeln!(svg, "<circle cx=\"{}\" cy=\"15\" r=\"5.5\" fill=\"{fill}\"/>", 20 + 18 * index);
    }
    svg.push_str("<g font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"14\">\n");
    for y in 0..buffer.area.height {
        row(buffer, y, &mut svg);
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// One row, a piece for each run of cells that look alike.
fn row(buffer: &Buffer, y: u16, svg: &mut String) {
    let width = buffer.area.width;
    let mut x = 0;
    while x < width {
        let style = look(&buffer[(x, y)]);
        let (start, mut text, mut wide) = (x, String::new(), false);
        while x < width && look(&buffer[(x, y)]) == style {
            let symbol = buffer[(x, y)].symbol();
            let cells = u16::try_from(symbol.width().max(1)).unwrap();
            // A wide character stands for itself: its glyph may come from another font, with another width.
            if (cells > 1 || wide) && !text.is_empty() {
                break;
            }
            wide = cells > 1;
            text.push_str(symbol);
            x += cells;
        }
        piece(svg, (start, y), x - start, &text, &style);
    }
}

fn piece(
    svg: &mut String,
    (x, y): (u16, u16),
    cells: u16,
    text: &str,
    (front, ground, attributes): &(&str, Option<&str>, String),
) {
    let (left, top) = (MARGIN + f32::from(x) * CELL.0, BAR + f32::from(y) * CELL.1);
    let length = f32::from(cells) * CELL.0;
    if let Some(ground) = ground {
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{length:.1}\" height=\"{}\" fill=\"{ground}\"/>",
            CELL.1
        );
    }
    let mut column = x;
    // Word by word where gaps are wide: not every viewer keeps blanks.
    for word in text.split("  ") {
        let shown = word.trim_start();
        let start = column + u16::try_from(word.len() - shown.len()).unwrap();
        if !shown.is_empty() {
            let (left, length) = (MARGIN + f32::from(start) * CELL.0, shown.trim_end().width());
            let length = f32::from(u16::try_from(length).unwrap()) * CELL.0;
            let safe = shown.trim_end().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let _ = writeln!(
                svg,
                "<text x=\"{left:.1}\" y=\"{:.1}\" textLength=\"{length:.1}\" \
                 lengthAdjust=\"spacingAndGlyphs\" fill=\"{front}\"{attributes}>{safe}</text>",
                top + 14.0
            );
        }
        column += u16::try_from(word.width()).unwrap() + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn a_change_of_text_or_style_changes_the_picture() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, "a < 東京 & b", Style::new());
        let plain = draw(&buffer, "a screen");
        assert!(
            plain.contains(">a &lt;</text>") && plain.contains(">東</text>") && plain.contains("&amp; b")
        );
        buffer.set_style(Rect::new(0, 0, 1, 1), Style::new().fg(Color::Green));
        assert_ne!(draw(&buffer, "a screen"), plain);
    }
}
