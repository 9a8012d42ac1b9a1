//! One group commit of several kinds of change: what is to be refused is refused first, then all is saved or nothing.

use crate::model::{ApiKey, ChangeKind, Status, Time};
use crate::registry::door::{Actor, Ticket};
use crate::registry::notes::settle;
use crate::registry::order::Changed;
use crate::registry::{Refusal, Registry, Writer, not_saved};
use crate::store::Entry;

/// The entry that makes one record the other, if they differ.
pub(super) fn change(before: ApiKey, after: ApiKey, actor: &Actor, now: Time) -> Option<Entry> {
    if before == after {
        return None;
    }
    let rest_same = ApiKey { status: before.status, ..after.clone() } == before;
    let kind = match (rest_same, after.status) {
        (true, Status::Disabled) => ChangeKind::KeyDisabled,
        (true, Status::Active) => ChangeKind::KeyEnabled,
        (false, _) => ChangeKind::KeyEdited,
    };
    let after = ApiKey { modified: now, modified_by: actor.account.clone(), ..after };
    Some(Entry::KeyPut { kind, before: Some(before), after, proof: None })
}

/// The entry that says of a record what it says already.
pub(super) fn again(before: ApiKey, actor: &Actor, now: Time) -> Entry {
    let kind = if before.status == Status::Active { ChangeKind::KeyEnabled } else { ChangeKind::KeyDisabled };
    let after = ApiKey { modified: now, modified_by: actor.account.clone(), ..before.clone() };
    Entry::KeyPut { kind, before: Some(before), after, proof: None }
}

impl Registry {
    /// Saves these entries as one and brings the index up to date: the revision, and how many sessions that closed.
    pub(super) fn carry_out(
        &self,
        writer: &mut Writer,
        actor: &Actor,
        entries: Vec<Entry>,
    ) -> Result<(u64, u64), Refusal> {
        let refused: Vec<u32> = {
            let index = self.read();
            entries.iter().filter_map(refuses).filter_map(|number| index.slot_of(number)).collect()
        };
        let closed = if refused.is_empty() { 0 } else { self.refuse_first(&refused) };
        let copies = entries.clone();
        let saved = match self.save(writer, &actor.account, entries, &Ticket::new()) {
            Ok(saved) => saved,
            Err(error) if refused.is_empty() => return Err(not_saved(&error)),
            Err(error) => return Err(self.refused_unsaved(&refused, &error)),
        };
        {
            let mut index = self.write();
            let before = index.epoch;
            let mut slots = Vec::new();
            for (entry, revision) in copies.into_iter().zip(saved.first..) {
                match entry {
                    Entry::KeyPut { after, proof, .. } => {
                        writer.next_number = writer.next_number.max(after.number + 1);
                        let known = || index.roll().precheck(index.slot_of(after.number)?);
                        let precheck = proof.map_or_else(known, |proof| Some(proof.precheck()));
                        slots.extend(index.put(after.borrowed(), precheck, revision));
                    }
                    Entry::KeyDropped { before } => {
                        if let Some(slot) = index.slot_of(before.number) {
                            index.take(slot);
                            slots.push(slot);
                        }
                    }
                    other => settle(&mut index, other),
                }
            }
            self.moved_on(&mut index, &slots, before, &saved, Changed::Anything);
        }
        self.announce(&saved);
        Ok((saved.last, closed))
    }
}

/// The number of a key that is refused once this is saved, and therefore before.
fn refuses(entry: &Entry) -> Option<u64> {
    match entry {
        Entry::KeyPut { before: Some(_), after, .. } if after.status == Status::Disabled => {
            Some(after.number)
        }
        Entry::KeyDropped { before } => Some(before.number),
        _ => None,
    }
}
