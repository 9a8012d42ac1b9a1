//! Rotations as they are asked for.

use serde::{Deserialize, Serialize};

use crate::model::{Evidence, KeyId, Part, Rotation};

/// That a key is half of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// Which half.
    pub part: Part,
    /// The other half.
    pub other: KeyId,
}

/// A rotation with all that is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationDetails {
    /// The rotation.
    pub rotation: Rotation,
    /// Both keys and their use.
    pub evidence: Evidence,
}

/// A window of the rotations under way, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationsPage {
    /// Revision these rows belong to.
    pub revision: u64,
    /// How many there are.
    pub total: u64,
    /// Rows before the first one here.
    pub offset: u64,
    /// The rows.
    pub rows: Vec<RotationDetails>,
}
