//! Counts, revision and health of the store, as they are asked for.

use serde::{Deserialize, Serialize};

use crate::model::Time;
use crate::registry::door::Actor;

/// Whether changes can be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Health {
    /// They can.
    Good,
    /// They cannot: a sentence why, and the next step. Reading and verification go on.
    ChangesOff {
        /// Why.
        sentence: String,
        /// What to do.
        hint: String,
    },
}

/// Counts, revision and health.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Revision of the store.
    pub revision: u64,
    /// When it was written; `None` for a store without any change.
    pub written: Option<Time>,
    /// Keys.
    pub keys: u64,
    /// Active ones.
    pub active: u64,
    /// Active ones whose rotation or expiry is due within [`crate::model::ApiKey::SOON`].
    #[serde(default)]
    pub due: u64,
    /// Logons and verifications refused in the last hour: twelve times five minutes, the last ones last.
    #[serde(default)]
    pub refused: Vec<u64>,
    /// Groups.
    pub groups: u64,
    /// Whether changes can be saved.
    pub health: Health,
    /// What opening had to mend, in sentences.
    pub notes: Vec<String>,
    /// Who asked, with the rights that account has now.
    pub actor: Option<Actor>,
}
