//! The filter's words: every one must be found, in any case.

use memchr::memmem::Finder;

use super::query::KeyFilter;
use crate::model::text::fold;
use crate::model::{Change, KeyId, KeyRef, Roll, Status};

/// Words in lower case, ready to be searched for many times.
pub(super) struct Words {
    finders: Vec<(String, Finder<'static>)>,
}

impl Words {
    pub(super) fn new(text: &str) -> Self {
        let finders = text
            .split_whitespace()
            .map(|word| {
                let word: String = word.chars().flat_map(char::to_lowercase).collect();
                let finder = Finder::new(word.as_bytes()).into_owned();
                (word, finder)
            })
            .collect();
        Self { finders }
    }

    /// Whether every word is found in the text, which is in lower case, or in `also`.
    pub(super) fn found_in(&self, text: &str, also: &str) -> bool {
        self.finders
            .iter()
            .all(|(word, finder)| finder.find(text.as_bytes()).is_some() || also.contains(word.as_str()))
    }

    /// Whether every word is found somewhere in a change.
    pub(super) fn found_in_change(&self, change: &Change) -> bool {
        if self.finders.is_empty() {
            return true;
        }
        let mut text = format!(
            "{}\n{}\n{}\n{}",
            change.description,
            change.actor,
            change.kind.name(),
            change.kind.code()
        );
        let names = [change.key.as_ref().map(|k| k.as_str()), change.group.as_ref().map(|g| g.as_str())];
        let values = change.before.iter().chain(&change.after).filter_map(|v| v.value.as_deref());
        for part in names.into_iter().flatten().chain(values) {
            text.push('\n');
            text.push_str(part);
        }
        let lower: String = text.chars().flat_map(char::to_lowercase).collect();
        self.found_in(&lower, "")
    }
}

/// A word of a filter, ready to be looked for in every place where a key may have it.
pub(super) struct Word {
    finder: Finder<'static>,
    lower: String,
    upper: String,
    /// In the word for a status.
    statuses: [(Status, bool); 2],
    /// Of letters that stand in Keys.
    in_keys: bool,
}

impl Word {
    fn new(word: &str) -> Self {
        let lower = fold(word);
        let status = |status: Status| (status, fold(status.name()).contains(&lower));
        Self {
            finder: Finder::new(lower.as_bytes()).into_owned(),
            upper: lower.to_ascii_uppercase(),
            statuses: [status(Status::Active), status(Status::Disabled)],
            in_keys: lower.len() <= KeyId::LEN
                && lower.bytes().all(|b| b == b'_' || KeyId::ALPHABET.contains(&b)),
            lower,
        }
    }

    pub(super) fn finder(&self) -> &Finder<'static> {
        &self.finder
    }

    /// Whether it can be in a Key at all.
    pub(super) const fn may_be_in_keys(&self) -> bool {
        self.in_keys
    }

    pub(super) fn in_group(&self, code: &str) -> bool {
        code.contains(&self.upper)
    }

    /// The statuses that it names a part of.
    pub(super) fn statuses(&self) -> impl Iterator<Item = Status> {
        self.statuses.into_iter().filter_map(|(status, named)| named.then_some(status))
    }

    /// Whether this one key has it.
    pub(super) fn is_in(&self, roll: &Roll, slot: u32, record: KeyRef<'_>) -> bool {
        self.statuses().any(|status| status == record.status)
            || self.finder.find(roll.lower(slot).as_bytes()).is_some()
            || self.in_group(record.group)
            || (self.in_keys && record.key.as_str().contains(&self.lower))
    }
}

/// A [`KeyFilter`] ready to be asked a million times.
pub(super) struct Matcher<'a> {
    filter: &'a KeyFilter,
    words: Vec<Word>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(filter: &'a KeyFilter) -> Self {
        Self { filter, words: filter.text.split_whitespace().map(Word::new).collect() }
    }

    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// Whether it asks for more than words.
    pub(super) const fn has_fields(&self) -> bool {
        let KeyFilter { status, group, modified_since, due_by, .. } = self.filter;
        status.is_some() || group.is_some() || modified_since.is_some() || due_by.is_some()
    }

    /// Whether what is no text matches.
    pub(super) fn fields_match(&self, record: KeyRef<'_>) -> bool {
        self.filter.fields_match(record)
    }

    pub(super) fn matches(&self, roll: &Roll, slot: u32, record: KeyRef<'_>) -> bool {
        self.fields_match(record) && self.words.iter().all(|word| word.is_in(roll, slot, record))
    }
}
