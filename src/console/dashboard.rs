//! The dashboard line, on top of every screen: keys by status, what is due, what was refused in the last hour.
//!
//! Beside the title path as far as there is room; `H` gives it the whole line and the arrows. Counts come from the
//! door's overview: nothing is counted here.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::action::Action;
use super::draw::{grouped, width};
use super::effect::{Outbox, Slot};
use super::history::sparkline;
use super::keymap::Place;
use super::layer::{Layer, Stage, Turn};
use super::theme::Theme;
use crate::registry::{Answer, Overview, Query, Refusal};

/// A place that the line leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Post {
    /// The Active keys.
    Active,
    /// The Disabled ones.
    Disabled,
    /// Those whose rotation or expiry is due.
    Due,
    /// What was refused.
    Refused,
}

impl Post {
    /// All of them, from left to right.
    pub const ALL: [Self; 4] = [Self::Active, Self::Disabled, Self::Due, Self::Refused];

    /// What the filter of its list says.
    pub const fn filter(self) -> &'static str {
        match self {
            Self::Active => "status:active",
            Self::Disabled => "status:disabled",
            Self::Due => "due:14d",
            Self::Refused => "refused",
        }
    }
}

/// How much of the line there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    /// Words and sparkline.
    Full,
    /// The words of the statuses left out.
    Short,
    /// Without the sparkline.
    Bare,
    /// What needs a look alone.
    Alerts,
}

/// What the line says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    active: u64,
    disabled: u64,
    due: u64,
    refused: Vec<u64>,
}

impl From<&Overview> for Counts {
    fn from(overview: &Overview) -> Self {
        let Overview { keys, active, due, refused, .. } = overview;
        Self { active: *active, disabled: keys.saturating_sub(*active), due: *due, refused: refused.clone() }
    }
}

impl Counts {
    fn refusals(&self) -> u64 {
        self.refused.iter().sum()
    }

    fn part(&self, post: Post, size: Size) -> Option<String> {
        let words = size == Size::Full;
        let alerts = size == Size::Alerts;
        Some(match post {
            Post::Active | Post::Disabled if alerts => return None,
            Post::Active if words => format!("● {} Active", grouped(self.active)),
            Post::Active => format!("● {}", grouped(self.active)),
            Post::Disabled if words => format!("○ {} Disabled", grouped(self.disabled)),
            Post::Disabled => format!("○ {}", grouped(self.disabled)),
            Post::Due if alerts && self.due == 0 => return None,
            Post::Due => format!("{} due", grouped(self.due)),
            Post::Refused if alerts && self.refusals() == 0 => return None,
            Post::Refused if words => format!("{} refused in 1 h", grouped(self.refusals())),
            Post::Refused => format!("{} refused", grouped(self.refusals())),
        })
    }

    fn parts(&self, size: Size) -> Vec<(Post, String)> {
        let spark = matches!(size, Size::Full | Size::Short) && self.refusals() > 0;
        let part = |post: Post| {
            let mut text = self.part(post, size)?;
            if post == Post::Refused && spark {
                text = format!("{text} {}", sparkline(&self.refused));
            }
            Some((post, text))
        };
        Post::ALL.into_iter().filter_map(part).collect()
    }

    /// As much of it as fits.
    fn fitting(&self, room: u16) -> Vec<(Post, String)> {
        let fits = |parts: &Vec<(Post, String)>| wide(parts) <= usize::from(room);
        let mut sizes = [Size::Full, Size::Short, Size::Bare].into_iter().map(|size| self.parts(size));
        sizes.find(fits).unwrap_or_else(|| {
            let mut alerts = self.parts(Size::Alerts);
            while !fits(&alerts) {
                alerts.pop();
            }
            alerts
        })
    }
}

/// Columns between two parts.
const GAP: usize = 2;

fn wide(parts: &[(Post, String)]) -> usize {
    parts.iter().map(|(_, text)| width(text) + GAP).sum()
}

