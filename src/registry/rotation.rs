//! Rotations: a key gets a successor, hands over step by step, and goes; or all of it is taken back.
//!
//! Each command is one group commit, all or nothing. A deadline is an expiry of the old key, so that it holds for the
//! very next request without anybody having to watch a clock.

use super::command::{Advance, Done, Ended, Ending, Fresh, KeyDraft, Outcome, Pair, Receipt, RotationDraft};
use super::door::Actor;
use super::index::Index;
use super::keys::same_to_edit;
use super::mint::{Minted, record_of};
use super::notes::dropped_with;
use super::{Current, Refusal, Registry, lock};
use crate::clock::month_year;
use crate::model::{
    About, ApiKey, ChangeKind, Deadline, KeyId, Mark, ParseError, Rotation, Status, Time,
    successor_description,
};
use crate::store::{Entry, Subject};

mod deeds;
mod evidence;

const DAY: i64 = 86_400;

/// What a start comes to, as the store is now.
struct Plan {
    old: ApiKey,
    draft: KeyDraft,
    cut: bool,
}

impl Registry {
    pub(super) fn start_rotation(&self, actor: &Actor, wanted: &RotationDraft) -> Result<Done, Refusal> {
        let Plan { draft, .. } = self.plan(wanted)?;
        let Minted { key, secret, proof } = self.mint(draft.environment)?;
        let mut writer = lock(&self.writer);
        let Plan { old, draft, cut } = self.plan(wanted)?;
        let (now, number) = (self.clock.now(), writer.next_number);
        let mark = || Mark { time: now, by: actor.account.clone() };
        let record = record_of(draft, key, number, mark(), false);
        let rotation = Rotation {
            number,
            old: old.key,
            new: key,
            started: mark(),
            deadline: match wanted.deadline {
                Deadline::ByHand => None,
                Deadline::At(at) => Some(at),
                Deadline::AtOnce => Some(now),
            },
            expires_before: old.expires,
            monitoring: wanted.monitoring,
            verified: None,
            disabled: (wanted.deadline == Deadline::AtOnce).then(mark),
        };
        let ended = match wanted.deadline {
            Deadline::ByHand => old.clone(),
            Deadline::At(at) => {
                ApiKey { expires: Some(old.expires.map_or(at, |own| own.min(at))), ..old.clone() }
            }
            Deadline::AtOnce => ApiKey { status: Status::Disabled, ..old.clone() },
        };
        let (created, subject) = (ChangeKind::KeyCreated, Subject::of(&old));
        let mut entries =
            vec![Entry::KeyPut { kind: created, before: None, after: record.clone(), proof: Some(proof) }];
        entries.extend(deeds::change(old, ended, actor, now));
        let started = ChangeKind::RotationStarted;
        entries.push(Entry::RotationPut { kind: started, before: None, after: rotation.clone(), subject });
        let changes = entries.len() as u64;
        self.carry_out(&mut writer, actor, entries)?;
        let outcome = Outcome::RotationStarted { rotation, record, cut, changes };
        Ok(Done { fresh: Some(Fresh { key, secret }), ..self.done(outcome) })
    }

    /// What a start comes to; refused where there is nothing to hand over.
    fn plan(&self, wanted: &RotationDraft) -> Result<Plan, Refusal> {
        let (index, now) = (self.read(), self.clock.now());
        let live = index.by_key(&wanted.key).ok_or(Refusal::NoSuchKey(wanted.key))?;
        let record = live.record.to_key();
        if wanted.expected.as_ref().is_some_and(|seen| !same_to_edit(seen.borrowed(), live.record)) {
            return Err(Refusal::ChangedMeanwhile { now: Current::Key(Box::new(record)) });
        }
        if let Some(rotation) = index.rotation_of(&wanted.key) {
            return Err(Refusal::InRotation(pair_of(rotation)));
        }
        index.group(&record.group).ok_or_else(|| Refusal::NoSuchGroup(record.group.clone()))?;
        if record.status == Status::Disabled {
            return Err(Refusal::NothingToHandOver(wanted.key));
        }
        if let Deadline::At(at) = wanted.deadline
            && at <= now
        {
            return Err(ParseError::new(
                "The deadline lies in the past",
                "choose a later time; 0 disables the old key at once",
            )
            .into());
        }
        let (usual, cut) = successor_description(&record.description, &month_year(now));
        let lifetime = |at: Time| Time(now.0 + at.0.saturating_sub(record.created.0).max(DAY));
        let draft = KeyDraft {
            description: wanted.description.clone().unwrap_or(usual),
            group: record.group.clone(),
            environment: record.key.environment(),
            expires: record.expires.map(lifetime),
            rotate_every: record.rotate_every,
            owner: record.owner.clone(),
        };
        Ok(Plan { old: live.saved(), draft, cut: cut && wanted.description.is_none() })
    }

