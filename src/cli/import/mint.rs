//! Keys and Secrets for an import, hashed on all cores.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::cli::failure::{Exit, Failure};
use crate::cli::progress::Bar;
use crate::clock::Clock;
use crate::credential::{CredentialError, Hasher, Proof, Secret, StoreKey, mint_key, mint_secret};
use crate::model::KeyId;
use crate::registry::{KeyDraft, Prepared};

/// A key ready to be saved, and the Secret to be handed over.
#[derive(Debug)]
pub struct Made {
    /// For the store.
    pub prepared: Prepared,
    /// For whoever imports.
    pub secret: Secret,
}

/// Makes a Key and a Secret for each draft, in their order.
///
/// # Errors
/// When the operating system gives no randomness, or `stop` was raised.
pub fn make(
    drafts: Vec<KeyDraft>,
    hasher: &Hasher,
    store_key: &StoreKey,
    clock: &dyn Clock,
    stop: &AtomicBool,
) -> Result<Vec<Made>, Failure> {
    let total = drafts.len();
    let keys = mint_keys(&drafts)?;
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    let mut bar = Bar::new("Hashing", clock);
    let mut slots: Vec<Option<(Proof, Secret)>> = Vec::new();
    slots.resize_with(total, || None);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (send, next, drafts) = (send.clone(), &next, &drafts);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(draft) = drafts.get(at) else { return };
                    let made = one(draft, hasher, store_key);
                    let failed = made.is_err();
                    if send.send((at, made)).is_err() || failed {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut done = 0;
        for (at, made) in receive {
            slots[at] = Some(made?);
            done += 1;
            bar.show(done, total as u64);
        }
        Ok::<_, Failure>(())
    })?;
    let mut all = Vec::with_capacity(total);
    for ((draft, key), slot) in drafts.into_iter().zip(keys).zip(slots) {
        let (proof, secret) = slot.ok_or_else(stopped)?;
        all.push(Made { prepared: Prepared { draft, key, proof }, secret });
    }
    Ok(all)
}

/// The person wanted it to end.
pub fn stopped() -> Failure {
    Failure::new(Exit::Failed, "Stopped: nothing was imported", "run it again to import all of it")
}

fn one(draft: &KeyDraft, hasher: &Hasher, store_key: &StoreKey) -> Result<(Proof, Secret), CredentialError> {
    let secret = mint_secret(draft.environment)?;
    Ok((Proof::of(&secret, hasher, store_key)?, secret))
}

/// A Key for each draft, no two alike.
fn mint_keys(drafts: &[KeyDraft]) -> Result<Vec<KeyId>, Failure> {
    let mut seen = HashSet::with_capacity(drafts.len());
    let mut keys = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let key = loop {
            let key = mint_key(draft.environment)?;
            if seen.insert(key) {
                break key;
            }
        };
        keys.push(key);
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use crate::credential::Cost;
    use crate::model::{Environment, Time};

    fn drafts(count: usize) -> Vec<KeyDraft> {
        let draft = |i| KeyDraft {
            description: format!("key {i}").parse().unwrap(),
            group: "HR".parse().unwrap(),
            environment: Environment::ALL[i % 3],
            expires: None,
            rotate_every: None,
            owner: None,
        };
        (0..count).map(draft).collect()
    }

    #[test]
    fn every_draft_gets_a_secret_that_its_proof_proves_in_its_own_environment() {
        let (hasher, key, clock) =
            (Hasher::new(Cost::TEST, 4), StoreKey::generate().unwrap(), FixedClock::at(Time(0)));
        let made = make(drafts(50), &hasher, &key, &clock, &AtomicBool::new(false)).unwrap();
        assert_eq!(made.len(), 50);
        for (index, Made { prepared, secret }) in made.iter().enumerate() {
            assert_eq!(prepared.draft.description.as_str(), format!("key {index}"));
            assert_eq!(prepared.key.environment(), prepared.draft.environment);
            assert!(secret.expose()[3..].starts_with(prepared.draft.environment.code()));
            assert!(prepared.proof.proves(secret, &hasher).unwrap());
        }
    }

    #[test]
    fn a_raised_stop_ends_it_with_nothing_made() {
        let (hasher, key, clock) =
            (Hasher::new(Cost::TEST, 1), StoreKey::generate().unwrap(), FixedClock::at(Time(0)));
        let failure = make(drafts(50), &hasher, &key, &clock, &AtomicBool::new(true)).unwrap_err();
        assert!(failure.text().starts_with("Stopped: nothing was imported"));
    }
}
