//! One line of the journal as people read it: when, who, what, before and after.

use serde::{Deserialize, Serialize};

use super::field::Account;
use super::group::GroupCode;
use super::key::{KeyId, Time};

/// What kind of change it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A key came to be.
    KeyCreated,
    /// Description, group, expiry, rotation or owner of a key changed.
    KeyEdited,
    /// A key was enabled.
    KeyEnabled,
    /// A key was disabled.
    KeyDisabled,
    /// A key was deleted for ever.
    KeyDeleted,
    /// The Secret of a key was confirmed as copied by the person who created it.
    SecretCopied,
    /// A group came to be.
    GroupCreated,
    /// A group changed.
    GroupEdited,
    /// A group was deleted.
    GroupDeleted,
    /// A key got a successor.
    RotationStarted,
    /// A step of a rotation was done by hand, or taken back.
    RotationAdvanced,
    /// A rotation came to its end.
    RotationFinished,
    /// A rotation was given up.
    RotationAbandoned,
    /// Somebody lives with a finding until a date.
    FindingAccepted,
    /// That was taken back, or went with its key or group.
    AcceptanceWithdrawn,
    /// A scan met a key outside the place where Secrets are kept.
    KeySeen,
    /// That was taken back, or went with its key.
    SightingForgotten,
}

impl ChangeKind {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::KeyCreated,
        Self::KeyEdited,
        Self::KeyEnabled,
        Self::KeyDisabled,
        Self::KeyDeleted,
        Self::SecretCopied,
        Self::GroupCreated,
        Self::GroupEdited,
        Self::GroupDeleted,
        Self::RotationStarted,
        Self::RotationAdvanced,
        Self::RotationFinished,
        Self::RotationAbandoned,
        Self::FindingAccepted,
        Self::AcceptanceWithdrawn,
        Self::KeySeen,
        Self::SightingForgotten,
    ];

    /// The word in JSON and in the journal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::KeyCreated => "key-created",
            Self::KeyEdited => "key-edited",
            Self::KeyEnabled => "key-enabled",
            Self::KeyDisabled => "key-disabled",
            Self::KeyDeleted => "key-deleted",
            Self::SecretCopied => "secret-copied",
            Self::GroupCreated => "group-created",
            Self::GroupEdited => "group-edited",
            Self::GroupDeleted => "group-deleted",
            Self::RotationStarted => "rotation-started",
            Self::RotationAdvanced => "rotation-advanced",
            Self::RotationFinished => "rotation-finished",
            Self::RotationAbandoned => "rotation-abandoned",
            Self::FindingAccepted => "finding-accepted",
            Self::AcceptanceWithdrawn => "acceptance-withdrawn",
            Self::KeySeen => "key-seen",
            Self::SightingForgotten => "sighting-forgotten",
        }
    }

    /// The words on screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeyCreated => "Key created",
            Self::KeyEdited => "Key edited",
            Self::KeyEnabled => "Key enabled",
            Self::KeyDisabled => "Key disabled",
            Self::KeyDeleted => "Key deleted",
            Self::SecretCopied => "Secret copied",
            Self::GroupCreated => "Group created",
            Self::GroupEdited => "Group edited",
            Self::GroupDeleted => "Group deleted",
            Self::RotationStarted => "Rotation started",
            Self::RotationAdvanced => "Rotation advanced",
            Self::RotationFinished => "Rotation finished",
            Self::RotationAbandoned => "Rotation abandoned",
            Self::FindingAccepted => "Finding accepted",
            Self::AcceptanceWithdrawn => "Acceptance ended",
            Self::KeySeen => "Key seen",
            Self::SightingForgotten => "Sighting forgotten",
        }
    }
}

/// A field that a change can touch, by its name in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Of a key or group.
    Description,
    /// Of a key.
    Group,
    /// Of a key: Active or Disabled.
    Status,
    /// Of a key: dev, stg or prd.
    Environment,
    /// Of a key: RFC 3339.
    Expires,
    /// Of a key: a number of days.
    RotateEveryDays,
    /// Of a key.
    Owner,
    /// Of a key: `set`, never more.
    Secret,
    /// Of a key: whether its Secret was confirmed as copied.
    SecretCopied,
    /// Of a group.
    Role,
    /// Of a group: the switch.
    Restricted,
    /// Of a group: its table permissions as JSON.
    Tables,
    /// Of a group: its menu access as JSON.
    Menus,
    /// Of a rotation: the Key of the successor.
    Successor,
    /// Of a rotation: from when on the old key is refused.
    Deadline,
    /// Of a rotation: days from the old key's disabling to the offer to delete it.
    MonitoringDays,
    /// Of a rotation: when somebody said that the successor works.
    Verified,
    /// Of a rotation: when it disabled the old key.
    OldDisabled,
    /// Of an acceptance: what was found.
    Finding,
    /// Of an acceptance: why.
    Reason,
    /// Of an acceptance: from when on it is a finding again.
    Until,
    /// Of a sighting: where.
    Place,
    /// Of a sighting: `true` where the Secret was there, not the Key alone.
    SecretSeen,
}

impl Field {
    /// Whether it holds a time, kept as seconds.
    pub const fn is_time(self) -> bool {
        matches!(self, Self::Expires | Self::Deadline | Self::Verified | Self::OldDisabled | Self::Until)
    }

    /// The name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Group => "group",
            Self::Status => "status",
            Self::Environment => "environment",
            Self::Expires => "expires",
            Self::RotateEveryDays => "rotate_every_days",
            Self::Owner => "owner",
            Self::Secret => "secret",
            Self::SecretCopied => "secret_copied",
            Self::Role => "role",
            Self::Restricted => "restricted",
            Self::Tables => "tables",
            Self::Menus => "menus",
            Self::Successor => "successor",
            Self::Deadline => "deadline",
            Self::MonitoringDays => "monitoring_days",
            Self::Verified => "verified",
            Self::OldDisabled => "old_disabled",
            Self::Finding => "finding",
            Self::Reason => "reason",
            Self::Until => "until",
            Self::Place => "place",
            Self::SecretSeen => "secret_seen",
        }
    }
}

/// What one field held; `None` where it held nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValue {
    /// Which field.
    pub field: Field,
    /// Its content in words; times as [`Time`] seconds are kept as digits here and written out by the faces.
    pub value: Option<String>,
}

/// One accepted change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its number, from 1, without holes.
    pub revision: u64,
    /// When.
    pub time: Time,
    /// Which account of the operating system.
    pub actor: Account,
    /// What was done.
    pub kind: ChangeKind,
    /// To which key.
    pub key: Option<KeyId>,
    /// To which group (for a key: the group it was in afterwards).
    pub group: Option<GroupCode>,
    /// Description of that key or group at the time.
    pub description: String,
    /// The touched fields before; empty when it came to be.
    pub before: Vec<FieldValue>,
    /// The touched fields after; empty when it was deleted.
    pub after: Vec<FieldValue>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_the_words_that_serde_writes() {
        for kind in ChangeKind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.code()));
        }
        assert_eq!(serde_json::to_string(&Field::RotateEveryDays).unwrap(), "\"rotate_every_days\"");
    }
}
