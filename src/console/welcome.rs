//! The first screen of a store that has no user group yet: what is needed, and the shortest way to it.
//!
//! Offers the recommended groups as templates, or one of one's own; what is chosen opens prefilled in a form.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::action::Action;
use super::draw::{fit, pad, wrap};
use super::effect::Outbox;
use super::group_form::first_group;
use super::keymap::Place;
use super::layer::{Layer, Stage, Turn};
use crate::model::Role;
use crate::model::text::escape;
use crate::registry::{Template, templates};

/// The first screen of an empty store.
#[derive(Debug)]
pub struct Welcome {
    heading: &'static str,
    templates: Vec<Template>,
    cursor: usize,
}

impl Welcome {
    /// Shown when the console opens on a store without groups.
    pub fn first_run() -> Self {
        // The cursor starts on a group that cannot change anything: the safe one to accept unread.
        let templates = templates();
        let cursor = templates.iter().position(|t| t.group.role == Role::Read).unwrap_or(0);
        Self { heading: "Welcome. This store is empty.", templates, cursor }
    }

    /// Shown when a key was wanted and there is no group for it.
    pub fn before_a_key() -> Self {
        Self { heading: "No key can be made yet: there is no user group.", ..Self::first_run() }
    }

    fn lines(&self, columns: usize, stage: Stage) -> Vec<Line<'static>> {
        let theme = stage.theme;
        let mut lines = vec![Line::styled(self.heading, theme.title()), Line::default()];
        let say = |text: &str| wrap(text, columns).into_iter().map(Line::raw).collect::<Vec<_>>();
        lines
            .extend(say("An API key can do what its user group may do, so the first step is a user group. \
             These four are recommended; each opens in a form where you can change it before it is saved."));
        lines.push(Line::default());
        lines.extend((0..=self.templates.len()).flat_map(|place| self.choice(place, columns, stage)));
        lines.push(Line::default());
        lines.extend(say("After that: n makes the API key, and its Secret is shown once, to be copied."));
        lines
    }

    fn choice(&self, place: usize, columns: usize, stage: Stage) -> [Line<'static>; 2] {
        let theme = stage.theme;
        let (name, role, detail) =
            self.templates.get(place).map_or(("A group of your own", "", "an empty form"), |template| {
                (template.title, template.group.role.name(), template.scenario)
            });
        let chosen = place == self.cursor;
        let sign = if chosen { "▸ " } else { "  " };
        let title = pad(&format!("{sign}{}", escape(name)), columns.saturating_sub(7).min(48));
        let style = if chosen { theme.selected() } else { theme.text() };
        let role_style = if role == Role::Admin.name() { theme.warning() } else { theme.dim() };
        let first =
            Line::from(vec![Span::styled(title, style), Span::styled(format!("  {role}"), role_style)]);
        [first, Line::styled(format!("    {}", fit(&escape(detail), columns.saturating_sub(4))), theme.dim())]
    }
}

impl Layer for Welcome {
    fn places(&self) -> &'static [Place] {
        &[Place::Welcome]
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match action {
            Action::Up => self.cursor = self.cursor.saturating_sub(1),
            Action::Down => self.cursor = (self.cursor + 1).min(self.templates.len()),
            Action::Submit => {
                return Turn::Replace(first_group(self.templates.get(self.cursor).cloned(), outbox));
            }
            Action::New => return Turn::Replace(first_group(None, outbox)),
            Action::Back => return Turn::Close,
            _ => {}
        }
        Turn::Stay
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let area = area.intersection(frame.area());
        frame.render_widget(Clear, area);
        let margin = u16::from(area.width > 60) * 2;
        let inner = Rect { x: area.x + margin, width: area.width - 2 * margin, ..area };
        let lines = self.lines(usize::from(inner.width), stage);
        let chosen =
            lines.iter().position(|line| line.spans.first().is_some_and(|s| s.content.starts_with('▸')));
        let below = chosen.unwrap_or(0).saturating_add(2);
        let skip = below.saturating_sub(usize::from(inner.height));
        frame.render_widget(Paragraph::new(lines.into_iter().skip(skip).collect::<Vec<_>>()), inner);
    }
}

#[cfg(test)]
mod tests;
