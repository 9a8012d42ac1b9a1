//! One key as it stands in a table or in a file, borrowed: the fields of [`ApiKey`] without owning a text.
//!
//! Whoever makes one has checked its texts as parsing would; so it becomes an [`ApiKey`] again without a question.

use super::field::{Account, Days, Description, Owner};
use super::group::GroupCode;
use super::key::{ApiKey, KeyId, Status, Time};

/// The record of one key, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRef<'a> {
    /// Number of its creation.
    pub number: u64,
    /// The public identifier.
    pub key: KeyId,
    /// What it is for.
    pub description: &'a str,
    /// The code of its user group.
    pub group: &'a str,
    /// Active or Disabled.
    pub status: Status,
    /// When it was created.
    pub created: Time,
    /// When it was last changed by an administrator.
    pub modified: Time,
    /// By whom.
    pub modified_by: &'a str,
    /// Last accepted call.
    pub last_used: Option<Time>,
    /// From when on it is refused.
    pub expires: Option<Time>,
    /// How often it should be rotated.
    pub rotate_every: Option<Days>,
    /// Who answers for it.
    pub owner: Option<&'a str>,
    /// Whether its Secret was ever confirmed as copied.
    pub secret_copied: bool,
}

impl KeyRef<'_> {
    /// Whether its texts are what parsing would let pass, unchanged.
    pub fn texts_are_good(&self) -> bool {
        Description::is_good(self.description)
            && GroupCode::is_good(self.group)
            && Account::is_good(self.modified_by)
            && self.owner.is_none_or(Owner::is_good)
    }

    /// What it is for, as a text of its own.
    pub fn to_description(&self) -> Description {
        Description::known(self.description)
    }

    /// Its user group, as a text of its own.
    pub fn to_group(&self) -> GroupCode {
        GroupCode::known(self.group)
    }

    /// The record with texts of its own.
    pub fn to_key(&self) -> ApiKey {
        ApiKey {
            number: self.number,
            key: self.key,
            description: self.to_description(),
            group: self.to_group(),
            status: self.status,
            created: self.created,
            modified: self.modified,
            modified_by: Account::known(self.modified_by),
            last_used: self.last_used,
            expires: self.expires,
            rotate_every: self.rotate_every,
            owner: self.owner.map(Owner::known),
            secret_copied: self.secret_copied,
        }
    }

    /// Whether it is past its expiry at this moment.
    pub fn expired_at(&self, now: Time) -> bool {
        self.expires.is_some_and(|at| at <= now)
    }
}

impl ApiKey {
    /// The same record, borrowed.
    pub fn borrowed(&self) -> KeyRef<'_> {
        KeyRef {
            number: self.number,
            key: self.key,
            description: self.description.as_str(),
            group: self.group.as_str(),
            status: self.status,
            created: self.created,
            modified: self.modified,
            modified_by: self.modified_by.as_str(),
            last_used: self.last_used,
            expires: self.expires,
            rotate_every: self.rotate_every,
            owner: self.owner.as_ref().map(Owner::as_str),
            secret_copied: self.secret_copied,
        }
    }
}