    pub(super) fn advance_rotation(&self, actor: &Actor, pair: Pair, step: Advance) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let (before, old) = self.halves(pair).map(|(rotation, old, _)| (rotation, old))?;
        let now = self.clock.now();
        let mark = || Some(Mark { time: now, by: actor.account.clone() });
        let mut after = before.clone();
        let mut key = old.clone();
        match step {
            Advance::Verify => after.verified = after.verified.or_else(mark),
            Advance::Disable if old.status == Status::Active => {
                (key.status, after.disabled) = (Status::Disabled, mark());
            }
            Advance::Disable => {}
            Advance::Enable => {
                key.status = Status::Active;
                (key.expires, after.disabled, after.deadline) = (own_expiry(&before, &old), None, None);
                if key.expired_at(now) {
                    return Err(ParseError::new(
                        format!("Key {} is past its own expiry", key.key),
                        "give it a later one first; then enable it",
                    )
                    .into());
                }
            }
        }
        let subject = Subject::of(&old);
        let held = self.read().by_key(&old.key).is_some_and(|live| live.is_held());
        let slots: Vec<u32> = self.read().slot(&old.key).into_iter().collect();
        let mut receipt = if step == Advance::Disable { self.receipt(&slots) } else { Receipt::default() };
        let mut entries: Vec<Entry> = Vec::new();
        if key == old && held {
            // Refused in memory though that could not be saved: the record on the disk says Active already.
            entries.push(deeds::again(old, actor, now));
        } else {
            entries.extend(deeds::change(old, key, actor, now));
        }
        if after != before {
            let (kind, after) = (ChangeKind::RotationAdvanced, after.clone());
            entries.push(Entry::RotationPut { kind, before: Some(before), after, subject });
        }
        let changes = entries.len() as u64;
        if changes > 0 {
            (receipt.revision, receipt.sessions) = self.carry_out(&mut writer, actor, entries)?;
        }
        if step == Advance::Disable {
            receipt = self.witnessed(receipt, &[pair.old]);
        }
        Ok(self.done(Outcome::RotationAdvanced { rotation: after, step, receipt, changes }))
    }

    pub(super) fn finish_rotation(&self, actor: &Actor, pair: Pair, keep: bool) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let (rotation, old, new) = self.halves(pair)?;
        if !keep && rotation.refused_since(&old, self.clock.now()).is_none() {
            return Err(Refusal::StillAccepted(old.key));
        }
        let ended = ended(pair, &old, &new, if keep { Ending::Kept } else { Ending::Deleted });
        let (kind, subject) = (ChangeKind::RotationFinished, Subject::of(&old));
        let mut entries = Vec::new();
        if !keep {
            let about = About::Key(old.key);
            entries.push(Entry::KeyDropped { before: old });
            entries.extend(dropped_with(&self.read(), &about, &subject));
        }
        entries.push(Entry::RotationDropped { kind, before: rotation, subject });
        let changes = entries.len() as u64;
        self.carry_out(&mut writer, actor, entries)?;
        Ok(self.done(Outcome::RotationEnded(Ended { changes, ..ended })))
    }

    /// The old key is what it was before. Its successor stays if anyone uses it, else it is disabled: its Secret is out.
    pub(super) fn abandon_rotation(&self, actor: &Actor, pair: Pair) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let (rotation, old, new) = self.halves(pair)?;
        let now = self.clock.now();
        let mut back = ApiKey { expires: own_expiry(&rotation, &old), ..old.clone() };
        if rotation.disabled.is_some() {
            back.status = Status::Active;
        }
        let restored = back != old;
        let disabled = new.last_used.is_none() && new.status == Status::Active;
        let ended = ended(pair, &old, &new, Ending::Abandoned { restored, disabled });
        let (kind, subject) = (ChangeKind::RotationAbandoned, Subject::of(&old));
        let mut entries: Vec<Entry> = Vec::new();
        if restored {
            entries.extend(deeds::change(old, back, actor, now));
        }
        if disabled {
            let after = ApiKey { status: Status::Disabled, ..new.clone() };
            entries.extend(deeds::change(new, after, actor, now));
        }
        entries.push(Entry::RotationDropped { kind, before: rotation, subject });
        let changes = entries.len() as u64;
        self.carry_out(&mut writer, actor, entries)?;
        Ok(self.done(Outcome::RotationEnded(Ended { changes, ..ended })))
    }

    /// The rotation and the saved records of both keys.
    fn halves(&self, pair: Pair) -> Result<(Rotation, ApiKey, ApiKey), Refusal> {
        let index = self.read();
        let rotation = index.rotation_of(&pair.old).filter(|rotation| pair_of(rotation) == pair);
        let rotation = rotation.ok_or(Refusal::NotRotating(pair.old))?;
        let saved = |key: KeyId| index.by_key(&key).map(|live| live.saved()).ok_or(Refusal::NoSuchKey(key));
        Ok((rotation.clone(), saved(pair.old)?, saved(pair.new)?))
    }
}

/// Both keys of a rotation.
pub(super) fn pair_of(rotation: &Rotation) -> Pair {
    Pair { old: rotation.old, new: rotation.new }
}

/// The expiry of the old key without the deadline of its rotation; one that somebody set since stays.
fn own_expiry(rotation: &Rotation, old: &ApiKey) -> Option<Time> {
    let untouched = rotation.deadline.is_some() && old.expires == rotation.deadline;
    if untouched { rotation.expires_before } else { old.expires }
}

fn ended(pair: Pair, old: &ApiKey, new: &ApiKey, way: Ending) -> Ended {
    let (old, new) = (old.description.clone(), new.description.clone());
    Ended { pair, old, new, way, changes: 0 }
}

/// What goes with deleted keys: the rotations that they end. A successor is not deleted from under its predecessor.
pub(super) fn ended_by(index: &Index, slots: &[u32]) -> Result<Vec<Entry>, Refusal> {
    let gone = |key: &KeyId| index.slot(key).is_some_and(|slot| slots.contains(&slot));
    let mut entries = Vec::new();
    for rotation in index.rotations() {
        let Some(old) = index.by_key(&rotation.old) else { continue };
        if gone(&rotation.old) {
            let (kind, subject) = (ChangeKind::RotationFinished, Subject::of(&old.record.to_key()));
            entries.push(Entry::RotationDropped { kind, before: rotation.clone(), subject });
        } else if gone(&rotation.new) {
            return Err(Refusal::InRotation(pair_of(rotation)));
        }
    }
    Ok(entries)
}
