//! What anyone may want done about rotations, as values.

use serde::{Deserialize, Serialize};

use crate::model::text::escape;
use crate::model::{ApiKey, Days, Deadline, Description, KeyId};

/// A rotation as a form or a command line starts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationDraft {
    /// The key that hands over.
    pub key: KeyId,
    /// What its successor is for; else the old description with this month.
    pub description: Option<Description>,
    /// When the old key is to be refused.
    pub deadline: Deadline,
    /// How long the old key stays after that before its deletion is offered.
    pub monitoring: Days,
    /// The record as the person saw it; refused as changed meanwhile if what can be edited is another now.
    pub expected: Option<Box<ApiKey>>,
}

impl RotationDraft {
    /// Of this key, with everything as it usually is.
    pub const fn of(key: KeyId) -> Self {
        Self { key, description: None, deadline: Deadline::ByHand, monitoring: Days::WEEK, expected: None }
    }
}

/// Names one rotation by both of its keys, so that nobody means another one of the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The key that hands over.
    pub old: KeyId,
    /// Its successor.
    pub new: KeyId,
}

/// A step that somebody takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Advance {
    /// Say that the successor works.
    Verify,
    /// Disable the old key.
    Disable,
    /// Take that back: the old key is Active again, without the deadline.
    Enable,
}

/// What ending a rotation did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// Both keys.
    pub pair: Pair,
    /// Description of the old key.
    pub old: Description,
    /// Description of its successor.
    pub new: Description,
    /// How.
    pub way: Ending,
    /// How many revisions that made.
    pub changes: u64,
}

/// How a rotation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// The old key was deleted.
    Deleted,
    /// The old key was left as it is.
    Kept,
    /// It was taken back.
    Abandoned {
        /// The old key had changed, and is what it was before.
        restored: bool,
        /// The successor was never used, and was disabled.
        disabled: bool,
    },
}

impl Ended {
    /// What became of both keys, in sentences that are safe to show.
    pub fn sentences(&self) -> [String; 2] {
        let Pair { old, new } = self.pair;
        let (before, after) = (escape(self.old.as_str()), escape(self.new.as_str()));
        match self.way {
            Ending::Deleted => [
                format!("Finished: deleted {before} ({old}) for ever"),
                format!("{after} ({new}) is the key from now on"),
            ],
            Ending::Kept => [
                format!("Finished: {before} ({old}) was left as it is"),
                format!("{after} ({new}) is the key from now on"),
            ],
            Ending::Abandoned { restored, disabled } => [
                if restored {
                    format!("Abandoned: {before} ({old}) is what it was before the rotation")
                } else {
                    format!("Abandoned: {before} ({old}) goes on as it is")
                },
                if disabled {
                    format!("{after} ({new}) was never used and is Disabled now")
                } else {
                    format!("{after} ({new}) stays as it is: it is in use, or was disabled already")
                },
            ],
        }
    }
}
