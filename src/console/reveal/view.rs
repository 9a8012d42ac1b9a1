//! How the reveal looks: no side borders, so that Key and Secret stand each alone on their line for the terminal's
//! own selection; never a truncated Secret: whole, in groups, or hidden.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::Clear;

use super::{PROOF, Progress, Reveal, Word};
use crate::console::draw::{fit, wrap};
use crate::console::effect::Tone;
use crate::console::layer::Stage;

/// Below this many columns Key and Secret are wrapped.
const WHOLE: u16 = 64;
/// Characters of one group where they are wrapped.
const GROUP: usize = 8;

const ONCE: &str =
    "Copy both now: the Secret is shown only this once. If you lose it, you must make a new key.";
const WARNING: &str = "Treat it with the same care as a password: keep it in a secrets manager or in environment \
    variables, never in source code, in configuration files under version control, or in shared documents.";

/// Draws one line after the other, as far as the area goes.
struct Pen<'a, 'b> {
    frame: &'a mut Frame<'b>,
    area: Rect,
    y: u16,
}

impl Pen<'_, '_> {
    /// Borrows the text: a Secret passes here without a copy on the heap.
    fn line(&mut self, indent: u16, text: &str, style: Style) {
        if self.y < self.area.bottom() && indent < self.area.width {
            let columns = usize::from(self.area.width - indent);
            self.frame.buffer_mut().set_stringn(self.area.x + indent, self.y, text, columns, style);
        }
        self.y = self.y.saturating_add(1);
    }

    fn lines(&mut self, texts: &[String], style: Style) {
        for text in texts {
            self.line(0, text, style);
        }
    }

    fn gap(&mut self, wanted: bool) {
        self.y = self.y.saturating_add(u16::from(wanted));
    }

    /// A Key or Secret: whole on one line, or in groups of eight.
    fn value(&mut self, value: &str, per_line: Option<usize>, style: Style) {
        let Some(per_line) = per_line else { return self.line(2, value, style) };
        let mut rest = value;
        while !rest.is_empty() {
            let mut indent = 2;
            for _ in 0..per_line {
                let (group, after) = rest.split_at(GROUP.min(rest.len()));
                if !group.is_empty() && self.y < self.area.bottom() {
                    let x = self.area.x.saturating_add(indent);
                    self.frame.buffer_mut().set_stringn(x, self.y, group, GROUP, style);
                }
                indent = indent.saturating_add(9);
                rest = after;
            }
            self.y = self.y.saturating_add(1);
        }
    }
}

/// How many groups of a value stand on a line so wide; `None`: it stands whole.
fn per_line(width: u16) -> Option<usize> {
    (width < WHOLE).then(|| usize::from(width).saturating_sub(1) / (GROUP + 1))
}

/// How many lines a value takes.
fn height(value: &str, per_line: Option<usize>) -> usize {
    per_line.map_or(1, |per_line| value.len().div_ceil(GROUP * per_line.max(1)))
}

