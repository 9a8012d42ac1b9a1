//! The screen Logon History: who called with which key, from where, and what came of it; live while it is in front.
//!
//! Rows come by windows like everywhere. Logons do not move the store's revision on, so the screen asks again a second
//! after each answer, and only while it is looked at.

use std::time::Duration;

use super::action::Action;
use super::effect::{Outbox, Slot};
use super::filter::FilterLine;
use super::layer::Turn;
use super::rows::{Page, Rows};
use crate::model::{KeyId, LogonRow};
use crate::registry::{HistoryPage, LogonColumn, LogonFilter, LogonSort, Query, Rhythm};

mod logon;
mod table;

pub use logon::LogonDetails;
pub use table::{describe, draw, header_at, sparkline, unseen_sort};

/// How long an answer is good enough.
const FRESH: Duration = Duration::from_secs(1);

/// State of the screen Logon History.
#[derive(Debug, Default)]
pub struct HistoryScreen {
    /// The window on the history.
    pub rows: Rows<LogonRow>,
    /// The filter line.
    pub filter: FilterLine,
    /// The order.
    pub sort: LogonSort,
    /// Why rows cannot be written, escaped.
    pub trouble: Option<String>,
    /// How the key under the cursor is used.
    rhythm: Option<Rhythm>,
    /// The key whose rhythm was asked for last.
    wanted: Option<KeyId>,
    due: Option<Duration>,
}

impl HistoryScreen {
    /// The filter or the order changed, or the store did.
    pub fn outdate(&mut self) {
        self.rows.renew();
    }

    /// Asks for what the screen lacks.
    pub fn sync(&mut self, outbox: &mut Outbox) {
        if let Some(window) = self.rows.lacking(outbox.is_open(Slot::History)) {
            let filter = LogonFilter { text: self.filter.text().to_owned(), ..LogonFilter::default() };
            outbox.ask(Slot::History, Query::History { filter, sort: self.sort, window });
        }
        let key = self.rows.current().and_then(|row| row.key);
        if key != self.wanted {
            self.wanted = key;
            self.rhythm = self.rhythm.take().filter(|rhythm| Some(rhythm.key) == key);
            if let Some(key) = key {
                outbox.ask(Slot::Rhythm, Query::Rhythm { key });
            }
        }
    }

    /// Takes a page in. The cursor follows its row, but on the first one it stays first: news come in there.
    pub fn accept(&mut self, page: HistoryPage, ticks: Duration) {
        let HistoryPage { epoch, total, of, offset, rows, trouble } = page;
        self.trouble = trouble.map(|text| crate::model::text::escape(&text).into_owned());
        let page = Page { revision: epoch, total, of, offset, rows };
        self.rows.follow_news(page, |row, now| row.id == now.id);
        self.due = Some(ticks + FRESH);
    }

    /// Takes a key's rhythm in.
    pub fn accept_rhythm(&mut self, rhythm: Rhythm) {
        self.rhythm = Some(rhythm).filter(|rhythm| self.wanted == Some(rhythm.key));
    }

    /// The rhythm of the key under the cursor, once it is known.
    pub fn rhythm(&self) -> Option<&Rhythm> {
        self.rhythm.as_ref()
    }

    /// When the rows are to be asked for again.
    pub fn due(&self) -> Option<Duration> {
        self.due
    }

    /// Time went by: what is on screen may be old.
    pub fn expire(&mut self, ticks: Duration) {
        if self.due.is_some_and(|due| due <= ticks) {
            self.due = None;
            self.rows.outdate();
            self.wanted = None;
        }
    }

    /// Why an action cannot be done now.
    pub fn disabled(&self, action: Action) -> Option<String> {
        (action == Action::Open && self.rows.has_none()).then(|| "There is no logon here".into())
    }

    /// Whether an action has to wait for rows before it can be known what it means. The row under the cursor is
    /// known by its number: an answer that is only getting old will do.
    pub fn must_wait(&self, action: Action) -> bool {
        action == Action::Open && !self.rows.settled() && self.rows.current().is_none()
    }

    /// Does what the person means.
    pub fn act(&mut self, action: Action, _outbox: &mut Outbox) -> Turn {
        if self.rows.travel(action) {
            return Turn::Stay;
        }
        match action {
            Action::Filter => self.filter.open(),
            Action::SortLogons(column) => self.sort_by(column),
            Action::Back if self.filter.clear() => self.outdate(),
            Action::Open => {
                if let Some(row) = self.rows.current() {
                    return Turn::Open(Box::new(LogonDetails::new(row.clone())));
                }
            }
            _ => {}
        }
        Turn::Stay
    }

    /// Sorts by a column; again the other way round. `None` is the default order, newest first.
    fn sort_by(&mut self, column: Option<LogonColumn>) {
        self.sort = match column {
            Some(column) if self.sort.column == Some(column) => {
                LogonSort { descending: !self.sort.descending, ..self.sort }
            }
            Some(column) => LogonSort { column: Some(column), descending: column.starts_descending() },
            None => LogonSort::default(),
        };
        self.rows.rewind();
        self.outdate();
    }
}
