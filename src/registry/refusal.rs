//! Why the door said no: a sentence and a hint, ready to be shown.

use serde::{Deserialize, Serialize};

use super::command::Pair;
use crate::model::{About, Account, ApiKey, Description, Group, GroupCode, KeyId, ParseError, Practice};

/// What stands there now, where the person saw something else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Current {
    /// A key.
    Key(Box<ApiKey>),
    /// A group.
    Group(Box<Group>),
}

impl Current {
    fn name(&self) -> String {
        match self {
            Self::Key(record) => format!("Key {}", record.key),
            Self::Group(group) => format!("User group {}", group.code),
        }
    }
}

/// Why the door said no. Unless it says otherwise, nothing was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// What was given cannot be.
    #[error("{}", .0.sentence)]
    Input(ParseError),
    /// No such key.
    #[error("There is no key {0}")]
    NoSuchKey(KeyId),
    /// No such group.
    #[error("There is no user group {0}")]
    NoSuchGroup(GroupCode),
    /// The code is taken.
    #[error("User group {0} exists already")]
    GroupExists(GroupCode),
    /// Keys use it.
    #[error("User group {code} is used by {count} {}", if *count == 1 { "key" } else { "keys" })]
    GroupInUse {
        /// The group.
        code: GroupCode,
        /// How many keys.
        count: u64,
        /// The first of them (at most 20), newest first.
        keys: Vec<(KeyId, Description)>,
    },
    /// One of these keys cannot have that done to it while they are in a rotation.
    #[error("Key {} hands over to {}: that rotation is under way", .0.old, .0.new)]
    InRotation(Pair),
    /// There is no such rotation any more.
    #[error("Key {0} is in no rotation")]
    NotRotating(KeyId),
    /// Nobody is accepted with this key, so there is nothing to hand over.
    #[error("Key {0} is Disabled: there is nothing to hand over")]
    NothingToHandOver(KeyId),
    /// A rotation does not end while its old key is accepted.
    #[error("Key {0} is still Active")]
    StillAccepted(KeyId),
    /// Nobody accepted that.
    #[error("{} of {about} is not accepted", .finding.code())]
    NotAccepted {
        /// What was found.
        finding: Practice,
        /// In whom.
        about: About,
    },
    /// No scan noted anything of it.
    #[error("No scan noted anything of key {0}")]
    NotSeen(KeyId),
    /// The selection is empty.
    #[error("No key is selected")]
    NothingSelected,
    /// The selection is no longer what the person saw.
    #[error("The selection changed meanwhile: {expected} keys were shown, {now} are meant now")]
    SelectionChanged {
        /// As seen.
        expected: u64,
        /// As it is.
        now: u64,
    },
    /// Somebody else edited it after the person saw it.
    #[error("{} was changed by someone else meanwhile", .now.name())]
    ChangedMeanwhile {
        /// As it is now.
        now: Current,
    },
    /// An auditor gave a command.
    #[error("{0} may read but not change anything")]
    ReadOnly(Account),
    /// The account may not use this store at all.
    #[error("{account} may not use this store")]
    NotAdmitted {
        /// Who asked.
        account: Account,
    },
    /// The server that holds the store cannot be asked; what was asked for did not begin.
    #[error("The server is not there: {sentence}")]
    ServerGone {
        /// What was met.
        sentence: String,
    },
    /// The server speaks another version of the socket.
    #[error("The server is claviger {server}, this is {client}: they do not understand each other")]
    OtherVersion {
        /// Its version.
        server: String,
        /// Ours.
        client: String,
    },
    /// The server went away in the middle of a command: it may be saved or not.
    #[error("The server went away before it answered; the change may be saved or not")]
    Unanswered,
    /// The undo is too old or was used.
    #[error("There is nothing left to undo")]
    NothingToUndo,
    /// `demo` on a store that has something.
    #[error("The store is not empty: demo fills only an empty one")]
    NotEmpty,
    /// The change could not be saved; nothing was changed.
    #[error("The change could not be saved: {sentence}")]
    NotSaved {
        /// Why.
        sentence: String,
        /// What to do.
        hint: String,
    },
    /// A disable or delete could not be saved, but the keys are refused as long as this process runs.
    #[error("{count} {} refused from now on, but this could not be saved: {sentence}", if *count == 1 { "key is" } else { "keys are" })]
    RefusedUnsaved {
        /// How many keys.
        count: u64,
        /// Why.
        sentence: String,
        /// What to do.
        hint: String,
    },
    /// The store could not be read.
    #[error("The store could not be read: {sentence}")]
    Unreadable {
        /// Why.
        sentence: String,
        /// What to do.
        hint: String,
    },
    /// No refusal of that reference is kept.
    #[error("There is no refusal {}", crate::model::text::escape(.0))]
    NoSuchReference(String),
    /// The question was withdrawn.
    #[error("Cancelled")]
    Cancelled,
}

impl Refusal {
    /// The next step.
    pub fn hint(&self) -> String {
        match self {
            Self::Input(error) => error.hint.clone(),
            Self::NoSuchKey(_) => "`claviger keys list` shows the keys; a deleted key never comes back".into(),
            Self::NoSuchGroup(_) => {
                "`claviger groups list` shows the groups; `claviger groups create` makes one (`claviger groups templates` has four)".into()
            }
            Self::GroupExists(code) => format!("choose another code, or change it with `claviger groups edit {code}`"),
            Self::GroupInUse { code, .. } => {
                format!("give its keys another group first; `claviger keys list --filter {code}` shows them")
            }
            Self::InRotation(pair) => format!(
                "finish it (`claviger rotations finish {0}`) or take it back (`claviger rotations abandon {0}`) first",
                pair.old
            ),
            Self::NotRotating(_) => "`claviger rotations list` shows those under way; r starts one".into(),
            Self::NothingToHandOver(_) => "enable it first, or create a new key instead".into(),
            Self::StillAccepted(key) => {
                format!("disable it first (`claviger keys disable {key}`), once nobody uses it")
            }
            Self::NotAccepted { .. } => "`claviger review --accepted` shows what is".into(),
            Self::NotSeen(_) => "`claviger scan --note FILE` notes where keys are found".into(),
            Self::NothingSelected => "move to a key, or mark some with Space".into(),
            Self::SelectionChanged { .. } => "look at the list again, then repeat the command".into(),
            Self::ChangedMeanwhile { .. } => "look at it as it is now, then edit it again".into(),
            Self::ReadOnly(_) => {
                "ask the store's owner: `administrators` in claviger.toml of the store names who may change things".into()
            }
            Self::NotAdmitted { .. } => {
                "ask the store's owner: claviger.toml of the store names `administrators` and `auditors`".into()
            }
            Self::ServerGone { .. } => "start it again: `claviger serve`; an open console comes back by itself".into(),
            Self::OtherVersion { .. } => "run the same version of claviger on both sides; restart the server after an update".into(),
            Self::Unanswered => {
                "look at the list once the server is back (`claviger changes`) before you repeat it".into()
            }
            Self::NothingToUndo => "the keys were changed again since, or the program was restarted".into(),
            Self::NotEmpty => "use another directory: `claviger --store DIR demo`".into(),
            Self::NotSaved { hint, .. } | Self::RefusedUnsaved { hint, .. } | Self::Unreadable { hint, .. } => hint.clone(),
            Self::NoSuchReference(_) => {
                "references look like 4F2K-9QXM; they are kept in memory for 24 hours, while the server runs".into()
            }
            Self::Cancelled => "ask again".into(),
        }
    }
}

impl From<ParseError> for Refusal {
    fn from(error: ParseError) -> Self {
        Self::Input(error)
    }
}
