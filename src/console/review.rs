//! The screen Review: what goes against the security practices, the worst first, each with its evidence.
//!
//! Rows come by windows like everywhere. What could not be known stands under the table, so that few findings are never
//! taken for few faults.

use ratatui::Frame;

use super::action::Action;
use super::effect::{Outbox, Slot};
use super::filter::FilterLine;
use super::grid::{self, BAR, GUTTER, GridColumn, GridRow};
use super::layer::{Layer, Turn};
use super::layout::Layout;
use super::rows::{Page, Rows};
use super::theme::Theme;
use crate::model::text::escape;
use crate::model::{Severity, SomeLimits};
use crate::registry::{Finding, Query, ReviewPage};

mod acceptance;
mod accepted;
mod cards;
mod finding;

use acceptance::accept;
use accepted::AcceptedFindings;
use cards::Cards;
pub use finding::FindingDetails;
use finding::mend;

/// State of the screen Review.
#[derive(Debug, Default)]
pub struct ReviewScreen {
    /// The window on the findings.
    pub rows: Rows<Finding>,
    /// The filter line.
    pub filter: FilterLine,
    /// What could not be known, escaped.
    pub gaps: Vec<String>,
    /// How many Active keys were looked at.
    pub looked_at: u64,
    /// How many findings are left out because they are accepted.
    pub accepted: u64,
    /// The review that the rows belong to; none: whatever holds now.
    stamp: Option<u64>,
    /// The cards that were dealt last and left, and for which words.
    shelf: Option<Box<dyn Layer>>,
    dealt: String,
}

impl ReviewScreen {
    /// The store changed, or the person comes back: what was found before is old.
    pub fn outdate(&mut self) {
        self.stamp = None;
        self.refilter();
    }

    /// The filter changed: other rows of the same review.
    pub fn refilter(&mut self) {
        self.rows.renew();
    }

    /// Asks for what the screen lacks.
    pub fn sync(&mut self, outbox: &mut Outbox) {
        if let Some(window) = self.rows.lacking(outbox.is_open(Slot::Review)) {
            let (limits, text) = (SomeLimits::default(), self.filter.text().to_owned());
            let stamp = self.stamp;
            outbox.ask(Slot::Review, Query::Review { limits, text, stamp, whole: false, window });
        }
    }

    /// Takes a page in; the cursor follows its finding.
    pub fn accept(&mut self, page: ReviewPage) {
        let ReviewPage { stamp, total, of, offset, rows, looked_at, accepted, gaps, .. } = page;
        let same = |a: &Finding, b: &Finding| (a.practice, a.key, &a.group) == (b.practice, b.key, &b.group);
        self.stamp = Some(stamp);
        self.gaps = gaps.iter().map(|gap| escape(gap).into_owned()).collect();
        (self.looked_at, self.accepted) = (looked_at, accepted);
        self.rows.follow(Page { revision: stamp, total, of, offset, rows }, same);
    }

    /// The cards that were left, or others if they would be about other words.
    fn cards(&mut self) -> Box<dyn Layer> {
        let left = self.shelf.take().filter(|_| self.dealt == self.filter.text());
        left.unwrap_or_else(|| {
            self.filter.text().clone_into(&mut self.dealt);
            Box::new(Cards::new(&self.dealt))
        })
    }

    /// What could not be known, the worst first: on one line, and how much of it there is before it is cut.
    pub fn unknown(&self) -> Option<String> {
        match self.gaps.as_slice() {
            [] => None,
            [gap] => Some(gap.clone()),
            gaps => Some(format!("{} gaps: {}", gaps.len(), gaps.join("; "))),
        }
    }

    /// Keeps the cards as they are.
    pub fn shelve(&mut self, layer: Option<Box<dyn Layer>>) {
        self.shelf = layer;
    }

    /// Why an action cannot be done now.
    pub fn disabled(&self, action: Action) -> Option<String> {
        let of_row = matches!(action, Action::Open | Action::Cards | Action::Accept | Action::Mend);
        (of_row && self.rows.has_none()).then(|| "There is no finding here".into())
    }

