//! The state of the console: screens, the layers above them, the message, the clipboard's countdown.
//!
//! Does no I/O and reads no clock: the time comes with each event.

mod screen;
mod verbs;

pub use screen::Screen;

use ratatui::layout::Rect;
use std::collections::VecDeque;
use std::time::Duration;

use super::changes::ChangesScreen;
use super::dashboard::Counts;
use super::draw::width;
use super::effect::{Effect, Outbox, Slot};
use super::event::{Event, KeyEvent};
use super::filter::FilterLine;
use super::groups::GroupsScreen;
use super::history::HistoryScreen;
use super::keymap::chords;
use super::keys::KeysScreen;
use super::layer::Layer;
use super::others::Others;
use super::review::ReviewScreen;
use super::theme::Theme;
use super::update::update;
use super::welcome::Welcome;
use crate::model::Time;
use crate::registry::{Health, Overview};

/// The whole state of the console.
#[derive(Debug)]
pub struct App {
    /// The screen in front.
    pub screen: Screen,
    /// The screen API Keys.
    pub keys: KeysScreen,
    /// The screen User Groups.
    pub groups: GroupsScreen,
    /// The screen Logon History.
    pub history: HistoryScreen,
    /// The screen Changes.
    pub changes: ChangesScreen,
    /// The screen Review.
    pub review: ReviewScreen,
    /// What stands in the place of API Keys while the store is empty.
    pub first_run: Option<Box<dyn Layer>>,
    /// What lies above the screen; the last is on top and gets the keys.
    pub layers: Vec<Box<dyn Layer>>,
    /// Which rows somebody else changed.
    pub others: Others,
    /// Time, effects, message.
    pub outbox: Outbox,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Styles.
    pub theme: Theme,
    /// Counts, revision and health, once known.
    pub overview: Option<Overview>,
    /// How long it is good enough, on the clock's ticks.
    pub(super) overview_until: Duration,
    /// When the clipboard will be cleared, while a Secret of ours is on it.
    pub clipboard_until: Option<Duration>,
    /// The newest revision that is known.
    pub(super) revision: u64,
    /// Keys pressed before it was known what they mean.
    pub(super) held: VecDeque<KeyEvent>,
    /// The row that was clicked last, if no key was pressed since.
    pub(super) clicked: Option<u64>,
    /// Whether a Secret was on screen after the last event.
    pub(super) secret_shown: bool,
}

impl App {
    /// A console on its first screen, that has asked nothing yet.
    pub fn new(theme: Theme, size: (u16, u16), now: Time, ticks: Duration) -> Self {
        Self {
            screen: Screen::Keys,
            keys: KeysScreen::default(),
            groups: GroupsScreen::default(),
            history: HistoryScreen::default(),
            changes: ChangesScreen::default(),
            review: ReviewScreen::default(),
            first_run: Some(Box::new(Welcome::first_run())),
            layers: Vec::new(),
            others: Others::default(),
            outbox: Outbox::at(now, ticks),
            size,
            theme,
            overview: None,
            overview_until: Duration::ZERO,
            clipboard_until: None,
            revision: 0,
            held: VecDeque::new(),
            clicked: None,
            secret_shown: false,
        }
    }

    /// The same, on a store that is still being opened: nothing is asked before [`Event::Opened`].
    #[must_use]
    pub fn before_the_store(mut self) -> Self {
        self.keys.begin_preview();
        self
    }

    /// Whether the filter line of the screen in front is being typed into.
    pub fn filtering(&self) -> bool {
        self.layers.is_empty() && self.filter_line().is_open()
    }

    /// The filter line of the screen in front.
    pub fn filter_line(&self) -> &FilterLine {
        match self.screen {
            Screen::Keys => &self.keys.filter,
            Screen::Groups => &self.groups.filter,
            Screen::History => &self.history.filter,
            Screen::Changes => &self.changes.filter,
            Screen::Review => &self.review.filter,
        }
    }

