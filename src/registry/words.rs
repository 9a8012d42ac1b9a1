//! The filter's words: every one must be found, in any case.

use memchr::memmem::Finder;

use super::index::Live;
use super::query::KeyFilter;
use crate::model::Change;

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

/// A [`KeyFilter`] ready to be asked a million times.
pub(super) struct Matcher<'a> {
    filter: &'a KeyFilter,
    words: Words,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(filter: &'a KeyFilter) -> Self {
        Self { filter, words: Words::new(&filter.text) }
    }

    pub(super) fn matches(&self, live: &Live) -> bool {
        let record = &live.record;
        self.filter.fields_match(record) && self.words.found_in(&live.haystack, status_words(record.status))
    }
}

const fn status_words(status: crate::model::Status) -> &'static str {
    match status {
        crate::model::Status::Active => "active",
        crate::model::Status::Disabled => "disabled",
    }
}
