//! Why a key stopped working, or that nothing stops it: one line.

use serde::{Deserialize, Serialize};

use crate::clock::{date, relative};
use crate::model::text::escape;
use crate::model::{Account, GroupCode, KeyId, Time};

/// What stands between a key and its next call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It was disabled.
    Disabled {
        /// By whom.
        by: Account,
        /// When.
        at: Time,
    },
    /// It was rotated: its successor took its place.
    Rotated {
        /// The successor.
        to: KeyId,
        /// By whom.
        by: Account,
        /// When the old key was disabled, or ended.
        at: Time,
    },
    /// It is past its expiry.
    Expired {
        /// Since when.
        at: Time,
    },
    /// It came into another user group after its last call.
    Regrouped {
        /// The group it was in.
        from: String,
        /// By whom.
        by: Account,
        /// When.
        at: Time,
    },
    /// Its user group was changed after its last call.
    GroupChanged {
        /// Which.
        group: GroupCode,
        /// By whom.
        by: Account,
        /// When.
        at: Time,
    },
    /// Nobody called with it yet.
    NeverCalled {
        /// Since it was created.
        since: Time,
    },
    /// Nothing stops it.
    Well {
        /// Its last call.
        last: Time,
    },
}

impl Standing {
    /// The word in JSON.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Disabled { .. } => "disabled",
            Self::Rotated { .. } => "rotated",
            Self::Expired { .. } => "expired",
            Self::Regrouped { .. } => "regrouped",
            Self::GroupChanged { .. } => "group_changed",
            Self::NeverCalled { .. } => "never_called",
            Self::Well { .. } => "well",
        }
    }

    /// In one line.
    pub fn sentence(&self, now: Time) -> String {
        let when = |at: Time| {
            let ago = relative(at, now);
            if ago == date(at) { ago } else { format!("{ago} ({})", date(at)) }
        };
        let name = |by: &Account| escape(by.as_str()).into_owned();
        match self {
            Self::Disabled { by, at } => format!("Disabled by {} {}.", name(by), when(*at)),
            Self::Rotated { to, by, at } => {
                format!("Rotated to {to} by {}, refused since {}.", name(by), when(*at))
            }
            Self::Expired { at } => format!("Expired {}.", when(*at)),
            Self::Regrouped { from, by, at } => {
                format!("Moved from group {} by {} {}; no call since.", escape(from), name(by), when(*at))
            }
            Self::GroupChanged { group, by, at } => {
                format!("Its group {group} was changed by {} {}; no call since.", name(by), when(*at))
            }
            Self::NeverCalled { since } => format!("Never called since it was created {}.", when(*since)),
            Self::Well { last } => format!("Nothing stops it; last call {}.", when(*last)),
        }
    }
}
