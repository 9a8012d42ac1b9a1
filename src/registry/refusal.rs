//! Why the door said no: a sentence and a hint, ready to be shown.

use serde::{Deserialize, Serialize};

use crate::model::{Description, GroupCode, KeyId, ParseError};

/// Why the door said no. Unless it says otherwise, nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
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
            Self::NothingSelected => "move to a key, or mark some with Space".into(),
            Self::SelectionChanged { .. } => "look at the list again, then repeat the command".into(),
            Self::NothingToUndo => "the keys were changed again since, or the program was restarted".into(),
            Self::NotEmpty => "use another directory: `claviger --store DIR demo`".into(),
            Self::NotSaved { hint, .. } | Self::RefusedUnsaved { hint, .. } | Self::Unreadable { hint, .. } => hint.clone(),
            Self::Cancelled => "ask again".into(),
        }
    }
}

impl From<ParseError> for Refusal {
    fn from(error: ParseError) -> Self {
        Self::Input(error)
    }
}