impl Reveal {
    pub(super) fn view(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = stage.theme;
        let area = area.intersection(frame.area());
        frame.render_widget(Clear, area);
        if area.is_empty() {
            return;
        }
        let columns = usize::from(area.width);
        let per_line = per_line(area.width);
        let (key, secret) = (self.fresh.key.as_str(), self.fresh.secret.expose());
        let room = self.room(area);
        let mut pen = Pen { frame, area, y: area.y };
        if self.hidden {
            return pen.lines(&wrap("The Secret is hidden. Enter shows it again.", columns), theme.warning());
        }
        let Some(mut spare) = room else {
            let text = "The Secret is hidden: it does not fit. Make the terminal larger.";
            pen.lines(&wrap(text, columns), theme.warning());
            if let Some(word) = &self.word {
                pen.lines(&wrap(&word.text, columns), theme.tone(word.tone));
            }
            return;
        };
        let foot = self.foot(columns, spare, stage);
        spare -= foot.len();
        // What gives way first when there is little room stands last here.
        let mut room = |lines: usize| {
            let granted = lines <= spare;
            spare -= if granted { lines } else { 0 };
            granted
        };
        let (once, warning) = (wrap(ONCE, columns), wrap(WARNING, columns));
        let (has_title, has_once) = (room(1), room(once.len()));
        let has_warning = room(warning.len() + 1);
        let gaps = room(3);
        if has_title {
            pen.line(0, &fit(&format!("New API key: {}", self.description), columns), theme.title());
        }
        if has_once {
            pen.lines(&once, theme.text());
        }
        pen.gap(gaps);
        pen.line(0, "Key", theme.dim());
        pen.value(key, per_line, theme.accent());
        pen.gap(gaps);
        pen.line(0, "Secret", theme.dim());
        pen.value(secret, per_line, theme.accent());
        if has_warning {
            pen.gap(true);
            pen.lines(&warning, theme.warning());
        }
        pen.gap(gaps);
        let style = self.word.as_ref().map_or(theme.text(), |word| theme.tone(word.tone));
        pen.lines(&foot, style);
        if let Some(typed) = &self.proof {
            let y = pen.y.saturating_sub(1);
            let x = u16::try_from(foot.last().map_or(0, String::len)).unwrap_or(0).saturating_add(1);
            if x.saturating_add(u16::try_from(PROOF).unwrap_or(4)) < area.width && y < area.bottom() {
                let x = area.x + x;
                frame.buffer_mut().set_stringn(x, y, "____", PROOF, theme.dim());
                frame.buffer_mut().set_stringn(x, y, typed.as_str(), PROOF, theme.field());
                let cursor = x + u16::try_from(typed.chars().count()).unwrap_or(0);
                frame.set_cursor_position(Position::new(cursor, y));
            }
        }
    }

    /// How many lines are left for the rest when Key and Secret stand there whole; `None`: they do not fit.
    pub(super) fn room(&self, area: Rect) -> Option<usize> {
        let per_line = per_line(area.width);
        let values = height(self.fresh.key.as_str(), per_line) + height(self.fresh.secret.expose(), per_line);
        let spare = usize::from(area.height).checked_sub(2 + values)?;
        Some(spare).filter(|spare| *spare > 0 && per_line != Some(0))
    }

    /// What the line says while there is nothing newer to say.
    fn standing(&self) -> &'static str {
        match self.progress {
            Progress::Uncopied => "Not copied yet: y copies the Secret, k the Key, b both.",
            Progress::Copying { .. } => "Copying…",
            Progress::Sent => {
                "Sent, but nobody knows whether it arrived: y sends it again, Enter asks for its last 4 characters."
            }
            Progress::Confirmed => "The Secret was copied: Enter closes.",
        }
    }

    /// The status line, or the question for the last characters, in at most so many lines: the Secret comes before it.
    fn foot(&self, columns: usize, most: usize, stage: Stage) -> Vec<String> {
        let mut lines = self.foot_whole(columns, stage);
        let over = lines.len().saturating_sub(most);
        if self.proof.is_some() {
            // It ends in the field.
            lines.drain(..over);
        }
        lines.truncate(most);
        lines
    }

    fn foot_whole(&self, columns: usize, stage: Stage) -> Vec<String> {
        let word = |text: &str| wrap(text, columns);
        if self.proof.is_some() {
            let mut lines = self.word.as_ref().map_or_else(Vec::new, |w| word(&w.text));
            let question = if self.progress == Progress::Sent {
                "The copy could not be confirmed. The Secret's last 4 characters, where you keep it, are:"
            } else {
                "The Secret was not copied from here. Its last 4 characters, where you keep it, are:"
            };
            lines.extend(wrap(question, columns.saturating_sub(PROOF + 2)));
            return lines;
        }
        let mut lines = match &self.word {
            Some(Word { tone: Tone::Good, text }) => word(&format!("● {text}")),
            Some(Word { text, .. }) => word(text),
            None => word(self.standing()),
        };
        if let Some(until) = self.clears_at {
            let left = until.saturating_sub(stage.ticks).as_millis().div_ceil(1000);
            lines.extend(word(&format!("The clipboard clears in {left} s.")));
        }
        lines
    }
}
