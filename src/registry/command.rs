//! What anyone may want changed, as values, and what came of it.

use serde::{Deserialize, Serialize};

use super::query::KeyFilter;
use crate::credential::{Proof, Secret};
use crate::model::{
    About, Acceptance, ApiKey, Days, Description, Environment, Grounds, Group, GroupCode, KeyId, MenuAccess,
    Owner, Practice, Role, Rotation, Status, TablePermission, Time,
};

mod note;
mod rotation;

pub use note::Spotted;
pub use rotation::{Advance, Ended, Ending, Pair, RotationDraft};

/// A new key as a form or a command line gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyDraft {
    /// What it is for.
    pub description: Description,
    /// Its user group.
    pub group: GroupCode,
    /// Where it is used; fixed from here on.
    pub environment: Environment,
    /// From when on it is refused.
    pub expires: Option<Time>,
    /// How often it should be rotated.
    pub rotate_every: Option<Days>,
    /// Who answers for it.
    pub owner: Option<Owner>,
}

/// What to do with an optional field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Patch<T> {
    /// Leave it.
    #[default]
    Keep,
    /// Make it empty.
    Clear,
    /// Put this there.
    Set(T),
}

impl<T: Clone> Patch<T> {
    /// The field after the patch.
    pub fn apply(&self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(new) => Some(new.clone()),
        }
    }
}

/// Changes to one key; absent fields stay.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeyEdit {
    /// New description.
    pub description: Option<Description>,
    /// New group.
    pub group: Option<GroupCode>,
    /// New status.
    pub status: Option<Status>,
    /// New expiry.
    pub expires: Patch<Time>,
    /// New rotation.
    pub rotate_every: Patch<Days>,
    /// New owner.
    pub owner: Patch<Owner>,
}

/// Changes to one group; absent fields stay.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct GroupEdit {
    /// New description.
    pub description: Option<Description>,
    /// New role.
    pub role: Option<Role>,
    /// New switch.
    pub restricted: Option<bool>,
    /// All table permissions anew.
    pub tables: Option<Vec<TablePermission>>,
    /// All menu access anew.
    pub menus: Option<Vec<MenuAccess>>,
}

/// Which keys a verb is meant for: a list, or everything a filter matches, less some, plus some.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Selection {
    /// All that this filter matches, if given.
    pub matching: Option<KeyFilter>,
    /// But not these.
    pub except: Vec<KeyId>,
    /// And these.
    pub also: Vec<KeyId>,
}

impl Selection {
    /// Just these keys.
    pub fn of(keys: impl IntoIterator<Item = KeyId>) -> Self {
        Self { also: keys.into_iter().collect(), ..Self::default() }
    }

    /// Whether nothing at all is meant.
    pub fn is_empty(&self) -> bool {
        self.matching.is_none() && self.also.is_empty()
    }
}

/// A key whose Secret the caller made and hashed: for imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// Its fields.
    pub draft: KeyDraft,
    /// Its Key.
    pub key: KeyId,
    /// Its hash and pre-check.
    pub proof: Proof,
}

/// Whatever anyone may want changed. Never holds a Secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// A new key; the answer carries its fresh Secret.
    CreateKey(KeyDraft),
    /// Change one key.
    EditKey {
        /// Which.
        key: KeyId,
        /// What.
        edit: KeyEdit,
        /// The record as the person saw it; refused as changed meanwhile if what can be edited is another now.
        expected: Option<Box<ApiKey>>,
    },
    /// Enable or disable: all or nothing.
    SetStatus {
        /// Which keys.
        keys: Selection,
        /// To what; keys that have it already are left alone.
        status: Status,
        /// How many keys the person saw selected; another number now is refused as changed meanwhile.
        expected: Option<u64>,
    },
    /// Undo one status change: only the keys that it changed and that are still as it left them.
    UndoStatus {
        /// [`Receipt::undo`] of that change.
        undo: u64,
    },
    /// Delete for ever.
    DeleteKeys {
        /// Which keys.
        keys: Selection,
        /// As with `SetStatus`.
        expected: Option<u64>,
    },
    /// The person has the Secret: the warning on this key's row goes.
    ConfirmCopied {
        /// Which key.
        key: KeyId,
    },
    /// Many keys at once: all or nothing.
    ImportKeys {
        /// The keys, hashed by the caller.
        keys: Vec<Prepared>,
    },
    /// A new group.
    CreateGroup(Group),
    /// Change one group.
    EditGroup {
        /// Which.
        code: GroupCode,
        /// What.
        edit: GroupEdit,
        /// The group as the person saw it; refused as changed meanwhile if it is another now.
        expected: Option<Box<Group>>,
    },
    /// Delete a group that no key uses.
    DeleteGroup {
        /// Which.
        code: GroupCode,
    },
    /// A successor for a key; the answer carries its fresh Secret.
    StartRotation(RotationDraft),
    /// A step of a rotation.
    AdvanceRotation {
        /// Which rotation.
        pair: Pair,
        /// Which step.
        step: Advance,
    },
    /// The end of a rotation.
    FinishRotation {
        /// Which rotation.
        pair: Pair,
        /// Leave the old key as it is; else it is deleted for ever.
        keep: bool,
    },
    /// Take a rotation back: the old key is what it was before, and a successor that nobody used is disabled.
    AbandonRotation {
        /// Which rotation.
        pair: Pair,
    },
    /// Live with a finding until a date: the review leaves it out. Accepted anew, the new reason and date hold.
    AcceptFinding {
        /// What was found.
        finding: Practice,
        /// In which key or group.
        about: About,
        /// Why that is all right.
        reason: Grounds,
        /// From then on it is a finding again: ahead, a year at most.
        until: Time,
    },
    /// Take that back.
    WithdrawAcceptance {
        /// What was found.
        finding: Practice,
        /// In which key or group.
        about: About,
    },
    /// Note where a scan met keys.
    NoteSightings {
        /// Keys and places, at most [`Spotted::MOST`].
        spotted: Vec<Spotted>,
    },
    /// Take back all that scans noted of a key.
    ForgetSightings {
        /// Which.
        key: KeyId,
    },
    /// Fill an empty store with made-up groups and keys.
    FillDemo {
        /// How many keys, 1 to 5,000,000.
        keys: u32,
    },
}

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
    /// Number to give to [`Command::UndoStatus`]; `None` where there is no way back.
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