/// Draws as much of the line as fits into an area, at its right end.
pub fn draw(counts: &Counts, frame: &mut Frame, area: Rect, theme: Theme) {
    let parts = counts.fitting(area.width);
    let taken = u16::try_from(wide(&parts)).unwrap_or(0);
    let place = Rect { x: area.right().saturating_sub(taken), width: taken, ..area };
    frame.render_widget(Paragraph::new(line(&parts, None, counts, theme)), place.intersection(area));
}

fn line(parts: &[(Post, String)], focus: Option<Post>, counts: &Counts, theme: Theme) -> Line<'static> {
    let mut spans = Vec::new();
    for (post, text) in parts {
        let style = match post {
            _ if focus == Some(*post) => theme.selected(),
            Post::Active => theme.good(),
            Post::Due if counts.due > 0 => theme.warning(),
            Post::Refused if counts.refusals() > 0 => theme.text(),
            _ => theme.dim(),
        };
        spans.push(Span::styled(text.clone(), style));
        spans.push(Span::raw(" ".repeat(GAP)));
    }
    Line::from(spans)
}

/// The part of the line that is drawn at this column of an area.
pub fn post_at(counts: &Counts, area: Rect, column: u16) -> Option<Post> {
    let parts = counts.fitting(area.width);
    let mut left = usize::from(area.right()).saturating_sub(wide(&parts));
    parts.into_iter().find_map(|(post, text)| {
        let right = left + width(&text);
        let hit = (left..right).contains(&usize::from(column));
        left = right + GAP;
        hit.then_some(post)
    })
}

/// The line with the arrows in it.
#[derive(Debug)]
pub struct Dashboard {
    counts: Counts,
    at: usize,
}

impl Dashboard {
    /// On its first part that needs a look, else on the first one.
    pub fn new(counts: Counts) -> Self {
        let at = if counts.due > 0 { 2 } else { 3 * usize::from(counts.refusals() > 0) };
        Self { counts, at }
    }

    fn post(&self) -> Post {
        Post::ALL[self.at % Post::ALL.len()]
    }
}

impl Layer for Dashboard {
    fn places(&self) -> &'static [Place] {
        &[Place::Dashboard]
    }

    fn act(&mut self, action: Action, _outbox: &mut Outbox) -> Turn {
        match action {
            Action::Back => return Turn::Close,
            Action::Submit => return Turn::Visit(self.post()),
            Action::Right => self.at = (self.at + 1) % Post::ALL.len(),
            Action::Left => self.at = (self.at + Post::ALL.len() - 1) % Post::ALL.len(),
            _ => {}
        }
        Turn::Stay
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::Dashboard]
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        outbox.ask(Slot::Dashboard, Query::Overview);
    }

    fn answered(&mut self, _slot: Slot, result: &Result<Answer, Refusal>, _outbox: &mut Outbox) -> Turn {
        if let Ok(Answer::Overview(overview)) = result {
            self.counts = Counts::from(overview);
        }
        Turn::Stay
    }

    fn wheel(&mut self, _by: i64, _outbox: &mut Outbox) -> Turn {
        Turn::Stay
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let top = Rect { height: area.height.min(1), ..area };
        frame.render_widget(Clear, top);
        let mut parts = self.counts.fitting(top.width.saturating_sub(1));
        if parts.len() < Post::ALL.len() {
            // Too narrow for all: the one with the arrows.
            parts =
                self.counts.parts(Size::Bare).into_iter().filter(|(post, _)| *post == self.post()).collect();
        }
        let inner = Rect { x: top.x.saturating_add(1), width: top.width.saturating_sub(1), ..top };
        let line = line(&parts, Some(self.post()), &self.counts, *stage.theme);
        frame.render_widget(Paragraph::new(line), inner.intersection(top));
    }
}

#[cfg(test)]
mod tests;
