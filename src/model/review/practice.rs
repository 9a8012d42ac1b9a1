//! The practices that a review holds keys to: how bad each breach is, why it matters, what mends it.
//!
//! Words and ranks alone; when a practice is broken is told by the rules above.

use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// One compromised system is enough.
    High,
    /// More is open than need be.
    Medium,
    /// Nobody is reminded of it.
    Low,
}

impl Severity {
    /// All three, the worst first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The word in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The word on screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }
}

/// What can be found, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Practice {
    /// A production key is used from where development or staging keys are used.
    MixedEnvironments,
    /// Its group is ADMIN.
    Unrestricted,
    /// One caller uses two keys.
    SharedCaller,
    /// One key is used from many sources.
    SharedKey,
    /// Its group may what its callers never did.
    UnusedRights,
    /// Nobody confirmed to have its Secret.
    SecretNotCopied,
    /// Its Secret is older than it should be.
    Unrotated,
    /// Never used since it was made.
    NeverUsed,
    /// Not used for long.
    Silent,
    /// One group serves production and other environments.
    SharedGroup,
    /// Nobody answers for it.
    NoOwner,
    /// It never ends.
    NoExpiry,
}

impl Practice {
    /// All of them, the worst first.
    pub const ALL: [Self; 12] = [
        Self::MixedEnvironments,
        Self::Unrestricted,
        Self::SharedCaller,
        Self::SharedKey,
        Self::UnusedRights,
        Self::SecretNotCopied,
        Self::Unrotated,
        Self::NeverUsed,
        Self::Silent,
        Self::SharedGroup,
        Self::NoOwner,
        Self::NoExpiry,
    ];

    /// How bad it is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::MixedEnvironments | Self::Unrestricted | Self::SharedCaller => Severity::High,
            Self::NoOwner | Self::NoExpiry => Severity::Low,
            _ => Severity::Medium,
        }
    }

    /// The word in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MixedEnvironments => "mixed-environments",
            Self::Unrestricted => "unrestricted",
            Self::SharedCaller => "shared-caller",
            Self::SharedKey => "shared-key",
            Self::UnusedRights => "unused-rights",
            Self::SecretNotCopied => "secret-not-copied",
            Self::Unrotated => "unrotated",
            Self::NeverUsed => "never-used",
            Self::Silent => "silent",
            Self::SharedGroup => "shared-group",
            Self::NoOwner => "no-owner",
            Self::NoExpiry => "no-expiry",
        }
    }

    /// The words on screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MixedEnvironments => "Environments meet",
            Self::Unrestricted => "Unrestricted",
            Self::SharedCaller => "One caller, two keys",
            Self::SharedKey => "One key, many sources",
            Self::UnusedRights => "Rights never used",
            Self::SecretNotCopied => "Secret never copied",
            Self::Unrotated => "Not rotated",
            Self::NeverUsed => "Never used",
            Self::Silent => "Silent",
            Self::SharedGroup => "Group across environments",
            Self::NoOwner => "No owner",
            Self::NoExpiry => "No expiry",
        }
    }

    /// Why it matters, a sentence.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::MixedEnvironments => {
                "Keys of production have no place on systems where development or staging keys lie."
            }
            Self::Unrestricted => "An ADMIN key may everything: whoever has its Secret does too.",
            Self::SharedCaller => {
                "One key per integration: a caller with two keys keeps both when one is disabled."
            }
            Self::SharedKey => {
                "One key per integration: if one of these systems is compromised, all lose the key."
            }
            Self::UnusedRights => "Minimum permissions: what no call ever needed serves only a thief.",
            Self::SecretNotCopied => {
                "Nobody said that they have the Secret: it is lost, or lies somewhere unknown."
            }
            Self::Unrotated => "Regular rotation limits how long a leaked Secret is of use.",
            Self::NeverUsed => "A key that nobody uses is missed by nobody when it is stolen.",
            Self::Silent => "A key that nobody uses any more is missed by nobody when it is stolen.",
            Self::SharedGroup => {
                "Separate environments: a right given for a test is given in production too."
            }
            Self::NoOwner => "Nobody can be asked whether the key is still needed.",
            Self::NoExpiry => "A key that is forgotten works for ever.",
        }
    }

    /// What mends it at best.
    pub const fn remedy(self) -> Fix {
        match self {
            Self::MixedEnvironments | Self::SharedCaller | Self::SharedKey => Fix::Separate,
            Self::Unrestricted | Self::UnusedRights | Self::SharedGroup => Fix::EditGroup,
            Self::SecretNotCopied | Self::Unrotated => Fix::Rotate,
            Self::NeverUsed | Self::Silent => Fix::Disable,
            Self::NoOwner | Self::NoExpiry => Fix::EditKey,
        }
    }
}

/// What mends a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fix {
    /// Disable the key.
    Disable,
    /// Give it a successor.
    Rotate,
    /// Give each caller a key of its own.
    Separate,
    /// Edit the key.
    EditKey,
    /// Edit its user group.
    EditGroup,
}

/// From when on something counts, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// Never used for so long since it was made.
    pub unused: u16,
    /// Not used for so long.
    pub silent: u16,
    /// Without a rotation for so long, where the key says nothing else.
    pub unrotated: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unused: 30, silent: 90, unrotated: 180 }
    }
}
