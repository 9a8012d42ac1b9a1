//! The findings that are accepted: what, in whom, until when, whether that still counts; and of one of them why and by
//! whom. Seen, searched and taken back here.
//!
//! Rows come by windows like everywhere.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use std::cell::Cell;

use super::acceptance::accept;
use crate::clock::{date, relative};
use crate::console::action::Action;
use crate::console::draw::{fit, grouped, modal, pad, wrap};
use crate::console::effect::{Outbox, RequestId, Slot, Tone};
use crate::console::filter::FilterLine;
use crate::console::keymap::Place;
use crate::console::layer::{Layer, Stage, Turn};
use crate::console::rows::{Page, Rows};
use crate::model::text::escape;
use crate::model::{SomeLimits, counted};
use crate::registry::{AcceptedRow, Answer, Command, Done, Holding, Query, Refusal};

/// Lines below the list that tell one of them.
const TOLD: u16 = 4;

/// The list.
#[derive(Debug, Default)]
pub struct AcceptedFindings {
    rows: Rows<AcceptedRow>,
    filter: FilterLine,
    /// Only drawing knows how many rows fit.
    height: Cell<u16>,
    work: Option<RequestId>,
}

impl AcceptedFindings {
    fn ask(&mut self, outbox: &mut Outbox) {
        if self.rows.wants() {
            let (limits, text) = (SomeLimits::default(), self.filter.text().to_owned());
            // A screen is asked for even before it is known how many rows it has.
            let window = crate::registry::Window { limit: self.rows.ask().limit.max(50), ..self.rows.ask() };
            outbox.ask(Slot::Accepted, Query::Accepted { limits, text, window });
        }
    }

    /// Works on the filter line; the list follows every change of its words.
    fn filter(&mut self, action: Action) {
        let before = self.filter.text().to_owned();
        match action {
            Action::Submit => self.filter.keep(),
            Action::Back => {
                self.filter.clear();
            }
            Action::Type(key) => {
                self.filter.field_mut().press(&key);
            }
            _ => {}
        }
        self.refilter(&before);
    }

    fn refilter(&mut self, before: &str) {
        if self.filter.text() != before {
            self.rows.renew();
        }
    }

    /// What stands there when nothing does.
    fn nothing(&self) -> String {
        match (self.rows.page().is_some(), self.filter.text()) {
            (false, _) => "Loading…".to_owned(),
            (true, "") => {
                "Nothing is accepted. a on a finding accepts it, with a reason and a date to come back."
                    .to_owned()
            }
            (true, words) => format!("Nothing matches “{}”. Esc clears the filter.", escape(words)),
        }
    }

    fn line(row: &AcceptedRow, columns: usize, stage: Stage) -> String {
        let narrow = columns < 60;
        let until = match row.holding {
            Holding::Holds if narrow => date(row.acceptance.until),
            Holding::Holds => format!("until {}", date(row.acceptance.until)),
            Holding::NotFound => "not found".to_owned(),
            Holding::Lapsed if narrow => "lapsed".to_owned(),
            Holding::Lapsed => format!("lapsed {}", relative(row.acceptance.until, stage.now)),
            Holding::SeenAgain => "found again".to_owned(),
        };
        let finding = row.acceptance.finding.name();
        let wide = if narrow { columns / 3 } else { 26 };
        let end = if narrow { 11.min(columns / 3) } else { 17 };
        let name = columns.saturating_sub(wide + end + 2);
        format!("{} {} {}", pad(finding, wide), pad(&escape(&row.description), name), pad(&until, end))
    }

    fn told(row: &AcceptedRow, columns: usize) -> Vec<String> {
        let one = &row.acceptance;
        let by = escape(one.made.by.as_str());
        let mut lines = wrap(&escape(one.reason.as_str()), columns);
        lines.truncate(2);
        lines.push(format!("{} · {} · by {by} {}", one.about, row.holding.name(), date(one.made.time)));
        lines
    }
}

