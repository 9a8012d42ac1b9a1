//! A play for tests: an app with a door in memory, both driven by keys, without threads or files.

#[cfg(test)]
mod door;
#[cfg(test)]
mod impact;
#[cfg(test)]
mod review;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod rows;

use std::collections::VecDeque;
use std::time::Duration;

use super::app::App;
use super::bench::{NOW, picture};
use super::effect::{Effect, RequestId, Slot};
use super::event::{ClipboardReport, Event};
use super::keymap::chords;
use super::theme::Theme;
use super::update::{start, update};
use super::view::view;
use crate::credential::Secret;
use crate::model::{Change, Group, KeyId, LogonRow, Role, Status};
use crate::registry::{
    AcceptedRow, Actor, Command, Finding, Health, KeyRow, Query, Refusal, Remedy, Ticket, Touch, Traced,
};

pub use rotation::details;
pub use rows::{change, group, logon, row};

/// The app, the door, and what was asked of them.
pub struct Play {
    /// The app.
    pub app: App,
    /// All keys, newest first.
    pub keys: Vec<KeyRow>,
    /// All groups.
    pub groups: Vec<Group>,
    /// The journal, newest first.
    pub changes: Vec<Change>,
    /// The logon history, newest first.
    pub logons: Vec<LogonRow>,
    /// Whether changes can be saved.
    pub health: Health,
    /// What the next commands are refused with.
    pub refusals: VecDeque<Refusal>,
    /// Everything given to the door that was no query.
    pub commands: Vec<Command>,
    /// Other effects.
    pub effects: Vec<Effect>,
    /// The Secrets that were made.
    pub secrets: Vec<String>,
    /// Whose they are, in the same order.
    pub owners: Vec<KeyId>,
    /// Keys that no Secret can be traced to.
    pub blind: u64,
    /// Who is at the console, if the door says so.
    pub actor: Option<Actor>,
    /// The last change of every group.
    pub touched: Option<Touch>,
    /// Where every refusal is mended.
    pub remedy: Option<Remedy>,
    /// Findings of the review, the worst first.
    pub findings: Vec<Finding>,
    /// What the review could not know.
    pub gaps: Vec<String>,
    /// Findings that are accepted.
    pub accepted: Vec<AcceptedRow>,
    /// Refusals of the last hour.
    pub refused: Vec<u64>,
    /// Keys with a caller every hour.
    pub busy: Vec<KeyId>,
    /// Whether every query is refused.
    pub unreadable: bool,
    /// Whether answers wait in `late` instead of coming at once.
    pub slow: bool,
    late: VecDeque<Effect>,
    /// Keys of the last status change, with what they were before.
    before: Vec<(KeyId, Status)>,
    revision: u64,
}

impl Play {
    /// An app of this size on a store with so many keys in two groups.
    pub fn open(keys: usize, size: (u16, u16), color: bool) -> Self {
        let groups = if keys == 0 {
            Vec::new()
        } else {
            vec![
                group("API_ADMIN", "Administration", Role::Admin),
                group("HR_READ", "Human resources", Role::Read),
            ]
        };
        Self::with((0..keys).map(row).collect(), groups, size, color)
    }

    /// An app on these keys and groups.
    pub fn with(keys: Vec<KeyRow>, groups: Vec<Group>, size: (u16, u16), color: bool) -> Self {
        let app = App::new(Theme::new(color), size, NOW, Duration::from_secs(100));
        Self::of(app, keys, groups)
    }

    /// An app of this size on a store with so many keys that is still being opened.
    pub fn before_the_store(keys: usize, size: (u16, u16)) -> Self {
        let app = App::new(Theme::new(true), size, NOW, Duration::from_secs(100)).before_the_store();
        let groups = vec![group("HR_READ", "Human resources", Role::Read)];
        Self::of(app, (0..keys).map(row).collect(), groups)
    }

    fn of(app: App, keys: Vec<KeyRow>, groups: Vec<Group>) -> Self {
        let mut play = Self {
            app,
            keys,
            groups,
            changes: Vec::new(),
            logons: Vec::new(),
            health: Health::Good,
            refusals: VecDeque::new(),
            commands: Vec::new(),
            effects: Vec::new(),
            secrets: Vec::new(),
            owners: Vec::new(),
            blind: 0,
            actor: None,
            touched: None,
            remedy: None,
            findings: Vec::new(),
            gaps: vec!["The logon history begins 2026-02-01: what happened before is not known".into()],
            accepted: Vec::new(),
            refused: vec![0; 12],
            busy: Vec::new(),
            unreadable: false,
            slow: false,
            late: VecDeque::new(),
            before: Vec::new(),
            revision: 7,
        };
        let first = start(&mut play.app);
        play.take(first);
        play
    }

