//! The state of the console: screens, the layers above them, the message, the clipboard's countdown.
//!
//! Does no I/O and reads no clock: the time comes with each event.

use ratatui::layout::Rect;
use std::collections::VecDeque;
use std::time::Duration;

use super::action::Action;
use super::changes::ChangesScreen;
use super::dashboard::Counts;
use super::draw::width;
use super::effect::{Effect, Outbox, Slot};
use super::event::{Event, KeyEvent};
use super::groups::GroupsScreen;
use super::history::HistoryScreen;
use super::keymap::{BINDINGS, Binding, Place, chords};
use super::keys::{KeysScreen, WAIT};
use super::layer::Layer;
use super::others::Others;
use super::review::ReviewScreen;
use super::theme::Theme;
use super::update::update;
use super::welcome::Welcome;
use crate::model::text::escape;
use crate::model::{Status, Time};
use crate::registry::{Health, Overview, Rights};

/// One screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// API Keys.
    Keys,
    /// User Groups.
    Groups,
    /// Logon History.
    History,
    /// Changes.
    Changes,
    /// Review.
    Review,
}

impl Screen {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 5] = [Self::Keys, Self::Groups, Self::History, Self::Changes, Self::Review];

    /// The words on its tab.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keys => "API Keys",
            Self::Groups => "User Groups",
            Self::History => "Logon History",
            Self::Changes => "Changes",
            Self::Review => "Review",
        }
    }

    /// Where the documentation has it.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Keys => "Admin › Settings › API Keys",
            Self::Groups => "Admin › Users › User Groups",
            Self::History => "Admin › Users › Logon History",
            Self::Changes => "Admin › Settings › Changes",
            Self::Review => "Admin › Settings › Review",
        }
    }
}

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
        self.layers.is_empty()
            && match self.screen {
                Screen::Keys => self.keys.filter.is_open(),
                Screen::Groups => self.groups.filter.is_open(),
                Screen::History => self.history.filter.is_open(),
                Screen::Changes => self.changes.filter.is_open(),
                Screen::Review => self.review.filter.is_open(),
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

    /// Which bindings apply now, innermost first.
    pub fn places(&self) -> Vec<Place> {
        let screen = match self.screen {
            Screen::Keys => Place::Keys,
            Screen::Groups => Place::Groups,
            Screen::History => Place::History,
            Screen::Changes => Place::Changes,
            Screen::Review => Place::Review,
        };
        let mut places = match self.layers.last() {
            Some(layer) => layer.places().to_vec(),
            None if self.filtering() => vec![Place::Filter],
            None => match self.welcome() {
                Some(welcome) => [welcome.places(), &[Place::Screens]].concat(),
                None => vec![screen, Place::Table, Place::Screens],
            },
        };
        places.push(Place::Always);
        places
    }

    /// The bindings that apply now, each with the reason why it cannot be done, if there is one.
    pub fn bindings(&self) -> impl Iterator<Item = (&'static Binding, Option<String>)> {
        let of_place = |place: Place| BINDINGS.iter().filter(move |binding| binding.place == place);
        self.places().into_iter().flat_map(of_place).map(|binding| (binding, self.disabled(binding.action)))
    }

    /// Why an action cannot be done now.
    pub fn disabled(&self, action: Action) -> Option<String> {
        if action.needs_store() && self.keys.preview().is_some() {
            return Some(WAIT.into());
        }
        let actor = self.overview.as_ref().and_then(|overview| overview.actor.as_ref());
        let changes = matches!(
            action,
            Action::New
                | Action::Edit
                | Action::ToggleStatus
                | Action::Delete
                | Action::Undo
                | Action::Save
                | Action::Mend
                | Action::Accept
                | Action::NoteLeak
        );
        let changes = changes
            || matches!(action, Action::Verify | Action::TakeBack)
            || (action == Action::Rotate && self.starts_rotation());
        if let Some(auditor) = actor.filter(|actor| changes && actor.rights == Rights::Auditor) {
            return Some(format!("{} may read but not change anything", escape(auditor.account.as_str())));
        }
        if action == Action::Dashboard && self.counts().is_none() {
            return Some("There is nothing to count yet".into());
        }
        if let Some(layer) = self.layers.last() {
            return match action {
                Action::Undo => self.keys.disabled(action),
                _ => layer.disabled(action),
            };
        }
        match self.screen {
            Screen::Keys => match self.welcome() {
                Some(welcome) => welcome.disabled(action),
                None => self.keys.disabled(action),
            },
            Screen::Groups => self.groups.disabled(action),
            Screen::History => self.history.disabled(action),
            Screen::Changes => self.changes.disabled(action),
            Screen::Review => self.review.disabled(action),
        }
    }

    /// Whether `r` would start a rotation here, not show one.
    fn starts_rotation(&self) -> bool {
        match self.layers.last() {
            Some(layer) => layer.starts_rotation(),
            None => self.keys.current().is_some_and(|row| row.rotation.is_none()),
        }
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

    /// The footer's word for a binding: a verb that has two directions names the one it would take.
    pub fn label(&self, binding: &Binding) -> &'static str {
        let one = self.layers.is_empty() && self.keys.marks.is_empty() && !self.keys.in_range();
        if binding.action == Action::Back && binding.place == Place::Table {
            return self.taken_back().unwrap_or_default();
        }
        if let Some(word) = self.layers.last().and_then(|layer| layer.label(binding.action)) {
            return word;
        }
        match (binding.action, self.keys.current()) {
            (Action::ToggleStatus, Some(row)) if one && binding.place == Place::Keys => {
                match row.record.status {
                    Status::Active => "disable",
                    Status::Disabled => "enable",
                }
            }
            _ => binding.label,
        }
    }

    /// What Esc takes away from the table in front, if there is anything.
    pub fn taken_back(&self) -> Option<&'static str> {
        let (keys, changes) = (&self.keys, &self.changes);
        match self.screen {
            _ if !self.layers.is_empty() || self.filtering() => None,
            Screen::Keys if keys.in_range() => Some("no range"),
            Screen::Keys if !keys.marks.is_empty() => Some("unmark"),
            Screen::Keys if keys.filter.is_shown() => Some("no filter"),
            Screen::Groups if self.groups.filter.is_shown() => Some("no filter"),
            Screen::Review if self.review.filter.is_shown() => Some("no filter"),
            Screen::Changes if changes.filter.is_shown() => Some("no filter"),
            Screen::Changes if changes.story.is_some() => Some("all changes"),
            _ => None,
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
        let slot = match self.screen {
            Screen::Keys => Slot::Keys,
            Screen::Groups => Slot::Groups,
            Screen::History => Slot::History,
            Screen::Changes => Slot::Changes,
            Screen::Review => Slot::Review,
        };
        self.outbox.is_open(slot)
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
