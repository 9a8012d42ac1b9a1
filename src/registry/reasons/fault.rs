//! Why a credential is invalid, step by step: what failed, in words, and what would mend it.
//!
//! Never holds a Secret, a part of one, or a hash; knows nothing of who asks.

use crate::clock;
use crate::model::{Account, KeyId, KeyRef, Status, Time, text};
use crate::registry::query::Remedy;

/// Why a credential is invalid: the step at which its ladder ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// None was presented.
    Nothing,
    /// Two sources, or one twice.
    Twofold,
    /// Neither a Key and Secret nor a token can be read out of it.
    Form,
    /// The Secret's checksum does not fit.
    Checksum,
    /// No key of that name lives.
    Unknown,
    /// The Secret is another one, by the keyed pre-check.
    Precheck,
    /// The Secret is another one, by Argon2.
    Hash,
    /// No such session: never opened, ended, or closed by a disable.
    Session,
    /// A session token where Key and Secret are needed.
    TokenAtLogon,
    /// The key is Disabled.
    Disabled {
        /// Who last changed the record.
        by: Account,
        /// When.
        at: Time,
        /// Refused in memory alone, because saving failed or is under way.
        unsaved: bool,
    },
    /// The key is past its expiry.
    Expired(Time),
}

impl Fault {
    /// What a live record says against its key, if anything.
    pub(in crate::registry) fn of(
        record: KeyRef<'_>,
        held: bool,
        now: impl FnOnce() -> Time,
    ) -> Option<Self> {
        if held || record.status != Status::Active {
            let (by, at) = (record.to_key().modified_by, record.modified);
            return Some(Self::Disabled { by, at, unsaved: held });
        }
        // Few keys expire at all: who does not is not asked what time it is.
        record.expires.filter(|at| *at <= now()).map(Self::Expired)
    }

    pub(in crate::registry) const fn proved(&self) -> bool {
        matches!(self, Self::Disabled { .. } | Self::Expired(_))
    }

    /// The names of the steps up to the failing one.
    pub(super) const fn steps(&self) -> &'static [&'static str] {
        match self {
            Self::Nothing | Self::Twofold | Self::Form | Self::TokenAtLogon => &["form"],
            Self::Checksum => &["form", "checksum"],
            Self::Unknown => &["form", "checksum", "known"],
            Self::Precheck => &["form", "checksum", "known", "pre-check"],
            Self::Hash => &["form", "checksum", "known", "pre-check", "hash"],
            Self::Session => &["form", "session"],
            Self::Disabled { .. } => &["form", "checksum", "known", "pre-check", "status"],
            Self::Expired(_) => &["form", "checksum", "known", "pre-check", "status", "expiry"],
        }
    }

    pub(super) fn detail(&self) -> String {
        match self {
            Self::Nothing => "no credential was presented".into(),
            Self::Twofold => "two credentials were presented, or one twice".into(),
            Self::Form => "what was presented has not the form of a Key and Secret, nor of a token".into(),
            Self::Checksum => "a character of the Secret is wrong, missing or cut off".into(),
            Self::Unknown => "no such key: never created, or deleted".into(),
            Self::Precheck | Self::Hash => "the Secret is not the one of this key".into(),
            Self::Session => "no such session: it ended after 20 minutes, was closed by a disable or a delete, or the server was restarted".into(),
            Self::TokenAtLogon => "a session cannot open another one".into(),
            Self::Disabled { by, at, unsaved } if !unsaved => {
                format!("Disabled by {} {}", text::escape(by.as_str()), clock::date(*at))
            }
            Self::Disabled { .. } => "Disabled (not saved)".into(),
            Self::Expired(at) => format!("expired {}", clock::rfc3339(*at)),
        }
    }

    pub(super) const fn mend(&self) -> &'static str {
        match self {
            Self::Nothing => "send Key and Secret: Authorization: Basic, or X-Api-Key and X-Api-Secret",
            Self::Twofold => "send exactly one credential, once",
            Self::Form | Self::Checksum => "copy Key and Secret again, whole, from where they are kept",
            Self::Unknown => "check the Key against `claviger keys list`; a deleted key never comes back",
            Self::Precheck | Self::Hash => "give the caller the right Secret; if it is lost, rotate the key",
            Self::Session | Self::TokenAtLogon => "log on again with Key and Secret",
            Self::Disabled { .. } => "enable the key, if it should be used again",
            Self::Expired(_) => "set a later expiry, or rotate the key",
        }
    }

    /// Where in this program it is mended; nowhere when only the caller can.
    pub(super) fn remedy(&self, key: Option<KeyId>) -> Option<Remedy> {
        match self {
            Self::Unknown => Some(Remedy::NewKey),
            Self::Precheck | Self::Hash | Self::Disabled { .. } | Self::Expired(_) => key.map(Remedy::Key),
            Self::Nothing
            | Self::Twofold
            | Self::Form
            | Self::Checksum
            | Self::Session
            | Self::TokenAtLogon => None,
        }
    }
}
