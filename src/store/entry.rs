//! What the registry hands to the store, and what it gets back.

use crate::credential::{Proof, StoreKey};
use crate::model::{ApiKey, ChangeKind, Description, Group, GroupCode, Limits, Note, Roll, Rotation, Time};

/// One accepted change, ready to be appended. `before` and `after` are whole records; the journal keeps what differs.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A key came to be (`before` none, `proof` some) or changed (`before` some, `proof` none).
    KeyPut {
        /// What kind of change.
        kind: ChangeKind,
        /// The record before.
        before: Option<ApiKey>,
        /// The record after.
        after: ApiKey,
        /// Hash and pre-check of a new key.
        proof: Option<Proof>,
    },
    /// A key was deleted.
    KeyDropped {
        /// The record before.
        before: ApiKey,
    },
    /// A group came to be or changed.
    GroupPut {
        /// What kind of change.
        kind: ChangeKind,
        /// The group before.
        before: Option<Group>,
        /// The group after.
        after: Group,
    },
    /// A group was deleted.
    GroupDropped {
        /// The group before.
        before: Group,
    },
    /// A rotation was started (`before` none) or went on.
    RotationPut {
        /// What kind of change.
        kind: ChangeKind,
        /// The rotation before.
        before: Option<Rotation>,
        /// The rotation after.
        after: Rotation,
        /// Whose rotation it is.
        subject: Subject,
    },
    /// A rotation ended.
    RotationDropped {
        /// Finished or abandoned.
        kind: ChangeKind,
        /// The rotation before.
        before: Rotation,
        /// Whose rotation it was.
        subject: Subject,
    },
    /// A note was written down (`before` none) or anew.
    NotePut {
        /// The note of that name before.
        before: Option<Note>,
        /// The note after.
        after: Note,
        /// Whose note it is.
        subject: Subject,
    },
    /// A note was taken away.
    NoteDropped {
        /// The note before.
        before: Note,
        /// Whose note it was.
        subject: Subject,
    },
}

/// The key that a rotation or a note is about, as the list of changes names it: group and description of the old key. For
/// a note about a group its code and description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Its group.
    pub group: GroupCode,
    /// Its description.
    pub description: Description,
}

impl Subject {
    /// This key.
    pub fn of(key: &ApiKey) -> Self {
        Self { group: key.group.clone(), description: key.description.clone() }
    }

    /// This group.
    pub fn of_group(group: &Group) -> Self {
        Self { group: group.code.clone(), description: group.description.clone() }
    }
}

impl Entry {
    /// Whether it only disables or deletes, or notes that: such changes may use the journal's last room on a full disk.
    pub const fn only_refuses(&self) -> bool {
        match self {
            Self::KeyDropped { .. }
            | Self::KeyPut { kind: ChangeKind::KeyDisabled, .. }
            | Self::NoteDropped { .. }
            | Self::RotationDropped { kind: ChangeKind::RotationFinished, .. } => true,
            Self::RotationPut { kind: ChangeKind::RotationAdvanced, after, .. } => after.disabled.is_some(),
            _ => false,
        }
    }
}

/// All that an opened store holds, for the registry's index.
#[derive(Debug)]
pub struct Contents {
    /// Revision of the last change; 0 for a new store.
    pub revision: u64,
    /// When that change was made.
    pub written: Option<Time>,
    /// The groups.
    pub groups: Vec<Group>,
    /// The keys by creation number, each with its pre-check; `None` where that was made with a store key that is
    /// lost, so that only Argon2 can tell.
    pub keys: Roll,
    /// The rotations under way.
    pub rotations: Vec<Rotation>,
    /// What was written down about keys and groups.
    pub written_down: Vec<Note>,
    /// From when on something counts in a review, as `claviger.toml` of the store says.
    pub limits: Limits,
    /// The creation number that the next key gets.
    pub next_number: u64,
    /// The key of the pre-check.
    pub store_key: StoreKey,
    /// What opening had to mend, in sentences.
    pub notes: Vec<String>,
}

/// Why the store did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Damaged, older than it should be, or not to be trusted: exit 5.
    #[error("{sentence}")]
    Refused {
        /// What and where.
        sentence: String,
        /// The command that mends it.
        hint: String,
    },
    /// Another process holds it: exit 7.
    #[error("The store is held by another process (pid {})", pid.map_or_else(|| "unknown".to_owned(), |p| p.to_string()))]
    Held {
        /// Which one.
        pid: Option<u32>,
    },
    /// The disk said no; the change was not saved: exit 1.
    #[error("{sentence}")]
    Disk {
        /// What and where.
        sentence: String,
        /// What to do.
        hint: String,
    },
}
