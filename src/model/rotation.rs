//! The rotation of a key: one key hands over to its successor, in the five steps of the documentation.
//!
//! How far it is follows from evidence (who was accepted with which key) and from marks that people set; nothing here is
//! counted or stored twice. Knows nothing of how evidence is gathered, nor of what the faces say beside it.

use serde::{Deserialize, Serialize};

use super::field::{Account, Days};
use super::key::{ApiKey, KeyId, Status, Time};
use super::logon::LastUse;
use super::rhythm::{Outlook, Rhythm};

mod suffix;

pub use suffix::successor_description;

/// What was done by hand: when and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// When.
    pub time: Time,
    /// By whom.
    pub by: Account,
}

/// When the old key is to be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deadline {
    /// When somebody says so.
    ByHand,
    /// From this moment on.
    At(Time),
    /// From the start on: after a leak.
    AtOnce,
}

/// One rotation under way. It ends with the deletion of the old key, or is abandoned. The journal keeps it in this form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// Creation number of the successor: the rotation's own name, never used again.
    pub number: u64,
    /// The key that hands over.
    pub old: KeyId,
    /// Its successor.
    pub new: KeyId,
    /// When and by whom it was started.
    pub started: Mark,
    /// From when on the old key is refused, where that was fixed at the start.
    pub deadline: Option<Time>,
    /// The expiry that the old key had before.
    pub expires_before: Option<Time>,
    /// How long the old key stays, disabled, before its deletion is offered.
    pub monitoring: Days,
    /// Somebody said that the successor works.
    pub verified: Option<Mark>,
    /// The rotation disabled the old key.
    pub disabled: Option<Mark>,
}

/// Which side of a rotation a key is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The key that hands over.
    Old,
    /// Its successor.
    New,
}

impl Rotation {
    /// Which side a key is on.
    pub fn part_of(&self, key: KeyId) -> Option<Part> {
        match key {
            k if k == self.old => Some(Part::Old),
            k if k == self.new => Some(Part::New),
            _ => None,
        }
    }

    /// Since when the old key is refused, if it is.
    pub fn refused_since(&self, old: &ApiKey, now: Time) -> Option<Time> {
        let by_hand = || self.disabled.as_ref().map_or(old.modified, |mark| mark.time);
        let disabled = (old.status == Status::Disabled).then(by_hand);
        disabled.or_else(|| old.expires.filter(|_| old.expired_at(now)))
    }

    /// From when on the deletion of the old key is offered.
    pub fn deletion_from(&self, refused_since: Time) -> Time {
        Time(refused_since.0.saturating_add(i64::from(self.monitoring.get()) * 86_400))
    }

    /// What it waits for.
    pub fn next(&self, evidence: &Evidence, now: Time) -> Next {
        let steps = self.steps(evidence, now).map(|step| step.state);
        match steps {
            [.., State::Done(_), State::Offered] => Next::Delete,
            [.., State::Done(Some(since)), _] => Next::Monitor(self.deletion_from(since)),
            [.., State::Offered, _] => Next::Disable,
            [_, State::Done(_), ..] => Next::Callers(evidence.stragglers().count()),
            _ => Next::Update,
        }
    }

    /// The five steps, as far as they are.
    pub fn steps(&self, evidence: &Evidence, now: Time) -> [Step; 5] {
        let used = evidence.first_use.clone();
        let refused = evidence.old.as_ref().map(|old| self.refused_since(old, now));
        let updated = match &used {
            Some(first) => State::Done(Some(first.time)),
            None => State::Waiting,
        };
        let verified = match &self.verified {
            Some(mark) => State::Done(Some(mark.time)),
            None if used.is_some() && evidence.stragglers().next().is_none() => State::Done(None),
            None if used.is_some() => State::Waiting,
            None => State::Later,
        };
        let disabled = match refused {
            None => State::Done(None),
            Some(Some(since)) => State::Done(Some(since)),
            Some(None) if matches!(verified, State::Done(_)) => State::Offered,
            Some(None) => State::Later,
        };
        let deleted = match refused {
            None => State::Done(None),
            Some(Some(since)) if self.deletion_from(since) <= now => State::Offered,
            Some(Some(_)) => State::Waiting,
            Some(None) => State::Later,
        };
        let states = [State::Done(Some(self.started.time)), updated, verified, disabled, deleted];
        std::array::from_fn(|place| Step { stage: Stage::ALL[place], state: states[place] })
    }
}