impl Layer for AcceptedFindings {
    fn places(&self) -> &'static [Place] {
        if self.filter.is_open() { &[Place::Filter] } else { &[Place::Accepted] }
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        self.rows.set_height(self.height.get().max(1));
        if self.rows.travel(action) {
            self.ask(outbox);
            return Turn::Stay;
        }
        if self.filter.is_open() {
            self.filter(action);
            self.ask(outbox);
            return Turn::Stay;
        }
        match (action, self.rows.current()) {
            (Action::Filter, _) => self.filter.open(),
            (Action::Back, _) if self.filter.clear() => {
                self.rows.renew();
                self.ask(outbox);
            }
            (Action::Back, _) => return Turn::Close,
            (Action::TakeBack, Some(row)) => {
                let (finding, about) = (row.acceptance.finding, row.acceptance.about.clone());
                self.work = Some(outbox.execute(Command::WithdrawAcceptance { finding, about }));
            }
            (Action::Accept, Some(row)) => {
                let one = &row.acceptance;
                let (about, reason) = (one.about.clone(), one.reason.as_str());
                return Turn::Open(accept(one.finding, about, &row.description, reason, outbox));
            }
            _ => {}
        }
        Turn::Stay
    }

    fn paste(&mut self, text: &str, outbox: &mut Outbox) -> Turn {
        if self.filter.is_open() {
            let before = self.filter.text().to_owned();
            self.filter.field_mut().paste(text);
            self.refilter(&before);
            self.ask(outbox);
        }
        Turn::Stay
    }

    fn disabled(&self, action: Action) -> Option<String> {
        let of_row = matches!(action, Action::TakeBack | Action::Accept);
        (of_row && self.rows.has_none()).then(|| "Nothing is accepted".into())
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::Accepted]
    }

    fn answered(&mut self, _slot: Slot, result: &Result<Answer, Refusal>, outbox: &mut Outbox) -> Turn {
        match result {
            Ok(Answer::Accepted(page)) => {
                let same = |a: &AcceptedRow, b: &AcceptedRow| {
                    (a.acceptance.finding, &a.acceptance.about) == (b.acceptance.finding, &b.acceptance.about)
                };
                let (revision, total, of, offset) = (page.revision, page.total, page.of, page.offset);
                self.rows.follow(Page { revision, total, of, offset, rows: page.rows.clone() }, same);
            }
            Err(Refusal::Cancelled) | Ok(_) => {}
            Err(refusal) => {
                self.rows.fail();
                outbox.refused(refusal);
            }
        }
        Turn::Stay
    }

    fn awaits(&self) -> Option<RequestId> {
        self.work
    }

    fn is_busy(&self) -> bool {
        self.work.is_some()
    }

    fn done(&mut self, result: Result<Done, Refusal>, outbox: &mut Outbox) -> Turn {
        self.work = None;
        match result {
            Ok(_) => {
                outbox.say(Tone::Good, "Accepted no more: the review holds it to the practices again.", "");
            }
            Err(refusal) => outbox.refused(&refusal),
        }
        Turn::Stay
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        self.rows.set_height(self.height.get().max(1));
        self.rows.outdate();
        self.ask(outbox);
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let (total, of) = (self.rows.total(), self.rows.page().map_or(0, |page| page.of));
        let title = if total == of {
            counted(total, "accepted finding")
        } else {
            format!("{} of {}", grouped(total), counted(of, "accepted finding"))
        };
        let inner = modal(frame, area, &title, area.width.min(100), area.height, theme);
        let told = if inner.height > TOLD + 3 { TOLD } else { 0 };
        let mut list = Rect { height: inner.height - told, ..inner };
        if self.filter.is_shown() && list.height > 1 && list.width > 2 {
            frame.render_widget(Paragraph::new(Line::styled("/", theme.accent())), list);
            let field = Rect { x: list.x + 2, width: list.width - 2, height: 1, ..list };
            self.filter.field().view(frame, field, theme.text(), self.filter.is_open());
            list = Rect { y: list.y + 1, height: list.height - 1, ..list };
        }
        self.height.set(list.height);
        let columns = usize::from(inner.width);
        // Only here it is known how many rows fit, so that the list walks over all that came.
        let (from, known) = self.rows.page().map_or((0, &[][..]), |page| (page.offset, &page.rows[..]));
        if known.is_empty() {
            let text: Vec<Line> =
                wrap(&self.nothing(), columns).into_iter().map(|l| Line::styled(l, theme.dim())).collect();
            frame.render_widget(Paragraph::new(text), list);
            return;
        }
        let cursor = usize::try_from(self.rows.cursor().saturating_sub(from)).unwrap_or(usize::MAX);
        let cursor = cursor.min(known.len().saturating_sub(1));
        let skip = (cursor + 1).saturating_sub(usize::from(list.height));
        let line = |(place, row): (usize, &AcceptedRow)| {
            let style = match row.holding {
                _ if place == cursor => theme.selected(),
                Holding::Holds => theme.text(),
                Holding::NotFound => theme.dim(),
                Holding::Lapsed | Holding::SeenAgain => theme.warning(),
            };
            Line::styled(fit(&Self::line(row, columns, stage), columns), style)
        };
        let shown = known.iter().enumerate().skip(skip).take(usize::from(list.height));
        frame.render_widget(Paragraph::new(shown.map(line).collect::<Vec<_>>()), list);
        if let (Some(row), true) = (self.rows.current(), told > 0) {
            let at = Rect { y: list.bottom() + 1, height: told - 1, ..inner };
            let lines: Vec<Line> = Self::told(row, columns)
                .into_iter()
                .map(|text| Line::styled(fit(&text, columns), theme.dim()))
                .collect();
            frame.render_widget(Paragraph::new(lines), at);
        }
    }
}
