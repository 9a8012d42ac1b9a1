//! Keys come to be and are edited; all about one key.

use super::command::{Done, Fresh, KeyDraft, KeyEdit, Outcome, Patch, Prepared};
use super::door::{Actor, Ticket};
use super::index::{Index, Live};
use super::mint::{Minted, record_of};
use super::order::Changed;
use super::query::KeyDetails;
use super::{Current, Refusal, Registry, Writer, lock, not_saved};
use crate::credential::Proof;
use crate::model::{ApiKey, ChangeKind, KeyId, KeyRef, Mark, ParseError, Status, Time, reach};
use crate::store::Entry;

impl Registry {
    pub(super) fn create_key(&self, actor: &Actor, draft: KeyDraft) -> Result<Done, Refusal> {
        self.check_draft(&self.read(), &draft)?;
        let Minted { key, secret, proof } = self.mint(draft.environment)?;
        let mut writer = lock(&self.writer);
        self.check_draft(&self.read(), &draft)?;
        let records =
            self.add(&mut writer, actor, vec![Prepared { draft, key, proof }], false, &Ticket::new())?;
        let record = records.into_iter().next().ok_or(Refusal::NoSuchKey(key))?;
        Ok(Done { fresh: Some(Fresh { key, secret }), ..self.done(Outcome::KeyCreated(record)) })
    }

    pub(super) fn import_keys(
        &self,
        actor: &Actor,
        keys: Vec<Prepared>,
        ticket: &Ticket,
    ) -> Result<Done, Refusal> {
        if keys.is_empty() {
            return Err(Refusal::NothingSelected);
        }
        let mut writer = lock(&self.writer);
        {
            let index = self.read();
            let mut seen = std::collections::HashSet::with_capacity(keys.len());
            for Prepared { draft, key, .. } in &keys {
                self.check_draft(&index, draft)?;
                if index.slot(key).is_some() || !seen.insert(key) || key.environment() != draft.environment {
                    return Err(ParseError::new(
                        format!("Key {key} is taken or of another environment"),
                        "run the import again",
                    )
                    .into());
                }
            }
        }
        let count = keys.len() as u64;
        self.add(&mut writer, actor, keys, true, ticket)?;
        Ok(self.done(Outcome::KeysImported(count)))
    }

    /// Saves new keys in one commit and puts them in the index.
    fn add(
        &self,
        writer: &mut Writer,
        actor: &Actor,
        keys: Vec<Prepared>,
        copied: bool,
        ticket: &Ticket,
    ) -> Result<Vec<ApiKey>, Refusal> {
        let now = self.clock.now();
        let mark = || Mark { time: now, by: actor.account.clone() };
        let made = (writer.next_number..).zip(keys).map(|(number, Prepared { draft, key, proof })| {
            (record_of(draft, key, number, mark(), copied), proof)
        });
        self.commit_new(writer, actor, made.collect(), ticket)
    }

    /// Appends finished new records, numbered from the writer's next number, as one commit.
    pub(super) fn commit_new(
        &self,
        writer: &mut Writer,
        actor: &Actor,
        made: Vec<(ApiKey, Proof)>,
        ticket: &Ticket,
    ) -> Result<Vec<ApiKey>, Refusal> {
        let prechecks: Vec<u64> = made.iter().map(|(_, proof)| proof.precheck()).collect();
        let records: Vec<ApiKey> = made.iter().map(|(record, _)| record.clone()).collect();
        let entry = |(after, proof)| Entry::KeyPut {
            kind: ChangeKind::KeyCreated,
            before: None,
            after,
            proof: Some(proof),
        };
        let entries = made.into_iter().map(entry).collect();
        let saved = self.save(writer, &actor.account, entries, ticket).map_err(|e| not_saved(&e))?;
        writer.next_number += records.len() as u64;
        {
            let mut index = self.write();
            let before = index.epoch;
            let mut slots = Vec::with_capacity(records.len());
            for ((record, precheck), revision) in records.iter().zip(prechecks).zip(saved.first..) {
                slots.extend(index.put(record.borrowed(), Some(precheck), revision));
            }
            self.moved_on(&mut index, &slots, before, &saved, Changed::Anything);
        }
        self.announce(&saved);
        Ok(records)
    }

