//! Active, Disabled, deleted: refused in memory before the disk is touched, saved, acknowledged, undone.

use std::collections::VecDeque;

use super::command::{Done, Outcome, Receipt, Selection};
use super::door::{Actor, Ticket};
use super::notes::{dropped_with_keys, settle};
use super::order::Changed;
use super::rotation::ended_by;
use super::{Refusal, Registry, Saved, Writer, lock, not_saved, spoken};
use crate::model::{ApiKey, ChangeKind, KeyId, Status};
use crate::store::{Entry, StoreError};

/// How many status changes can be undone.
const UNDO_DEPTH: usize = 16;

/// The latest status changes, newest last.
#[derive(Debug, Default)]
pub(super) struct UndoLog {
    steps: VecDeque<Undo>,
}

#[derive(Debug)]
struct Undo {
    first: u64,
    last: u64,
    set: Status,
    slots: Vec<u32>,
}

impl UndoLog {
    fn note(&mut self, step: Undo) {
        self.steps.push_back(step);
        if self.steps.len() > UNDO_DEPTH {
            self.steps.pop_front();
        }
    }
}

impl Registry {
    pub(super) fn set_status(
        &self,
        actor: &Actor,
        keys: &Selection,
        status: Status,
        expected: Option<u64>,
        ticket: &Ticket,
    ) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let slots = self.slots_as_seen(keys, expected)?;
        let total = slots.len() as u64;
        let changed: Vec<u32> = {
            let index = self.read();
            let differs =
                |slot: &u32| index.live(*slot).is_some_and(|l| l.record.status != status || l.is_held());
            slots.into_iter().filter(differs).collect()
        };
        let (receipt, saved) = self.switch(&mut writer, actor, &changed, status, ticket)?;
        let mut receipt = Receipt { unchanged: total - receipt.changed, ..receipt };
        if let Some(saved) = &saved {
            receipt.undo = Some(saved.last);
            writer.undo.note(Undo { first: saved.first, last: saved.last, set: status, slots: changed });
        }
        Ok(self.done(Outcome::StatusSet { status, receipt }))
    }

    pub(super) fn undo_status(&self, actor: &Actor, undo: u64, ticket: &Ticket) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let place =
            writer.undo.steps.iter().position(|step| step.last == undo).ok_or(Refusal::NothingToUndo)?;
        let (back, slots): (Status, Vec<u32>) = {
            let (step, index) = (&writer.undo.steps[place], self.read());
            let untouched = |slot: &u32| {
                index.live(*slot).is_some_and(|live| {
                    (step.first..=step.last).contains(&live.revision()) && live.record.status == step.set
                })
            };
            (step.set.flipped(), step.slots.iter().copied().filter(untouched).collect())
        };
        if slots.is_empty() {
            writer.undo.steps.remove(place);
            return Err(Refusal::NothingToUndo);
        }
        let before = writer.undo.steps[place].slots.len();
        let (receipt, _) = self.switch(&mut writer, actor, &slots, back, ticket)?;
        writer.undo.steps.remove(place);
        let receipt = Receipt { unchanged: (before - slots.len()) as u64, ..receipt };
        Ok(self.done(Outcome::StatusSet { status: back, receipt }))
    }

    /// Sets these slots to a status, all or nothing; the receipt without `unchanged` and `undo`.
    fn switch(
        &self,
        writer: &mut Writer,
        actor: &Actor,
        slots: &[u32],
        status: Status,
        ticket: &Ticket,
    ) -> Result<(Receipt, Option<Saved>), Refusal> {
        let mut receipt = self.receipt(slots);
        if slots.is_empty() {
            return Ok((receipt, None));
        }
        let disabling = status == Status::Disabled;
        if disabling {
            receipt.sessions = self.refuse_first(slots);
        }
        let time = self.clock.now();
        let kind = if disabling { ChangeKind::KeyDisabled } else { ChangeKind::KeyEnabled };
        let entries = {
            let index = self.read();
            let entry = |slot: &u32| {
                let before = index.live(*slot)?.saved();
                let after =
                    ApiKey { status, modified: time, modified_by: actor.account.clone(), ..before.clone() };
                Some(Entry::KeyPut { kind, before: Some(before), after, proof: None })
            };
            slots.iter().filter_map(entry).collect()
        };
        match self.save(writer, &actor.account, entries, ticket) {
            Ok(saved) => {
                self.settle(slots, &saved, Changed::Status, |record| {
                    record.status = status;
                    record.modified = saved.time;
                    record.modified_by = actor.account.clone();
                });
                let keys = self.keys_of(slots);
                Ok((self.witnessed(Receipt { revision: saved.last, ..receipt }, &keys), Some(saved)))
            }
            Err(error) if disabling => Err(self.refused_unsaved(slots, &error)),
            Err(error) => Err(not_saved(&error)),
        }
    }

    pub(super) fn delete_keys(
        &self,
        actor: &Actor,
        keys: &Selection,
        expected: Option<u64>,
        ticket: &Ticket,
    ) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let slots = self.slots_as_seen(keys, expected)?;
        let ended = {
            let index = self.read();
            let mut ended = ended_by(&index, &slots)?;
            ended.extend(dropped_with_keys(&index, &slots));
            ended
        };
        let mut receipt = self.receipt(&slots);
        receipt.sessions = self.refuse_first(&slots);
        let entries = {
            let index = self.read();
            let entry = |slot: &u32| Some(Entry::KeyDropped { before: index.live(*slot)?.saved() });
            slots.iter().filter_map(entry).chain(ended.iter().cloned()).collect()
        };
        let saved = match self.save(&mut writer, &actor.account, entries, ticket) {
            Ok(saved) => saved,
            Err(error) => return Err(self.refused_unsaved(&slots, &error)),
        };
        let keys = self.keys_of(&slots);
        {
            let mut index = self.write();
            let before = index.epoch;
            for &slot in &slots {
                index.take(slot);
            }
            for entry in ended {
                settle(&mut index, entry);
            }
            self.moved_on(&mut index, &slots, before, &saved, Changed::Anything);
        }
        self.announce(&saved);
        let receipt = self.witnessed(Receipt { revision: saved.last, ..receipt }, &keys);
        Ok(self.done(Outcome::KeysDeleted(receipt)))
    }

    /// Refuses these keys from this moment on, before anything is written; how many sessions that closed.
    pub(super) fn refuse_first(&self, slots: &[u32]) -> u64 {
        // Those that ended by themselves are none that this closes.
        self.sessions.end_old(self.ticks());
        let mut closed = 0;
        let mut index = self.write();
        let before = index.epoch;
        for &slot in slots {
            index.refuse(slot);
            // Still under the lock: a session opened before is closed here, one that comes later sees the refusal.
            if let Some(number) = index.live(slot).map(|live| live.record.number) {
                closed += self.sessions.close(number);
                self.verified.forget(number);
            }
        }
        index.epoch += 1;
        self.lists.patch(&index, slots, before, Changed::Status);
        closed
    }

    /// Saving failed: the keys stay refused and are marked.
    pub(super) fn refused_unsaved(&self, slots: &[u32], error: &StoreError) -> Refusal {
        let mut index = self.write();
        for &slot in slots {
            index.mark_unsaved(slot);
        }
        let (sentence, hint) = spoken(error);
        Refusal::RefusedUnsaved { count: slots.len() as u64, sentence, hint }
    }

    /// Saved: the records become what was written, each with its revision.
    pub(super) fn settle(
        &self,
        slots: &[u32],
        saved: &Saved,
        changed: Changed,
        change: impl Fn(&mut ApiKey),
    ) {
        {
            let mut index = self.write();
            let before = index.epoch;
            for (revision, &slot) in (saved.first..).zip(slots) {
                let Some((mut record, precheck)) = index.live(slot).map(|l| (l.saved(), l.precheck())) else {
                    continue;
                };
                change(&mut record);
                index.put(record.borrowed(), precheck, revision);
            }
            self.moved_on(&mut index, slots, before, saved, changed);
        }
        self.announce(saved);
    }

    /// The index is at a new revision: cached orders are mended, or dropped where too much changed.
    pub(super) fn moved_on(
        &self,
        index: &mut super::index::Index,
        slots: &[u32],
        before: u64,
        saved: &Saved,
        changed: Changed,
    ) {
        index.revision = saved.last;
        index.written = Some(saved.time);
        index.epoch += 1;
        self.lists.patch(index, slots, before, changed);
    }

    fn keys_of(&self, slots: &[u32]) -> Vec<KeyId> {
        let index = self.read();
        slots.iter().filter_map(|&slot| Some(index.live(slot)?.record.key)).collect()
    }

    /// With the last accepted call of any of the keys: looked for once nothing more is accepted.
    pub(super) fn witnessed(&self, receipt: Receipt, keys: &[KeyId]) -> Receipt {
        match self.history.last_use_of(keys) {
            // A record may know of a later use than the history, which keeps only what it has room for.
            Some(last) if Some(last.time) >= receipt.last_used => Receipt {
                last_used: Some(last.time),
                last_source: Some(last.source),
                last_agent: (!last.agent.is_empty()).then_some(last.agent),
                ..receipt
            },
            _ => receipt,
        }
    }

    pub(super) fn receipt(&self, slots: &[u32]) -> Receipt {
        let index = self.read();
        let lives = || slots.iter().filter_map(|&slot| index.live(slot));
        Receipt {
            changed: slots.len() as u64,
            unchanged: 0,
            first: lives().next().map(|live| live.record.to_key().description),
            last_used: lives().filter_map(|live| live.record.last_used).max(),
            last_source: None,
            last_agent: None,
            sessions: 0,
            revision: index.revision,
            undo: None,
        }
    }

    pub(super) fn done(&self, outcome: Outcome) -> Done {
        Done { revision: self.read().revision, outcome, fresh: None }
    }
}