/// What a rotation waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The first call with the successor.
    Update,
    /// So many callers of the old key.
    Callers(usize),
    /// Somebody who disables the old key: nobody uses it.
    Disable,
    /// The end of the monitoring period.
    Monitor(Time),
    /// Somebody who deletes the old key.
    Delete,
}

impl Next {
    /// In words.
    pub fn words(self) -> String {
        match self {
            Self::Update => "waiting for the first call with the new key".into(),
            Self::Callers(1) => "waiting for 1 caller of the old key".into(),
            Self::Callers(count) => format!("waiting for {count} callers of the old key"),
            Self::Disable => "nobody uses the old key: disable it".into(),
            Self::Monitor(_) => "the old key is refused: watching".into(),
            Self::Delete => "the old key was refused long enough: delete it".into(),
        }
    }
}

/// The steps of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The successor was created.
    Created,
    /// The consuming system uses it.
    Updated,
    /// All callers do.
    Verified,
    /// The old key is refused.
    Disabled,
    /// The old key is gone.
    Deleted,
}

impl Stage {
    /// All five, in order.
    pub const ALL: [Self; 5] = [Self::Created, Self::Updated, Self::Verified, Self::Disabled, Self::Deleted];

    /// The word in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Verified => "verified",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }

    /// The words on screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "New key created",
            Self::Updated => "Consuming system updated",
            Self::Verified => "Works with the new key",
            Self::Disabled => "Old key disabled",
            Self::Deleted => "Old key deleted",
        }
    }
}

/// How far one step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// It is done; when, where that is one moment.
    Done(Option<Time>),
    /// The evidence is there: it can be done now.
    Offered,
    /// Its turn has come, the evidence has not.
    Waiting,
    /// Its turn has not come.
    Later,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which.
    pub stage: Stage,
    /// How far.
    pub state: State,
}

/// A system that used the old key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldCaller {
    /// Where it calls from.
    pub source: String,
    /// The program; may be empty.
    pub agent: String,
    /// Its last accepted call with the old key.
    pub last: Time,
    /// How often it calls, once that can be told.
    pub rhythm: Option<Rhythm>,
    /// Whether it is expected again.
    pub outlook: Outlook,
    /// Its last accepted call with the new key.
    pub moved: Option<Time>,
}

impl OldCaller {
    /// Whether it still needs the old key: it has not come with the new one since, and is not silent by its own rhythm.
    pub fn is_straggler(&self) -> bool {
        let waits = matches!(self.outlook, Outlook::Breaks(_) | Outlook::Unclear(_));
        self.moved.is_none_or(|moved| moved < self.last) && waits
    }
}

/// What is known about the use of both keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The old key as it is; none when it is gone.
    pub old: Option<ApiKey>,
    /// The successor as it is.
    pub new: Option<ApiKey>,
    /// The first accepted call with the successor.
    pub first_use: Option<LastUse>,
    /// Who used the old key, the latest call first.
    pub callers: Vec<OldCaller>,
    /// Accepted calls of the old key on each of the last 30 days, today last.
    pub old_days: Vec<u64>,
    /// The same of the new key.
    pub new_days: Vec<u64>,
    /// Accepted calls of the old key since the start, as far as the history is kept.
    pub old_calls: u64,
    /// The same of the new key.
    pub new_calls: u64,
    /// Who still came with the old key after it was refused, the latest first.
    pub refused: Vec<LastUse>,
}

impl Evidence {
    /// Who still uses the old key.
    pub fn stragglers(&self) -> impl Iterator<Item = &OldCaller> {
        self.callers.iter().filter(|caller| caller.is_straggler())
    }
}

#[cfg(test)]
mod tests;
