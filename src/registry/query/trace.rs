//! Whose Secrets some are, as it is answered.

use serde::{Deserialize, Serialize};

use crate::model::KeyId;

/// Whose Secrets were shown to the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traced {
    /// Of each Secret the key that it opens, in the order in which they were shown.
    pub keys: Vec<Option<KeyId>>,
    /// How many keys no Secret can be traced to: the store key that their pre-checks were made with is lost.
    pub blind: u64,
}

impl Traced {
    /// So many Secrets are taken at once.
    pub const MOST: usize = 1_000;
}
