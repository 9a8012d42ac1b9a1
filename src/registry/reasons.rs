//! Why a verification was refused: each refusal gets a reference that only its caller sees, and its ladder is kept in
//! a bounded ring in memory, so that an administrator can say why.
//!
//! Never holds a Secret, a part of one, or a hash. What needs no proof to cause (garbage) has a ring of its own, so
//! that it can never push out what was refused to a proved caller.

mod fault;

pub use fault::Fault;

use std::collections::{HashMap, VecDeque};

use super::query::{Reason, Remedy, Rung};
use super::{Refusal, Registry, lock};
use crate::credential::random_bytes;
use crate::model::{GroupCode, GroupPlace, KeyId, Reference, Time};
use crate::sync::Mutex;

/// Refusals without proof that are kept.
const UNPROVED: usize = 100_000;
/// Refusals of proved callers that are kept.
const PROVED: usize = 20_000;
/// How long a reference can be asked for, in seconds.
const KEPT: i64 = 86_400;

/// Why a proved key may not do what it wants.
#[derive(Debug, Clone)]
pub(super) struct Shortfall {
    pub(super) group: GroupCode,
    pub(super) ladder: Vec<Rung>,
    /// Where in the group that is mended, if it is.
    pub(super) place: Option<GroupPlace>,
    /// Where the call came from and by what, as the application says.
    pub(super) source: Option<String>,
    pub(super) agent: Option<String>,
}

#[derive(Debug)]
enum Cause {
    Invalid(Fault),
    Insufficient(Box<Shortfall>),
}

#[derive(Debug)]
struct Note {
    reference: Reference,
    time: Time,
    key: Option<KeyId>,
    cause: Cause,
}

/// The rings.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    unproved: Mutex<Ring>,
    proved: Mutex<Ring>,
}

#[derive(Debug, Default)]
struct Ring {
    notes: VecDeque<Note>,
    /// Number of the oldest note.
    first: u64,
    places: HashMap<Reference, u64>,
}

impl Reasons {
    /// Keeps why a credential is invalid.
    pub(super) fn invalid(&self, time: Time, key: Option<KeyId>, fault: Fault) -> Reference {
        let (ring, room) = if fault.proved() { (&self.proved, PROVED) } else { (&self.unproved, UNPROVED) };
        lock(ring).keep(time, key, Cause::Invalid(fault), room)
    }

    /// Keeps why a proved key may not.
    pub(super) fn insufficient(&self, time: Time, key: KeyId, shortfall: Shortfall) -> Reference {
        lock(&self.proved).keep(time, Some(key), Cause::Insufficient(Box::new(shortfall)), PROVED)
    }

    /// The reason behind a reference of the last 24 hours.
    pub(super) fn find(&self, reference: Reference, now: Time) -> Option<Reason> {
        let in_ring = |ring: &Mutex<Ring>| lock(ring).find(reference).filter(|r| now.0 - r.time.0 < KEPT);
        in_ring(&self.proved).or_else(|| in_ring(&self.unproved))
    }
}

impl Ring {
    fn keep(&mut self, time: Time, key: Option<KeyId>, cause: Cause, room: usize) -> Reference {
        // Without randomness there is no reference that a stranger could not guess: the refusal stays unexplained.
        let Ok(bits) = random_bytes::<8>() else { return Reference::from_bits(0) };
        let reference = Reference::from_bits(u64::from_be_bytes(bits) >> 24);
        while self.notes.len() >= room {
            let Some(gone) = self.notes.pop_front() else { break };
            if self.places.get(&gone.reference) == Some(&self.first) {
                self.places.remove(&gone.reference);
            }
            self.first += 1;
        }
        self.places.insert(reference, self.first + self.notes.len() as u64);
        self.notes.push_back(Note { reference, time, key, cause });
        reference
    }

    fn find(&self, reference: Reference) -> Option<Reason> {
        let place = self.places.get(&reference)?.checked_sub(self.first)?;
        self.notes.get(usize::try_from(place).ok()?).map(Note::reason)
    }
}

