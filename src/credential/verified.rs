//! The verified set: "this Secret is the right one of record number N", and nothing else.
//!
//! It remembers proofs, never decisions: status, group and permissions are read from the live record each time. A
//! record's Secret never changes and its number is never used again, so a proof cannot go stale; it is forgotten on
//! disable and delete all the same. What is kept is a hash keyed by a random key of this process, in a bounded room.

use std::collections::HashMap;
use std::fmt;
use std::sync::PoisonError;
use subtle::ConstantTimeEq;

use super::Secret;
use super::keyed::KeyedHash;
use crate::sync::Mutex;

/// So many locks, so that requests rarely meet at one.
const SHARDS: usize = 64;

/// What is remembered of one Secret, for one record.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark([u8; 16]);

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mark(..)")
    }
}

/// Two generations: when the young one is full it becomes the old one, and what was old and unused is gone.
#[derive(Default)]
struct Generations {
    young: HashMap<u64, Mark>,
    old: HashMap<u64, Mark>,
}

/// The set.
pub struct Verified {
    key: Option<KeyedHash>,
    shards: Box<[Mutex<Generations>]>,
    /// Largest size of one generation of one shard.
    room: usize,
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").finish_non_exhaustive()
    }
}

impl Verified {
    /// Entries by default: 262,144, about 12 MB when full.
    pub const ROOM: usize = 1 << 18;

    /// An empty set of at most `entries` (rounded to the shards). Where the operating system gives no randomness it
    /// stays empty, and every verification pays for Argon2.
    pub fn new(entries: usize) -> Self {
        Self {
            key: KeyedHash::fresh().ok(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            room: (entries / SHARDS / 2).max(1),
        }
    }

    /// What would be remembered of this Secret for this record.
    pub fn mark(&self, number: u64, secret: &Secret) -> Option<Mark> {
        let key = self.key.as_ref()?;
        Some(Mark(key.short_tag(&[&number.to_be_bytes(), secret.told().as_bytes()])))
    }

    /// Whether this very Secret was proved for this record.
    pub fn remembers(&self, number: u64, mark: Mark) -> bool {
        self.with(number, |shard| {
            let same = |known: &Mark| bool::from(known.0.ct_eq(&mark.0));
            if let Some(known) = shard.young.get(&number) {
                return same(known);
            }
            let Some(known) = shard.old.get(&number).copied() else { return false };
            // Used again: it moves to the young ones, so that only what is unused ages out.
            shard.put(number, known, self.room);
            same(&known)
        })
    }

    /// This Secret was proved for this record.
    pub fn remember(&self, number: u64, mark: Mark) {
        self.with(number, |shard| shard.put(number, mark, self.room));
    }

    /// Forgets what was proved for this record.
    pub fn forget(&self, number: u64) {
        self.with(number, |shard| {
            shard.young.remove(&number);
            shard.old.remove(&number);
        });
    }

    fn with<T>(&self, number: u64, work: impl FnOnce(&mut Generations) -> T) -> T {
        let place = usize::try_from(number % SHARDS as u64).unwrap_or(0);
        work(&mut self.shards[place].lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Generations {
    fn put(&mut self, number: u64, mark: Mark, room: usize) {
        if self.young.len() >= room && !self.young.contains_key(&number) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(number, mark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::mint_secret;
    use crate::model::Environment::Production;

    #[test]
    fn it_knows_the_very_secret_of_the_very_record_until_it_is_told_to_forget() {
        let (set, secret, other) =
            (Verified::new(64), mint_secret(Production).unwrap(), mint_secret(Production).unwrap());
        let mark = set.mark(7, &secret).unwrap();
        assert!(!set.remembers(7, mark));
        set.remember(7, mark);
        assert!(set.remembers(7, set.mark(7, &secret).unwrap()));
        assert!(!set.remembers(7, set.mark(7, &other).unwrap()));
        assert!(!set.remembers(8, set.mark(8, &secret).unwrap()) && !set.remembers(8, mark));
        set.forget(7);
        assert!(!set.remembers(7, mark));
    }

    #[test]
    fn two_processes_remember_different_things() {
        let secret = mint_secret(Production).unwrap();
        assert_ne!(Verified::new(1).mark(1, &secret), Verified::new(1).mark(1, &secret));
    }

    #[test]
    fn it_stays_within_its_room_and_keeps_what_is_in_use() {
        let (set, secret) = (Verified::new(SHARDS * 8), mint_secret(Production).unwrap());
        let mark = |number| set.mark(number, &secret).unwrap();
        set.remember(1, mark(1));
        for number in 2..20_000 {
            set.remember(number, mark(number));
            assert!(set.remembers(1, mark(1)), "{number}");
        }
        let kept: usize =
            set.shards.iter().map(|s| s.lock().unwrap()).map(|s| s.young.len() + s.old.len()).sum();
        assert!(kept <= SHARDS * 8, "{kept}");
    }
}
