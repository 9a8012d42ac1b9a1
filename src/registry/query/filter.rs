//! Which keys are meant: words, and words that mean a field or a time.

use serde::{Deserialize, Serialize};

use crate::clock::{Direction, parse_when};
use crate::model::{ApiKey, GroupCode, KeyRef, Status, Time};

/// Which keys are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct KeyFilter {
    /// Words that must all be found, in any case, in description, group, key, owner or status. `modified:24h`,
    /// `due:14d` and `status:active` mean what [`KeyFilter::resolved`] makes of them.
    pub text: String,
    /// Only this status.
    pub status: Option<Status>,
    /// Only this group.
    pub group: Option<GroupCode>,
    /// Only keys that were modified then or later.
    #[serde(default)]
    pub modified_since: Option<Time>,
    /// Only Active keys whose rotation or expiry is due by then.
    #[serde(default)]
    pub due_by: Option<Time>,
}

/// What a word of the filter means.
enum Meaning {
    Modified(Time),
    Due(Time),
    Status(Status),
    /// Still being typed: it leaves all keys for now.
    Unfinished,
}

fn meaning(word: &str, now: Time) -> Option<Meaning> {
    let (name, value) = word.split_once(':')?;
    let unfinished = value.is_empty() || value.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let when = |direction| parse_when(value, now, direction).ok();
    let meaning = match name.to_ascii_lowercase().as_str() {
        "modified" => when(Direction::Back).map(Meaning::Modified),
        "due" => when(Direction::Ahead).map(Meaning::Due),
        "status" => {
            let status =
                [Status::Active, Status::Disabled].into_iter().find(|s| s.name().eq_ignore_ascii_case(value));
            return status.map(Meaning::Status).or(value.is_empty().then_some(Meaning::Unfinished));
        }
        _ => return None,
    };
    meaning.or(unfinished.then_some(Meaning::Unfinished))
}

impl KeyFilter {
    /// The filter with the words that mean a field or a time taken out of the text: a time from now on stays that time.
    #[must_use]
    pub fn resolved(&self, now: Time) -> Self {
        if !self.text.contains(':') {
            return self.clone();
        }
        let mut resolved = Self { text: String::new(), ..self.clone() };
        for word in self.text.split_whitespace() {
            match meaning(word, now) {
                // Of two times the narrower one counts, and of two statuses the last.
                Some(Meaning::Modified(at)) => {
                    resolved.modified_since = resolved.modified_since.max(Some(at));
                }
                Some(Meaning::Due(at)) => {
                    resolved.due_by = Some(resolved.due_by.map_or(at, |before| before.min(at)));
                }
                Some(Meaning::Status(status)) => resolved.status = Some(status),
                Some(Meaning::Unfinished) => {}
                None => {
                    if !resolved.text.is_empty() {
                        resolved.text.push(' ');
                    }
                    resolved.text.push_str(word);
                }
            }
        }
        resolved
    }

    /// Whether every key that the other one leaves is left by this one too, as far as words and fields tell: each
    /// word here is part of one there. Both must be resolved.
    pub(crate) fn leaves_all_of(&self, other: &Self) -> bool {
        let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
        let words: Vec<String> = other.text.split_whitespace().map(lower).collect();
        let fields = |f: &Self| (f.status, f.group.clone(), f.modified_since, f.due_by);
        (fields(self) == fields(other) || fields(self) == fields(&Self::default()))
            && self
                .text
                .split_whitespace()
                .map(lower)
                .all(|word| words.iter().any(|longer| longer.contains(&word)))
    }

    /// Whether what is no text matches.
    pub fn fields_match(&self, record: KeyRef<'_>) -> bool {
        self.status.is_none_or(|status| status == record.status)
            && self.group.as_ref().is_none_or(|group| group.as_str() == record.group)
            && self.modified_since.is_none_or(|since| record.modified >= since)
            && self.due_by.is_none_or(|by| record.first_due().is_some_and(|due| due <= by))
    }

    /// Whether this one record matches, for those who hold it already. The filter must be resolved.
    pub fn matches(&self, record: &ApiKey) -> bool {
        if !self.fields_match(record.borrowed()) {
            return false;
        }
        let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
        let owner = record.owner.as_ref().map_or("", |owner| owner.as_str());
        let fields = [
            record.description.as_str(),
            record.group.as_str(),
            record.key.as_str(),
            owner,
            record.status.name(),
        ]
        .map(lower);
        self.text.split_whitespace().map(lower).all(|word| fields.iter().any(|field| field.contains(&word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_772_323_200);

    fn resolved(text: &str) -> KeyFilter {
        KeyFilter { text: text.into(), ..KeyFilter::default() }.resolved(NOW)
    }

    #[test]
    fn words_with_a_colon_mean_a_field_or_a_time() {
        let filter = resolved("hr modified:24h DUE:14d status:Disabled sync");
        assert_eq!(filter.text, "hr sync");
        assert_eq!(filter.modified_since, Some(Time(NOW.0 - 86_400)));
        assert_eq!(filter.due_by, Some(Time(NOW.0 + 14 * 86_400)));
        assert_eq!(filter.status, Some(Status::Disabled));
        assert_eq!(filter.resolved(Time(0)), filter, "what is resolved stays as it is");
        assert_eq!(resolved("modified:2026-02-01").modified_since, Some(Time(1_769_904_000)));
        assert_eq!(resolved("modified:24h modified:1h").modified_since, Some(Time(NOW.0 - 3_600)));
    }

    #[test]
    fn a_word_that_is_still_typed_leaves_all_and_any_other_is_text() {
        for typed in ["modified:", "modified:2", "modified:2026-", "due:1", "status:"] {
            assert_eq!(resolved(typed), KeyFilter::default(), "{typed}");
        }
        for text in ["modified:soon", "status:maybe", "http://x", "a:b", "modified"] {
            assert_eq!(resolved(text).text, text);
        }
    }
}