    /// Whether an action has to wait for rows before it can be known what it means.
    pub fn must_wait(&self, action: Action) -> bool {
        matches!(action, Action::Open | Action::Cards | Action::Accept | Action::Mend)
            && self.rows.is_coming()
    }

    /// Does what the person means.
    pub fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        if self.rows.travel(action) {
            return Turn::Stay;
        }
        match action {
            Action::Filter => self.filter.open(),
            Action::Accepted => return Turn::Open(Box::<AcceptedFindings>::default()),
            Action::Accept => {
                if let Some(found) = self.rows.current() {
                    let (about, description) = (found.about(), &found.description);
                    return Turn::Open(accept(found.practice, about, description, "", outbox));
                }
            }
            Action::Mend => {
                if let Some(finding) = self.rows.current() {
                    return mend(finding, outbox);
                }
            }
            Action::Cards => return Turn::Open(self.cards()),
            Action::Back if self.filter.clear() => self.outdate(),
            Action::Open => {
                if let Some(finding) = self.rows.current() {
                    return Turn::Open(Box::new(FindingDetails::new(finding.clone(), self.stamp)));
                }
            }
            _ => {}
        }
        Turn::Stay
    }
}

/// Draws headings and rows.
pub fn draw(screen: &ReviewScreen, frame: &mut Frame, at: Layout, theme: Theme) {
    let room = at.body.width.saturating_sub(GUTTER + BAR);
    let roomy = room >= 96;
    let gap = if roomy { 2 } else { 1 };
    let column = GridColumn::plain;
    // Narrow screens cut the words, wide ones nothing: the evidence begins with what counts.
    let (severity, finding, shared) = match room {
        96.. => (8, 25, true),
        72.. => (4, 22, true),
        48.. => (8, if room >= 60 { 25 } else { room / 2 }, false),
        _ => (0, room / 2, false),
    };
    let used = |width: u16| if width > 0 { width + gap } else { 0 };
    let rest = room.saturating_sub(used(severity) + finding + gap);
    let description = if shared { rest.saturating_sub(gap) * 2 / 5 } else { rest };
    let mut columns = Vec::new();
    if severity > 0 {
        columns.push(column(if severity < 8 { "Sev." } else { "Severity" }, severity));
    }
    columns.extend([column("Finding", finding), column("Of", description)]);
    if shared {
        columns.push(column("Evidence", rest.saturating_sub(description + gap)));
    }
    let row = |found: &Finding| {
        let (style, short) = match found.practice.severity() {
            Severity::High => (theme.warning(), "High"),
            Severity::Medium => (theme.text(), "Med."),
            Severity::Low => (theme.dim(), "Low"),
        };
        let mut cells = Vec::new();
        if severity > 0 {
            let word = if severity < 8 { short } else { found.practice.severity().name() };
            cells.push((word.to_owned(), style));
        }
        cells.push((found.practice.name().to_owned(), theme.text()));
        cells.push((subject(found), theme.text()));
        if shared {
            cells.push((escape(&found.evidence).into_owned(), theme.dim()));
        }
        GridRow { gutter: vec!["  ".into()], cells, marked: false }
    };
    grid::list(frame, at, theme, &columns, &screen.rows, row, gap);
}

/// The description of the key, or the group with its code.
fn subject(found: &Finding) -> String {
    let description = escape(&found.description);
    if found.key.is_some() { description.into_owned() } else { format!("{} · {description}", found.group) }
}

/// What is known of a row beyond its cells; and what could not be known, or else why the finding matters.
pub fn describe(screen: &ReviewScreen, found: &Finding) -> (String, String) {
    let key = found.key.map_or_else(String::new, |key| format!("{key} · "));
    let second =
        screen.unknown().map_or_else(|| found.practice.reason().to_owned(), |gaps| format!("! {gaps}"));
    (format!("{key}{}", escape(&found.evidence)), second)
}

#[cfg(test)]
mod tests;
