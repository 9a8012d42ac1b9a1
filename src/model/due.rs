//! When a key's rotation or expiry is due, and the badge that says so. Pure: a record and a moment.

use serde::{Deserialize, Serialize};

use super::key::{ApiKey, Status, Time};
use super::key_ref::KeyRef;

const DAY: i64 = 86_400;

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DueKind {
    /// The key should be replaced by another one.
    Rotation,
    /// The key ends.
    Expiry,
}

impl DueKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rotation, Self::Expiry];

    /// The word in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rotation => "rotation",
            Self::Expiry => "expiry",
        }
    }
}

/// What a key's row says of its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Badge {
    /// Refused since then.
    Expired(Time),
    /// It should have been rotated then.
    Overdue(Time),
    /// It ends soon, then.
    Expires(Time),
    /// It should be rotated soon, then.
    Due(Time),
}

impl Badge {
    /// `Expired`, `Overdue`, `Expires in 6 d`, `Due`.
    pub fn text(self, now: Time) -> String {
        match self {
            Self::Expired(_) => "Expired".into(),
            Self::Overdue(_) => "Overdue".into(),
            Self::Expires(at) => match at.0.saturating_sub(now.0) {
                ..3_600 => "Expires within the hour".into(),
                left @ 3_600..DAY => format!("Expires in {} h", left / 3_600),
                left => format!("Expires in {} d", left / DAY),
            },
            Self::Due(_) => "Due".into(),
        }
    }
}

impl ApiKey {
    /// When it should be replaced by another one.
    pub fn rotation_due(&self) -> Option<Time> {
        self.borrowed().rotation_due()
    }

    /// When this is due; never for a key that is Disabled: nobody waits for it.
    pub fn due(&self, what: DueKind) -> Option<Time> {
        self.borrowed().due(what)
    }

    /// When the first of both is due.
    pub fn first_due(&self) -> Option<Time> {
        self.borrowed().first_due()
    }

    /// Seconds ahead within which a date counts as due.
    pub const SOON: i64 = 14 * DAY;

    /// What its row says of its dates: the worst of it.
    pub fn badge(&self, now: Time) -> Option<Badge> {
        let (rotation, expiry) = (self.due(DueKind::Rotation), self.expires);
        let soon = Time(now.0.saturating_add(Self::SOON));
        let over = expiry.filter(|at| *at <= now).map(Badge::Expired);
        let overdue = rotation.filter(|at| *at <= now).map(Badge::Overdue);
        let ending = self.due(DueKind::Expiry).filter(|at| *at <= soon).map(Badge::Expires);
        let due = rotation.filter(|at| *at <= soon).map(Badge::Due);
        over.or(overdue).or(ending).or(due)
    }
}

impl KeyRef<'_> {
    /// When it should be replaced by another one.
    pub fn rotation_due(&self) -> Option<Time> {
        let days = i64::from(self.rotate_every?.get());
        Some(Time(self.created.0.saturating_add(days * DAY)))
    }

    /// When this is due; never for a key that is Disabled: nobody waits for it.
    pub fn due(&self, what: DueKind) -> Option<Time> {
        let at = match what {
            DueKind::Rotation => self.rotation_due(),
            DueKind::Expiry => self.expires,
        };
        at.filter(|_| self.status == Status::Active)
    }

    /// When the first of both is due.
    pub fn first_due(&self) -> Option<Time> {
        DueKind::ALL.into_iter().filter_map(|what| self.due(what)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Account, Days, Description, Environment, KeyId};

    const NOW: Time = Time(1_772_323_200);

    fn record(rotate: Option<u16>, expires: Option<i64>) -> ApiKey {
        ApiKey {
            number: 1,
            key: KeyId::from_digits(Environment::Production, [1; 16]),
            description: Description::parse("HR").unwrap(),
            group: "HR".parse().unwrap(),
            status: Status::Active,
            created: Time(NOW.0 - 80 * DAY),
            modified: NOW,
            modified_by: Account::parse("ada").unwrap(),
            last_used: None,
            expires: expires.map(|days| Time(NOW.0 + days * DAY)),
            rotate_every: rotate.map(|days| Days::try_from(days).unwrap()),
            owner: None,
            secret_copied: true,
        }
    }

    #[test]
    fn badges_say_the_worst_of_both_dates() {
        let badge = |rotate, expires| record(rotate, expires).badge(NOW).map(|badge| badge.text(NOW));
        for (rotate, expires, wanted) in [
            (None, None, None),
            (Some(180), Some(100), None),
            (Some(90), None, Some("Due")),
            (Some(80), None, Some("Overdue")),
            (None, Some(6), Some("Expires in 6 d")),
            (Some(90), Some(6), Some("Expires in 6 d")),
            (Some(30), Some(6), Some("Overdue")),
            (Some(30), Some(-1), Some("Expired")),
            (None, Some(14), Some("Expires in 14 d")),
            (None, Some(15), None),
        ] {
            assert_eq!(badge(rotate, expires).as_deref(), wanted, "{rotate:?} {expires:?}");
        }
    }

    #[test]
    fn nothing_is_due_for_a_disabled_key() {
        let disabled = ApiKey { status: Status::Disabled, ..record(Some(30), Some(6)) };
        assert_eq!((disabled.first_due(), disabled.badge(NOW)), (None, None));
        let expired = ApiKey { status: Status::Disabled, ..record(None, Some(-6)) };
        assert_eq!(expired.badge(NOW).map(|badge| badge.text(NOW)).as_deref(), Some("Expired"));
        assert_eq!(record(Some(30), Some(6)).first_due(), Some(Time(NOW.0 - 50 * DAY)));
    }
}
