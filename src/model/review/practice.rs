//! The practices that a review holds keys to: how bad each breach is, why it matters, what mends it.
//!
//! Words and ranks alone; when a practice is broken is told by the rules above.

use serde::{Deserialize, Serialize};

use crate::model::field::ParseError;
use crate::model::text::escape;

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
    /// Its Secret was found by a scan outside the place where Secrets are kept.
    #[serde(rename = "secret-found")]
    SecretSeen,
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
    /// Its Key, without the Secret, was found by a scan.
    #[serde(rename = "key-found")]
    KeySeen,
    /// Nobody answers for it.
    NoOwner,
    /// It never ends.
    NoExpiry,
}

impl Practice {
    /// All of them, the worst first.
    pub const ALL: [Self; 14] = [
        Self::SecretSeen,
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
        Self::KeySeen,
        Self::NoOwner,
        Self::NoExpiry,
    ];

    /// How bad it is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::SecretSeen | Self::MixedEnvironments | Self::Unrestricted | Self::SharedCaller => {
                Severity::High
            }
            Self::KeySeen | Self::NoOwner | Self::NoExpiry => Severity::Low,
            _ => Severity::Medium,
        }
    }

    /// The word in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SecretSeen => "secret-found",
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
            Self::KeySeen => "key-found",
            Self::NoOwner => "no-owner",
            Self::NoExpiry => "no-expiry",
        }
    }

    /// The words on screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SecretSeen => "Secret found by scan",
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
            Self::KeySeen => "Key found by scan",
            Self::NoOwner => "No owner",
            Self::NoExpiry => "No expiry",
        }
    }

    /// Reads the word of JSON or the words on screen, in any case.
    ///
    /// # Errors
    /// When it is none of them: the hint names all.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let wanted = text.trim();
        let says = |practice: &Self| {
            [practice.code(), practice.name()].iter().any(|w| w.eq_ignore_ascii_case(wanted))
        };
        Self::ALL.into_iter().find(says).ok_or_else(|| {
            let all = Self::ALL.map(Self::code).join(", ");
            ParseError::new(format!("\"{}\" is no finding", escape(wanted)), format!("it is one of {all}"))
        })
    }

    /// Why it matters, a sentence.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::SecretSeen => {
                "Whoever can read that place has the Secret: secrets belong into a secrets manager or the environment."
            }
            Self::MixedEnvironments => {
                "Keys of production have no place on systems where development or staging keys lie."
            }
            Self::Unrestricted => "An ADMIN key may do everything: whoever has its Secret does too.",
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
            Self::KeySeen => "A Key alone opens nothing, but its Secret is often kept near it.",
            Self::NoOwner => "Nobody can be asked whether the key is still needed.",
            Self::NoExpiry => "A key that is forgotten works for ever.",
        }
    }

    /// What mends it at best.
    pub const fn remedy(self) -> Fix {
        match self {
            Self::MixedEnvironments | Self::SharedCaller | Self::SharedKey => Fix::Separate,
            Self::Unrestricted | Self::UnusedRights | Self::SharedGroup => Fix::EditGroup,
            Self::SecretSeen | Self::SecretNotCopied | Self::Unrotated => Fix::Rotate,
            Self::NeverUsed | Self::Silent => Fix::Disable,
            Self::KeySeen | Self::NoOwner | Self::NoExpiry => Fix::EditKey,
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

/// Limits that somebody names for once; what is not named is as usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SomeLimits {
    /// As [`Limits::unused`].
    pub unused: Option<u16>,
    /// As [`Limits::silent`].
    pub silent: Option<u16>,
    /// As [`Limits::unrotated`].
    pub unrotated: Option<u16>,
}

impl SomeLimits {
    /// Them, and the usual ones where they are silent.
    pub fn over(self, usual: Limits) -> Limits {
        Limits {
            unused: self.unused.unwrap_or(usual.unused),
            silent: self.silent.unwrap_or(usual.silent),
            unrotated: self.unrotated.unwrap_or(usual.unrotated),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { unused: 30, silent: 90, unrotated: 180 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_has_one_word_everywhere_and_all_are_in_the_order_of_their_weight() {
        for practice in Practice::ALL {
            assert_eq!(serde_json::to_string(&practice).unwrap(), format!("\"{}\"", practice.code()));
            assert_eq!(Practice::parse(&practice.code().to_uppercase()), Ok(practice));
            assert_eq!(Practice::parse(&practice.name().to_lowercase()), Ok(practice));
        }
        assert!(Practice::ALL.is_sorted() && Practice::ALL.is_sorted_by_key(|practice| practice.severity()));
        assert!(Practice::parse("nothing\u{1b}").unwrap_err().hint.contains("no-owner"));
    }
}