    pub(super) fn edit_key(
        &self,
        actor: &Actor,
        key: KeyId,
        edit: &KeyEdit,
        expected: Option<&ApiKey>,
    ) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let (slot, before, held) = {
            let index = self.read();
            let slot = index.slot(&key).ok_or(Refusal::NoSuchKey(key))?;
            let live = index.live(slot).ok_or(Refusal::NoSuchKey(key))?;
            if expected.is_some_and(|seen| !same_to_edit(seen.borrowed(), live.record)) {
                return Err(Refusal::ChangedMeanwhile { now: Current::Key(Box::new(live.record.to_key())) });
            }
            if let Some(group) = &edit.group {
                index.group(group).ok_or_else(|| Refusal::NoSuchGroup(group.clone()))?;
            }
            if let Patch::Set(at) = edit.expires
                && live.record.expires != Some(at)
            {
                self.check_expiry(at)?;
            }
            (slot, live.saved(), live.is_held())
        };
        let mut after = ApiKey {
            description: edit.description.clone().unwrap_or_else(|| before.description.clone()),
            group: edit.group.clone().unwrap_or_else(|| before.group.clone()),
            status: edit.status.unwrap_or(before.status),
            expires: edit.expires.apply(before.expires),
            rotate_every: edit.rotate_every.apply(before.rotate_every),
            owner: edit.owner.apply(before.owner.clone()),
            ..before.clone()
        };
        if after == before && !held {
            return Ok(self.done(Outcome::KeyEdited(before)));
        }
        let rest_same = ApiKey { status: before.status, ..after.clone() } == before;
        let kind = match (rest_same, after.status) {
            (true, Status::Disabled) => ChangeKind::KeyDisabled,
            (true, Status::Active) if before.status != Status::Active => ChangeKind::KeyEnabled,
            _ => ChangeKind::KeyEdited,
        };
        after.modified = self.clock.now();
        after.modified_by = actor.account.clone();
        let disabling = after.status == Status::Disabled && (before.status == Status::Active || held);
        if disabling {
            self.refuse_first(&[slot]);
        }
        let entry = Entry::KeyPut { kind, before: Some(before), after: after.clone(), proof: None };
        match self.save(&mut writer, &actor.account, vec![entry], &Ticket::new()) {
            Ok(saved) => {
                after.modified = saved.time;
                self.settle(&[slot], &saved, Changed::Anything, |record| *record = after.clone());
                Ok(self.done(Outcome::KeyEdited(after)))
            }
            Err(error) if disabling => Err(self.refused_unsaved(&[slot], &error)),
            Err(error) => Err(not_saved(&error)),
        }
    }

    pub(super) fn confirm_copied(&self, actor: &Actor, key: KeyId) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let (slot, before) = {
            let index = self.read();
            let slot = index.slot(&key).ok_or(Refusal::NoSuchKey(key))?;
            (slot, index.live(slot).ok_or(Refusal::NoSuchKey(key))?.saved())
        };
        if !before.secret_copied {
            let mut after = before.clone();
            after.secret_copied = true;
            after.modified = self.clock.now();
            after.modified_by = actor.account.clone();
            let entry = Entry::KeyPut {
                kind: ChangeKind::SecretCopied,
                before: Some(before),
                after: after.clone(),
                proof: None,
            };
            let saved = self
                .save(&mut writer, &actor.account, vec![entry], &Ticket::new())
                .map_err(|e| not_saved(&e))?;
            after.modified = saved.time;
            self.settle(&[slot], &saved, Changed::Anything, |record| *record = after.clone());
        }
        Ok(self.done(Outcome::CopiedConfirmed(key)))
    }

    pub(super) fn key_details(&self, key: KeyId) -> Result<KeyDetails, Refusal> {
        let (last_use, _) = self.history.rhythm(&key, self.clock.now());
        let index = self.read();
        let details = details(&index, key).ok_or(Refusal::NoSuchKey(key))?;
        let reach = index.group(&details.row.record.group).map_or_else(Vec::new, |g| reach(&g.group));
        Ok(KeyDetails { last_use, reach, ..details })
    }

    pub(super) fn description_in_use(&self, description: &str, except: Option<KeyId>) -> Option<KeyId> {
        let wanted: String = description.trim().chars().flat_map(char::to_lowercase).collect();
        let index = self.read();
        let mut others = index.newest_first().filter(|live| Some(live.record.key) != except);
        let folded = |live: &Live<'_>| index.roll().lower(live.slot).split('\n').next() == Some(&wanted);
        others.find(folded).map(|live| live.record.key)
    }

    fn check_draft(&self, index: &Index, draft: &KeyDraft) -> Result<(), Refusal> {
        index.group(&draft.group).ok_or_else(|| Refusal::NoSuchGroup(draft.group.clone()))?;
        draft.expires.map_or(Ok(()), |at| self.check_expiry(at))
    }

    fn check_expiry(&self, at: Time) -> Result<(), Refusal> {
        if at > self.clock.now() {
            return Ok(());
        }
        Err(ParseError::new("Expires lies in the past", "choose a later time; to stop a key now, disable it")
            .into())
    }
}

/// Whether two states of a record look the same to who edits it: a use of the key is no change.
pub(super) fn same_to_edit(seen: KeyRef<'_>, now: KeyRef<'_>) -> bool {
    let same = (seen.status, seen.expires, seen.rotate_every) == (now.status, now.expires, now.rotate_every);
    same && (seen.description, seen.group, seen.owner) == (now.description, now.group, now.owner)
}

pub(super) fn details(index: &Index, key: KeyId) -> Option<KeyDetails> {
    let row = index.row(index.by_key(&key)?);
    let group = &index.group(&row.record.group)?.group;
    let group_description = group.description.as_str().to_owned();
    Some(KeyDetails { group_description, group_role: group.role, reach: Vec::new(), row, last_use: None })
}
