//! The list of all actions: filtered by typing, run by Enter; what cannot be done now says why.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::action::Action;
use super::draw::{fit, modal, pad, width};
use super::effect::{Outbox, Tone};
use super::field::Field;
use super::history::LogonDetails;
use super::keymap::{Binding, Place};
use super::layer::{Layer, Stage, Turn};
use crate::model::Reference;

/// One action that could be run.
#[derive(Debug, Clone)]
struct Entry {
    keys: String,
    help: String,
    /// Words that find it besides those shown.
    also: String,
    action: Action,
    disabled: Option<String>,
}

/// The list.
#[derive(Debug)]
pub struct Palette {
    entries: Vec<Entry>,
    field: Field,
    cursor: usize,
    /// What the signs before the rows of the screen below mean.
    legend: &'static str,
}

impl Palette {
    /// Of these bindings, each with the reason why it cannot be done now, if there is one.
    pub fn new(
        bindings: impl Iterator<Item = (&'static Binding, Option<String>)>,
        legend: &'static str,
    ) -> Self {
        let entry = |(binding, disabled): (&'static Binding, Option<String>)| Entry {
            keys: binding.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            help: binding.help.to_owned(),
            also: format!("{} {}", binding.label, binding.place.name()),
            action: binding.action,
            disabled,
        };
        let skipped = |action| matches!(action, Action::Palette | Action::DeleteHint);
        let mut entries: Vec<Entry> = Vec::new();
        for entry in bindings.map(entry).filter(|e| !skipped(e.action)) {
            // What a screen names again, because it matters there, is one action all the same.
            if entries.iter().all(|other| (other.action, &other.help) != (entry.action, &entry.help)) {
                entries.push(entry);
            }
        }
        Self { entries, field: Field::new(60), cursor: 0, legend }
    }

    /// With the words typed after which a reference is expected.
    #[must_use]
    pub fn asking_why(mut self) -> Self {
        self.field.set("why ");
        self
    }

    /// The reference that is typed, alone or after "why".
    fn reference(&self) -> Option<Reference> {
        let text = self.field.text().trim();
        let word = text.split_once(char::is_whitespace).filter(|(word, _)| word.eq_ignore_ascii_case("why"));
        Reference::parse(word.map_or(text, |(_, reference)| reference))
    }

    /// The action that a typed reference makes, at the end of those that were found.
    fn found(&self) -> Vec<Entry> {
        let why = self.reference().map(|reference| Entry {
            keys: String::new(),
            help: format!("Why was {reference} refused"),
            also: String::new(),
            action: Action::Why,
            disabled: None,
        });
        self.matching().into_iter().cloned().chain(why).collect()
    }

    fn matching(&self) -> Vec<&Entry> {
        let words: Vec<String> =
            self.field.text().to_lowercase().split_whitespace().map(str::to_owned).collect();
        let has = |text: &str| {
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        };
        let fits = |entry: &&Entry| has(&format!("{} {} {}", entry.help, entry.also, entry.keys));
        let mut found: Vec<&Entry> = self.entries.iter().filter(fits).collect();
        // What says it in its own words comes before what only belongs to it.
        found.sort_by_key(|entry| !has(&entry.help));
        found
    }

    fn line(entry: &Entry, columns: usize, selected: bool, stage: Stage) -> Line<'static> {
        let theme = stage.theme;
        let keys = pad(&entry.keys, 15.min(columns / 3));
        let tail = match &entry.disabled {
            Some(why) => format!("  {why}"),
            None => String::new(),
        };
        let room = columns.saturating_sub(width(&keys) + 1);
        let help = fit(&entry.help, room);
        let tail = fit(&tail, room.saturating_sub(width(&help)));
        let style = if entry.disabled.is_some() { theme.dim() } else { theme.text() };
        let line = Line::from(vec![
            Span::styled(format!("{keys} "), theme.accent()),
            Span::styled(help, style),
            Span::styled(tail, theme.dim()),
        ]);
        if selected {
            let blank = columns.saturating_sub(line.width());
            let mut line = line;
            line.push_span(Span::raw(" ".repeat(blank)));
            return line.patch_style(theme.selected());
        }
        line
    }
}

impl Layer for Palette {
    fn places(&self) -> &'static [Place] {
        &[Place::Palette]
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        let count = self.found().len();
        match action {
            Action::Back => return Turn::Close,
            Action::Up => self.cursor = self.cursor.min(count).saturating_sub(1),
            Action::Down => self.cursor = (self.cursor + 1).min(count.saturating_sub(1)),
            Action::Type(key) => {
                self.field.press(&key);
                self.cursor = 0;
            }
            Action::Submit => {
                let chosen = self.found().get(self.cursor).map(|e| (e.action, e.disabled.clone()));
                match chosen {
                    Some((Action::Why, None)) => match self.reference() {
                        Some(reference) => {
                            return Turn::Replace(Box::new(LogonDetails::of_reference(reference)));
                        }
                        None => self.field.set("why "),
                    },
                    Some((action, None)) => return Turn::Pass(action),
                    Some((_, Some(why))) => outbox.say(Tone::Note, format!("{why}."), ""),
                    None => {}
                }
            }
            _ => {}
        }
        Turn::Stay
    }

    fn paste(&mut self, text: &str, _outbox: &mut Outbox) -> Turn {
        self.field.paste(text);
        self.cursor = 0;
        Turn::Stay
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let entries = self.found();
        // As high as the whole list, so that the box does not jump while it is filtered.
        let below = if self.legend.is_empty() { 4 } else { 6 };
        let height =
            u16::try_from(self.entries.len()).unwrap_or(u16::MAX).saturating_add(below).min(area.height);
        let inner = modal(frame, area, "All actions", area.width.min(78), height, theme);
        if inner.height < 2 {
            return;
        }
        let prompt = Rect { height: 1, ..inner };
        frame.render_widget(Paragraph::new(Line::styled("› ", theme.accent())), prompt);
        let field = Rect { x: inner.x + 2.min(inner.width), width: inner.width.saturating_sub(2), ..prompt };
        self.field.view(frame, field, theme.text(), true);
        let list =
            Rect { y: inner.y + 2, height: inner.height.saturating_sub(2), ..inner }.intersection(inner);
        // What the signs mean gives way to the actions where there is little room.
        let told = !self.legend.is_empty() && inner.height >= 12;
        if told {
            let line = Rect { y: inner.bottom() - 1, height: 1, ..inner };
            let text = fit(self.legend, usize::from(inner.width));
            frame.render_widget(Paragraph::new(Line::styled(text, theme.dim())), line);
        }
        let list = Rect { height: list.height.saturating_sub(if told { 2 } else { 0 }), ..list };
        if entries.is_empty() {
            let asking = self.field.text().trim_start().to_lowercase().starts_with("why");
            let text = if asking {
                "A reference has eight letters and digits, such as 4F2K-9QXM. Esc closes."
            } else {
                "No action has these words. Esc closes."
            };
            let none = Paragraph::new(Line::styled(text, theme.dim()));
            frame.render_widget(none, list);
            return;
        }
        let rows = usize::from(list.height);
        let from = (self.cursor + 1).saturating_sub(rows);
        let shown: Vec<Line> = entries
            .iter()
            .enumerate()
            .skip(from)
            .take(rows)
            .map(|(place, entry)| Self::line(entry, usize::from(list.width), place == self.cursor, stage))
            .collect();
        frame.render_widget(Paragraph::new(shown), list);
    }
}
