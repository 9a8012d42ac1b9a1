//! What anyone may want changed, as values.
//!
//! Knows no rule: whether a command is taken is told by whoever carries it out.

use serde::{Deserialize, Serialize};

use super::query::KeyFilter;
use crate::model::{
    About, ApiKey, Description, Grounds, Group, GroupCode, KeyId, MenuAccess, Practice, Role, Status,
    TablePermission, Time,
};

mod key;
mod note;
mod outcome;
mod rotation;

pub use key::{KeyDraft, KeyEdit, Patch, Prepared};
pub use note::Spotted;
pub use outcome::{Done, Fresh, Outcome, Receipt};
pub use rotation::{Advance, Ended, Ending, Pair, RotationDraft};

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