impl Note {
    fn reason(&self) -> Reason {
        let reason = |error: &str| Reason {
            reference: self.reference.to_string(),
            time: self.time,
            key: self.key,
            description: None,
            group: None,
            error: error.to_owned(),
            ladder: Vec::new(),
            detail: String::new(),
            mend: String::new(),
            remedy: None,
            source: None,
            agent: None,
        };
        match &self.cause {
            Cause::Invalid(fault) => {
                let steps = fault.steps();
                let rung = |(place, name): (usize, &&str)| {
                    let passed = place + 1 < steps.len();
                    let mend = if passed { String::new() } else { fault.mend().to_owned() };
                    Rung { name: (*name).to_owned(), passed, mend }
                };
                Reason {
                    ladder: steps.iter().enumerate().map(rung).collect(),
                    detail: fault.detail(),
                    mend: fault.mend().to_owned(),
                    remedy: fault.remedy(self.key),
                    ..reason("Invalid API Key")
                }
            }
            Cause::Insufficient(shortfall) => {
                let proof = ["form", "checksum", "known", "pre-check", "status", "expiry"];
                let passed = |name: &str| Rung { name: name.to_owned(), passed: true, mend: String::new() };
                let ladder = proof.into_iter().map(passed).chain(shortfall.ladder.iter().cloned());
                let mend = shortfall.ladder.iter().find(|rung| !rung.passed).map(|rung| rung.mend.clone());
                Reason {
                    group: Some(shortfall.group.clone()),
                    ladder: ladder.collect(),
                    mend: mend.unwrap_or_default(),
                    remedy: shortfall
                        .place
                        .clone()
                        .map(|place| Remedy::Group(shortfall.group.clone(), place)),
                    source: shortfall.source.clone(),
                    agent: shortfall.agent.clone(),
                    ..reason("Insufficient Permissions")
                }
            }
        }
    }
}

impl Registry {
    /// The reason behind a reference, with the key's description as it is now.
    pub(super) fn why(&self, typed: &str) -> Result<Reason, Refusal> {
        let unknown = || Refusal::NoSuchReference(typed.chars().take(40).collect());
        let reference = Reference::parse(typed).ok_or_else(unknown)?;
        let reason = self.reasons.find(reference, self.clock.now()).ok_or_else(unknown)?;
        let index = self.read();
        let live = reason.key.and_then(|key| index.by_key(&key));
        let description = live.map(|live| live.record.to_description());
        // The place may be gone since: a deleted key never comes back, a deleted group serves nobody.
        let remedy = reason.remedy.clone().and_then(|remedy| match remedy {
            Remedy::Key(key) if index.by_key(&key).is_none() => Some(Remedy::NewKey),
            Remedy::Group(code, _) if index.group(&code).is_none() => None,
            remedy => Some(remedy),
        });
        Ok(Reason { description, remedy, ..reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Account;

    #[test]
    fn garbage_never_pushes_out_what_was_refused_to_a_proved_caller() {
        let reasons = Reasons::default();
        let kept = reasons.invalid(Time(0), None, Fault::Expired(Time(0)));
        let first = reasons.invalid(Time(0), None, Fault::Unknown);
        let last = (0..UNPROVED).map(|_| reasons.invalid(Time(1), None, Fault::Precheck)).last().unwrap();
        assert!(reasons.find(kept, Time(1)).is_some() && reasons.find(last, Time(1)).is_some());
        assert!(reasons.find(first, Time(1)).is_none());
        assert!(reasons.find(kept, Time(KEPT)).is_none(), "after a day");
        let ring = reasons.unproved.lock().unwrap();
        assert!(ring.notes.len() == UNPROVED && ring.places.len() <= UNPROVED);
    }

    #[test]
    fn the_ladder_ends_at_the_failing_step_with_who_disabled_it() {
        let reasons = Reasons::default();
        let by = Account::parse("ada").unwrap();
        let fault = Fault::Disabled { by, at: Time(1_772_323_200), unsaved: false };
        let reason = reasons.find(reasons.invalid(Time(5), None, fault), Time(6)).unwrap();
        let ladder: Vec<_> = reason.ladder.iter().map(|r| (r.name.as_str(), r.passed)).collect();
        assert_eq!(
            ladder,
            [("form", true), ("checksum", true), ("known", true), ("pre-check", true), ("status", false)]
        );
        assert_eq!(reason.detail, "Disabled by ada 2026-03-01");
        assert_eq!(reason.mend, "enable the key, if it should be used again");
    }
}
