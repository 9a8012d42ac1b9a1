//! What a person gives of one key: a new one, a change to one, one whose Secret was made elsewhere.
//!
//! Values that were parsed already; whether the registry takes them is decided there.

use serde::{Deserialize, Serialize};

use crate::credential::Proof;
use crate::model::{Days, Description, Environment, GroupCode, KeyId, Owner, Status, Time};

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