    /// Takes an event in, and all that follows from it.
    pub fn event(&mut self, event: Event) -> &mut Self {
        let effects = update(&mut self.app, event);
        self.take(effects);
        self
    }

    /// Presses the keys of a text such as `jt<enter>`.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for key in chords(keys) {
            self.event(Event::Key(key));
        }
        self
    }

    /// Gives the answers that were held back.
    pub fn catch_up(&mut self) -> &mut Self {
        self.slow = false;
        while let Some(effect) = self.late.pop_front() {
            self.take(vec![effect]);
        }
        self
    }

    /// Gives the oldest answer that was held back; what follows from it waits again.
    pub fn step(&mut self) {
        let Some(effect) = self.late.pop_front() else { return };
        let event = self.outcome(effect);
        if let Some(event) = event {
            self.event(event);
        }
    }

    /// The tickets of the commands that wait.
    pub fn tickets(&self) -> Vec<Ticket> {
        let ticket = |effect: &Effect| {
            if let Effect::Execute { ticket, .. } = effect { Some(ticket.clone()) } else { None }
        };
        self.late.iter().filter_map(ticket).collect()
    }

    /// The queries that wait for their answers.
    pub fn queries(&self) -> Vec<Query> {
        let query =
            |effect: &Effect| if let Effect::Ask { query, .. } = effect { Some(query.clone()) } else { None };
        self.late.iter().filter_map(query).collect()
    }

    /// The numbers and slots of the queries that wait for their answers.
    pub fn late_answers(&self) -> Vec<(RequestId, Slot)> {
        let asked = |effect: &Effect| {
            if let Effect::Ask { id, slot, .. } = effect { Some((*id, *slot)) } else { None }
        };
        self.late.iter().filter_map(asked).collect()
    }

    /// Tells the app that somebody else changed the store.
    pub fn tell(&mut self) -> &mut Self {
        self.revision += 1;
        self.event(Event::Changed(self.revision))
    }

    /// Lets time pass.
    pub fn pass(&mut self, time: Duration) -> &mut Self {
        self.app.outbox.ticks += time;
        self.event(Event::Tick)
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if self.slow
                && matches!(effect, Effect::Ask { .. } | Effect::Execute { .. } | Effect::Trace { .. })
            {
                self.late.push_back(effect);
            } else if let Some(event) = self.outcome(effect) {
                self.event(event);
            }
        }
    }

    /// What comes of an effect; what needs no answer is kept for the test to see.
    fn outcome(&mut self, effect: Effect) -> Option<Event> {
        Some(match effect {
            Effect::Ask { id, slot, query } => {
                Event::Answered { id, slot, result: Box::new(self.answer(query)) }
            }
            Effect::Execute { id, command, .. } => {
                self.commands.push((*command).clone());
                let result = match self.refusals.pop_front() {
                    Some(refusal) => Err(refusal),
                    None => self.execute(*command),
                };
                Event::Done { id, result: Box::new(result) }
            }
            Effect::Trace { id, secrets } => {
                let key = |secret: &Secret| {
                    let place = self.secrets.iter().position(|known| known == secret.expose())?;
                    self.owners.get(place).copied()
                };
                let keys = secrets.iter().map(key).collect();
                Event::Traced { id, result: Box::new(Ok(Traced { keys, blind: self.blind })) }
            }
            Effect::Copy(copy) => Event::Clipboard(ClipboardReport::Copied {
                what: copy.what,
                how: "copied to the X11 clipboard, confirmed by reading it back".into(),
                confirmed: true,
                clears_at: copy.what.is_secret().then(|| self.app.outbox.ticks + Duration::from_secs(45)),
            }),
            other => {
                self.effects.push(other);
                return None;
            }
        })
    }

    /// The screen as text with the legend of its styles.
    pub fn screen(&self) -> String {
        let (columns, rows) = self.app.size;
        picture(columns, rows, |frame| view(&self.app, frame)).0
    }

    /// Whether the person left.
    pub fn quit(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Quit))
    }
}
