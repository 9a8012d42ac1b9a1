//! Notes: what people wrote down about a key or a user group beside its record, each with who and when.
//!
//! A finding that is lived with until a date, and a place where a scan met a key. Knows nothing of how findings come to
//! be, nor of files: a place is a text that is safe to show.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::field::{Grounds, ParseError};
use super::group::GroupCode;
use super::key::{KeyId, Time};
use super::review::Practice;
use super::rotation::Mark;
use super::text;

/// Nothing is accepted for longer, in seconds: whoever accepted it, and why, should be looked at again once a year.
pub const LONGEST_ACCEPTANCE: i64 = 366 * 86_400;

/// Whom a note is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// A key.
    Key(KeyId),
    /// A user group.
    Group(GroupCode),
}

impl About {
    /// The key, if it is one.
    pub const fn key(&self) -> Option<KeyId> {
        match self {
            Self::Key(key) => Some(*key),
            Self::Group(_) => None,
        }
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => key.fmt(f),
            Self::Group(code) => code.fmt(f),
        }
    }
}

/// A finding that somebody lives with until a date. The journal keeps it in this form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// What was found.
    pub finding: Practice,
    /// In whom.
    pub about: About,
    /// Why that is all right.
    pub reason: Grounds,
    /// From then on it is a finding again.
    pub until: Time,
    /// When and by whom.
    pub made: Mark,
}

impl Acceptance {
    /// Whether it still counts.
    pub fn holds_at(&self, now: Time) -> bool {
        now < self.until
    }

    /// Takes a date to come back.
    ///
    /// # Errors
    /// When it does not lie ahead, or lies more than a year ahead.
    pub fn check_until(until: Time, now: Time) -> Result<Time, ParseError> {
        if until <= now {
            return Err(ParseError::new(
                "The date to come back lies in the past",
                "choose a later one, such as 90d; until then the finding is left out",
            ));
        }
        if until.0.saturating_sub(now.0) > LONGEST_ACCEPTANCE {
            return Err(ParseError::new(
                "The date to come back is more than a year ahead",
                "a finding is accepted for a year at most, so that somebody looks at it again: choose 365d or less",
            ));
        }
        Ok(until)
    }
}

/// Where something was found: a path as it is shown, without hostile characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FoundIn(Box<str>);

impl FoundIn {
    /// Characters that are kept.
    pub const LONGEST: usize = 300;

    /// A path, escaped; of a long one the end, which tells more.
    pub fn of(path: &str) -> Self {
        let safe = text::escape(path.trim());
        let count = safe.chars().count();
        match count {
            0 => Self("(no name)".into()),
            _ if count <= Self::LONGEST => Self(safe.as_ref().into()),
            _ => Self(
                safe.chars()
                    .skip(count + 1 - Self::LONGEST)
                    .fold("…".to_owned(), |mut all, c| {
                        all.push(c);
                        all
                    })
                    .into(),
            ),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FoundIn {
    type Error = ParseError;

    fn try_from(path: String) -> Result<Self, ParseError> {
        let whole = Self::of(&path);
        if *whole.0 == *path {
            return Ok(whole);
        }
        Err(ParseError::new("A place where a key was found is not written as it should be", "scan again"))
    }
}

impl From<FoundIn> for String {
    fn from(place: FoundIn) -> Self {
        place.0.into()
    }
}

/// That a scan met a key, or its Secret, outside the place where Secrets are kept. The journal keeps it in this form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sighting {
    /// Which key.
    pub key: KeyId,
    /// Where.
    pub place: FoundIn,
    /// Whether its Secret was there, not the Key alone.
    pub secret: bool,
    /// When it was first noted so, and by whom.
    pub seen: Mark,
}

/// Something that was written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Note {
    /// A finding is accepted.
    Accepted(Acceptance),
    /// A key was seen.
    Seen(Sighting),
}

impl Note {
    /// Whom it is about.
    pub fn about(&self) -> About {
        match self {
            Self::Accepted(acceptance) => acceptance.about.clone(),
            Self::Seen(sighting) => About::Key(sighting.key),
        }
    }

    /// What tells it from all other notes; those of one key or group begin alike, see [`Note::prefix`].
    pub fn name(&self) -> String {
        match self {
            Self::Accepted(one) => Self::name_of_acceptance(&one.about, one.finding),
            Self::Seen(one) => format!("{} seen {}", one.key, one.place.as_str()),
        }
    }

    /// The name of an acceptance.
    pub fn name_of_acceptance(about: &About, finding: Practice) -> String {
        format!("{about} accepted {}", finding.code())
    }

    /// The beginning of the names of all notes about somebody: no code and no Key has a space.
    pub fn prefix(about: &About) -> String {
        format!("{about} ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_to_come_back_lies_ahead_and_within_a_year() {
        let now = Time(1_772_323_200);
        let check = |ahead: i64| Acceptance::check_until(Time(now.0 + ahead), now);
        assert!(check(0).is_err() && check(-1).is_err());
        assert_eq!(check(1), Ok(Time(now.0 + 1)));
        assert!(check(LONGEST_ACCEPTANCE).is_ok());
        assert!(check(LONGEST_ACCEPTANCE + 1).unwrap_err().hint.contains("a year at most"));
    }

    #[test]
    fn a_place_is_safe_short_and_the_same_when_read_back() {
        assert_eq!(FoundIn::of("/srv/a\u{202e}b\n").as_str(), "/srv/a\\u{202e}b");
        assert_eq!(FoundIn::of("").as_str(), "(no name)");
        let long = FoundIn::of(&format!("{}/end.env", "ü".repeat(900)));
        assert!(long.as_str().chars().count() == FoundIn::LONGEST && long.as_str().ends_with("ü/end.env"));
        for place in [long, FoundIn::of("a\u{1b}[2J")] {
            assert_eq!(FoundIn::try_from(String::from(place.clone())), Ok(place));
        }
        assert!(FoundIn::try_from("a\u{1b}".to_owned()).is_err());
    }

    #[test]
    fn names_tell_notes_apart_and_begin_with_whom_they_are_about() {
        let key: KeyId = "ck_prd_0123456789abcdef".parse().unwrap();
        let made = Mark { time: Time(1), by: "ada".parse().unwrap() };
        let accepted = |about: About, finding| {
            let (reason, made) = (Grounds::parse("known").unwrap(), made.clone());
            Note::Accepted(Acceptance { finding, about, reason, until: Time(9), made })
        };
        let seen = |place: &str| {
            Note::Seen(Sighting { key, place: FoundIn::of(place), secret: true, seen: made.clone() })
        };
        let group = About::Group("HR".parse().unwrap());
        let all = [
            accepted(About::Key(key), Practice::NoOwner),
            accepted(About::Key(key), Practice::NoExpiry),
            accepted(group.clone(), Practice::SharedGroup),
            seen("/a"),
            seen("/b"),
        ];
        let names: std::collections::BTreeSet<_> = all.iter().map(Note::name).collect();
        assert_eq!(names.len(), all.len());
        assert!(all.iter().all(|note| note.name().starts_with(&Note::prefix(&note.about()))));
        assert!(
            !names.iter().any(|name| name.starts_with(&Note::prefix(&About::Group("H".parse().unwrap()))))
        );
    }
}
