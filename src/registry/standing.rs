//! Why did it stop? What became of a key since its last call, from the index, and from the journal where it must be.

use std::collections::HashMap;

use super::query::{Standing, Touch};
use super::{Refusal, Registry, unreadable};
use crate::model::{Account, ApiKey, Change, ChangeKind, Field, GroupCode, KeyId, Rotation, Status, Time};

/// The last edit of each group, as the journal tells it.
pub(super) type GroupEdits = HashMap<GroupCode, Touch>;

impl Registry {
    pub(super) fn standing_of(&self, key: KeyId) -> Result<Standing, Refusal> {
        let now = self.clock.now();
        let (record, rotation, touched) = {
            let index = self.read();
            let record = index.by_key(&key).ok_or(Refusal::NoSuchKey(key))?.record.to_key();
            let rotation = index.rotation_of(&key).filter(|rotation| rotation.old == key).cloned();
            let touched = index.group(&record.group).and_then(|group| group.touched.clone());
            (record, rotation, touched)
        };
        if record.status == Status::Disabled {
            let (by, at) = self.disabled(&record)?;
            return Ok(match rotation {
                Some(Rotation { new: to, disabled: Some(mark), .. }) => {
                    Standing::Rotated { to, by: mark.by, at: mark.time }
                }
                _ => Standing::Disabled { by, at },
            });
        }
        if let Some(at) = record.expires.filter(|_| record.expired_at(now)) {
            return Ok(match rotation {
                Some(Rotation { new: to, started, deadline: Some(_), .. }) => {
                    Standing::Rotated { to, by: started.by, at }
                }
                _ => Standing::Expired { at },
            });
        }
        let since = record.last_used.unwrap_or(record.created);
        let moved = if record.modified > since { self.regrouped(&record, since)? } else { None };
        let touched = touched.map_or_else(|| self.earlier_edit(&record.group), |touch| Ok(Some(touch)))?;
        let edited = touched.filter(|touch| touch.time > since);
        let edited = edited.map(|Touch { time: at, by, .. }| Standing::GroupChanged {
            group: record.group.clone(),
            by,
            at,
        });
        Ok(moved.or(edited).unwrap_or(match record.last_used {
            None => Standing::NeverCalled { since: record.created },
            Some(last) => Standing::Well { last },
        }))
    }

    /// The last edit of a group before this process held the store. The journal is read through for it once.
    fn earlier_edit(&self, code: &GroupCode) -> Result<Option<Touch>, Refusal> {
        if let Some(edits) = self.edits.get() {
            return Ok(edits.get(code).cloned());
        }
        let mut edits: GroupEdits = HashMap::new();
        let mut see = |change: Change| {
            if let (ChangeKind::GroupEdited, Some(group)) = (change.kind, change.group) {
                let Change { revision, time, actor: by, .. } = change;
                edits.entry(group).or_insert(Touch { revision, time, by });
            }
            true
        };
        self.reader.scan(Some(ChangeKind::GroupEdited.code()), &mut see).map_err(|e| unreadable(&e))?;
        Ok(self.edits.get_or_init(|| edits).get(code).cloned())
    }

    /// Who disabled a key, and when: its last change may have been another one.
    fn disabled(&self, record: &ApiKey) -> Result<(Account, Time), Refusal> {
        let disables = |change: &Change| {
            change.kind == ChangeKind::KeyDisabled
                || change
                    .after
                    .iter()
                    .any(|f| f.field == Field::Status && f.value.as_deref() == Some(Status::Disabled.name()))
        };
        let found = self.last_change(record, Time(i64::MIN), disables)?;
        // One that is refused from memory alone is in no journal.
        Ok(found.map_or_else(
            || (record.modified_by.clone(), record.modified),
            |change| (change.actor, change.time),
        ))
    }

    fn regrouped(&self, record: &ApiKey, since: Time) -> Result<Option<Standing>, Refusal> {
        let from = |change: &Change| {
            let before = change.before.iter().find(|value| value.field == Field::Group)?;
            before.value.clone().filter(|group| group != record.group.as_str())
        };
        let found = self.last_change(record, since, |change| from(change).is_some())?;
        Ok(found.and_then(|change| {
            Some(Standing::Regrouped { from: from(&change)?, by: change.actor, at: change.time })
        }))
    }

    /// The newest change of a key after a time that is of the kind that is looked for.
    fn last_change(
        &self,
        record: &ApiKey,
        after: Time,
        wanted: impl Fn(&Change) -> bool,
    ) -> Result<Option<Change>, Refusal> {
        let mut found = None;
        let mut see = |change: Change| {
            if change.key != Some(record.key) {
                return true;
            }
            let on = change.time > after && change.kind != ChangeKind::KeyCreated;
            if on && wanted(&change) {
                found = Some(change);
                return false;
            }
            on
        };
        self.reader.scan(Some(record.key.as_str()), &mut see).map_err(|e| unreadable(&e))?;
        Ok(found)
    }
}
