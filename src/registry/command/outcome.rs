//! What came of a command: the outcome, the evidence, and a fresh Secret, which is shown once.
//!
//! An [`Outcome`] can be serialised; [`Fresh`] cannot, so that no Secret gets into one.

use serde::{Deserialize, Serialize};

use super::{Advance, Ended};
use crate::credential::Secret;
use crate::model::{Acceptance, ApiKey, Description, Group, GroupCode, KeyId, Rotation, Status, Time};

/// Key and Secret, fresh from the mint: shown once.
#[derive(Debug)]
pub struct Fresh {
    /// The Key.
    pub key: KeyId,
    /// The Secret.
    pub secret: Secret,
}

/// What a status change or a deletion did, as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Receipt {
    /// How many keys changed.
    pub changed: u64,
    /// How many of the selection were left alone because they had the status already.
    pub unchanged: u64,
    /// Description of the first key that changed, for the toast.
    pub first: Option<Description>,
    /// Latest accepted call of any of the keys.
    pub last_used: Option<Time>,
    /// From where that call came, where it is known.
    pub last_source: Option<String>,
    /// By which program, where it said so.
    #[serde(default)]
    pub last_agent: Option<String>,
    /// How many sessions this closed.
    pub sessions: u64,
    /// The store's revision with this change in it: from here on no old answer is given.
    pub revision: u64,
    /// Number to give to [`super::Command::UndoStatus`]; `None` where there is no way back.
    pub undo: Option<u64>,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// The new record.
    KeyCreated(ApiKey),
    /// The record after the edit (unchanged if nothing differed).
    KeyEdited(ApiKey),
    /// Status set.
    StatusSet {
        /// To what; for an undo the status that came back.
        status: Status,
        /// The evidence.
        receipt: Receipt,
    },
    /// Keys deleted.
    KeysDeleted(Receipt),
    /// The flag is gone.
    CopiedConfirmed(KeyId),
    /// How many keys were imported.
    KeysImported(u64),
    /// The new group.
    GroupCreated(Group),
    /// The group after the edit.
    GroupEdited(Group),
    /// Deleted.
    GroupDeleted(GroupCode),
    /// A successor came to be.
    RotationStarted {
        /// The rotation.
        rotation: Rotation,
        /// The record of the successor.
        record: ApiKey,
        /// The old description was too long to carry the month and was cut.
        cut: bool,
        /// How many revisions that made.
        changes: u64,
    },
    /// A step was taken.
    RotationAdvanced {
        /// The rotation after it.
        rotation: Rotation,
        /// Which step.
        step: Advance,
        /// The evidence, where the old key was disabled.
        receipt: Receipt,
        /// How many revisions that made.
        changes: u64,
    },
    /// A rotation was finished or abandoned.
    RotationEnded(Ended),
    /// A finding is lived with.
    FindingAccepted(Acceptance),
    /// It is not any more.
    AcceptanceWithdrawn(Acceptance),
    /// Places were noted.
    SightingsNoted {
        /// How many, new or anew.
        noted: u64,
        /// How many were not, because enough places of their keys are noted.
        beyond: u64,
    },
    /// All that scans noted of a key is taken back.
    SightingsForgotten {
        /// Which key.
        key: KeyId,
        /// How many places.
        forgotten: u64,
    },
    /// Groups and keys made up.
    DemoFilled {
        /// Groups.
        groups: u64,
        /// Keys.
        keys: u64,
    },
}

/// A command that was accepted, saved and acknowledged.
#[derive(Debug)]
pub struct Done {
    /// Revision of the store after it.
    pub revision: u64,
    /// What came of it.
    pub outcome: Outcome,
    /// The new Key and Secret, if one was made.
    pub fresh: Option<Fresh>,
}