    /// What the dashboard line says, once it is known.
    pub fn counts(&self) -> Option<Counts> {
        self.overview.as_ref().filter(|overview| overview.revision > 0).map(Counts::from)
    }

    /// The room for the dashboard line beside the title path.
    pub fn area_of_dashboard(&self) -> Rect {
        let path = self.layout().path;
        let title = u16::try_from(width(self.screen.path())).unwrap_or(0) + 3;
        Rect { x: path.x + title.min(path.width), width: path.width.saturating_sub(title), ..path }
    }

    /// What the signs before the rows in front mean.
    pub(super) fn legend(&self) -> &'static str {
        match self.screen {
            _ if !self.layers.is_empty() || self.welcome().is_some() => "",
            Screen::Keys => {
                "* marked   ! needs a look   x expired   o overdue   d due   e expires soon   ~ changed by someone else"
            }
            Screen::Groups => "~ changed by someone else",
            Screen::History | Screen::Changes | Screen::Review => "",
        }
    }

    /// The row under the cursor, if somebody else changed it: the revision of that change.
    pub(super) fn news_under_cursor(&self) -> Option<u64> {
        let touched = match self.screen {
            Screen::Keys => self.keys.current().map(|row| (row.revision, row.record.modified)),
            Screen::Groups => {
                let touched = self.groups.rows.current().and_then(|row| row.touched.as_ref());
                touched.map(|touch| (touch.revision, touch.time))
            }
            Screen::History | Screen::Changes | Screen::Review => None,
        };
        let (revision, time) = touched?;
        self.others.made(revision, time, self.outbox.now).then_some(revision)
    }

    /// Why changes are off, and what to do.
    pub fn banner(&self) -> Option<(&str, &str)> {
        match &self.overview.as_ref()?.health {
            Health::Good => None,
            Health::ChangesOff { sentence, hint } => Some((sentence, hint)),
        }
    }

    /// Whether a Secret is on screen.
    pub fn shows_secret(&self) -> bool {
        self.layers.iter().any(|layer| layer.shows_secret())
    }

    /// Whether rows are on their way, so that a frame drawn now would soon be another.
    pub fn is_settling(&self) -> bool {
        let (slot, lacks) = match self.screen {
            Screen::Keys => (Slot::Keys, self.keys.rows.wants()),
            Screen::Groups => (Slot::Groups, self.groups.rows.wants()),
            Screen::History => (Slot::History, self.history.rows.wants()),
            Screen::Changes => (Slot::Changes, self.changes.rows.wants()),
            Screen::Review => (Slot::Review, self.review.rows.wants()),
        };
        // Rows that are asked for ahead keep no frame waiting.
        lacks && self.outbox.is_open(slot)
    }

    /// When the next [`Event::Tick`] is wanted, on the clock's ticks; `None`: not before something happens.
    pub fn deadline(&self) -> Option<Duration> {
        let ticks = self.outbox.ticks;
        let layers = self.layers.iter().filter_map(|layer| layer.deadline());
        let toast = self.outbox.toast.iter().map(|toast| toast.until);
        // The countdown changes once a second, a progress four times, and "5 min ago" once a minute.
        let countdown = self.clipboard_until.iter().map(|until| {
            let left = until.saturating_sub(ticks);
            let whole = until.saturating_sub(Duration::from_secs(left.as_secs()));
            if whole > ticks { whole } else { (ticks + Duration::from_secs(1)).min(*until) }
        });
        let progress = self.keys.pending().iter().filter(|pending| pending.is_under_way());
        let progress = progress.map(|_| ticks + Duration::from_millis(250));
        let ages = std::iter::once(ticks + Duration::from_mins(1));
        let news = self.history.due().filter(|_| self.screen == Screen::History);
        layers.chain(toast).chain(countdown).chain(progress).chain(ages).chain(news).min()
    }

    /// Presses the keys of a text such as `jt<enter>`, for tests: the effects of all of them.
    pub fn press(&mut self, keys: &str) -> Vec<Effect> {
        chords(keys).into_iter().flat_map(|key| update(self, Event::Key(key))).collect()
    }
}
