//! What anyone may want written down, as values.

use serde::{Deserialize, Serialize};

use crate::model::{FoundIn, KeyId};

/// A key that a scan met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spotted {
    /// Which.
    pub key: KeyId,
    /// Where.
    pub place: FoundIn,
    /// Whether its Secret was there, not the Key alone.
    pub secret: bool,
}

impl Spotted {
    /// So many are noted in one go.
    pub const MOST: usize = 10_000;
    /// So many places are noted of one key: with so many the key has to go anyway.
    pub const PLACES: usize = 16;
}
