//! The notes in memory: all of them by name, and what they say at one moment.
//!
//! Knows no rule of what may be noted, and nothing of the store.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::{About, Acceptance, KeyId, Note, Practice, Seen, Sighting, Time};

/// All notes, by name.
#[derive(Debug, Default)]
pub(in crate::registry) struct Notes {
    pub(super) by_name: BTreeMap<String, Note>,
}

/// What the notes say at one moment, ready to be asked a million times.
#[derive(Debug, Default)]
pub(in crate::registry) struct Noted {
    accepted: HashSet<(About, Practice)>,
    seen: HashMap<KeyId, Seen>,
}

impl Noted {
    /// Whether this finding is accepted.
    pub(in crate::registry) fn accepts(&self, about: About, finding: Practice) -> bool {
        !self.accepted.is_empty() && self.accepted.contains(&(about, finding))
    }

    /// What a scan met of this key.
    pub(in crate::registry) fn seen(&self, key: &KeyId) -> Option<Seen> {
        self.seen.get(key).copied()
    }
}

impl Notes {
    pub(in crate::registry) fn put(&mut self, note: Note) {
        self.by_name.insert(note.name(), note);
    }

    pub(super) fn take(&mut self, note: &Note) {
        self.by_name.remove(&note.name());
    }

    /// All of one key or group.
    pub(in crate::registry) fn of<'n>(&'n self, about: &About) -> impl Iterator<Item = &'n Note> + use<'n> {
        let prefix = Note::prefix(about);
        self.by_name
            .range(prefix.clone()..)
            .take_while(move |(name, _)| name.starts_with(&prefix))
            .map(|(_, note)| note)
    }

    /// Where a scan met a key, the latest first.
    pub(in crate::registry) fn sightings(&self, key: KeyId) -> Vec<&Sighting> {
        let mut all: Vec<&Sighting> = self.of(&About::Key(key)).filter_map(sighting_in).collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.seen.time));
        all
    }

    /// All acceptances.
    pub(in crate::registry) fn acceptances(&self) -> impl Iterator<Item = &Acceptance> {
        self.by_name.values().filter_map(|note| match note {
            Note::Accepted(acceptance) => Some(acceptance),
            Note::Seen(_) => None,
        })
    }

    /// Whether a scan met the key again after this was accepted: that is news, and nobody has judged it.
    pub(in crate::registry) fn seen_since(&self, one: &Acceptance) -> bool {
        let told = match one.finding {
            Practice::SecretSeen => true,
            Practice::KeySeen => false,
            _ => return false,
        };
        let later = |seen: &Sighting| seen.secret == told && seen.seen.time > one.made.time;
        self.of(&one.about).filter_map(sighting_in).any(later)
    }

    /// What they say now.
    pub(in crate::registry) fn at(&self, now: Time) -> Noted {
        let mut noted = Noted::default();
        for note in self.by_name.values() {
            match note {
                Note::Accepted(one) if one.holds_at(now) && !self.seen_since(one) => {
                    noted.accepted.insert((one.about.clone(), one.finding));
                }
                Note::Accepted(_) => {}
                Note::Seen(one) => {
                    let what = if one.secret { Seen::Secret } else { Seen::Key };
                    let met = noted.seen.entry(one.key).or_insert(what);
                    *met = what.max(*met);
                }
            }
        }
        noted
    }
}

pub(super) fn sighting_in(note: &Note) -> Option<&Sighting> {
    match note {
        Note::Seen(sighting) => Some(sighting),
        Note::Accepted(_) => None,
    }
}
