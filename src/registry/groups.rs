//! User groups come to be, are edited, listed, and deleted once no key uses them.

use super::command::{Done, GroupEdit, Outcome};
use super::door::{Actor, Ticket};
use super::notes::{dropped_with, settle};
use super::query::{GroupDetails, GroupRow, GroupsPage, Touch, Window};
use super::selection::bounds;
use super::words::Words;
use super::{Current, Refusal, Registry, lock, not_saved};
use crate::model::{About, ChangeKind, Environment, Group, GroupCode, ParseError};
use crate::store::{Entry, Subject};

impl Registry {
    pub(super) fn create_group(&self, actor: &Actor, group: Group) -> Result<Done, Refusal> {
        check(&group)?;
        let mut writer = lock(&self.writer);
        if self.read().group(&group.code).is_some() {
            return Err(Refusal::GroupExists(group.code));
        }
        let entry = Entry::GroupPut { kind: ChangeKind::GroupCreated, before: None, after: group.clone() };
        self.save_group(&mut writer, actor, vec![entry])?;
        Ok(self.done(Outcome::GroupCreated(group)))
    }

    pub(super) fn edit_group(
        &self,
        actor: &Actor,
        code: &GroupCode,
        edit: GroupEdit,
        expected: Option<&Group>,
    ) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let before = self.find_group(code)?;
        if expected.is_some_and(|seen| *seen != before) {
            return Err(Refusal::ChangedMeanwhile { now: Current::Group(Box::new(before)) });
        }
        let after = edited(&before, edit);
        check(&after)?;
        if after != before {
            let entry =
                Entry::GroupPut { kind: ChangeKind::GroupEdited, before: Some(before), after: after.clone() };
            self.save_group(&mut writer, actor, vec![entry])?;
        }
        Ok(self.done(Outcome::GroupEdited(after)))
    }

    pub(super) fn delete_group(&self, actor: &Actor, code: &GroupCode) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let before = self.find_group(code)?;
        {
            let index = self.read();
            let count = index.group(code).map_or(0, |g| g.keys);
            if count > 0 {
                let users = index
                    .newest_first()
                    .map(|live| live.record)
                    .filter(|record| record.group == code.as_str());
                let keys = users.take(20).map(|record| (record.key, record.to_key().description)).collect();
                return Err(Refusal::GroupInUse { code: code.clone(), count, keys });
            }
        }
        let subject = Subject::of_group(&before);
        let notes = dropped_with(&self.read(), &About::Group(code.clone()), &subject);
        let entries = std::iter::once(Entry::GroupDropped { before }).chain(notes).collect();
        self.save_group(&mut writer, actor, entries)?;
        Ok(self.done(Outcome::GroupDeleted(code.clone())))
    }

    fn save_group(
        &self,
        writer: &mut super::Writer,
        actor: &Actor,
        entries: Vec<Entry>,
    ) -> Result<(), Refusal> {
        let copies = entries.clone();
        let saved = self.save(writer, &actor.account, entries, &Ticket::new()).map_err(|e| not_saved(&e))?;
        {
            let mut index = self.write();
            for copy in copies {
                match copy {
                    Entry::GroupPut { after, .. } => {
                        let (code, by) = (after.code.clone(), actor.account.clone());
                        index.put_group(after);
                        index.touch_group(&code, Touch { revision: saved.last, time: saved.time, by });
                    }
                    Entry::GroupDropped { before } => index.drop_group(&before.code),
                    other => settle(&mut index, other),
                }
            }
            index.revision = saved.last;
            index.written = Some(saved.time);
        }
        self.announce(&saved);
        Ok(())
    }

    pub(super) fn find_group(&self, code: &GroupCode) -> Result<Group, Refusal> {
        let index = self.read();
        index.group(code).map(|g| g.group.clone()).ok_or_else(|| Refusal::NoSuchGroup(code.clone()))
    }

    pub(super) fn groups_page(&self, text: &str, window: Window) -> GroupsPage {
        let (words, index) = (Words::new(text), self.read());
        let matches = |group: &Group| {
            let line = format!("{}\n{}\n{}", group.code, group.description, group.role.name()).to_lowercase();
            words.found_in(&line, "")
        };
        let found: Vec<_> = index.groups().filter(|g| matches(&g.group)).collect();
        let (from, to) = bounds(window, found.len());
        let row = |live: &&super::index::LiveGroup| GroupRow {
            code: live.group.code.clone(),
            description: live.group.description.as_str().to_owned(),
            role: live.group.role,
            restricted: live.group.restricted,
            tables: live.group.tables.len() as u64,
            filters: live.group.tables.iter().filter(|t| t.filter.is_some()).count() as u64,
            keys: live.keys,
            environments: Environment::ALL
                .into_iter()
                .zip(live.in_environment)
                .filter_map(|(environment, count)| (count > 0).then_some(environment))
                .collect(),
            touched: live.touched.clone(),
        };
        GroupsPage {
            revision: index.revision,
            total: found.len() as u64,
            of: index.group_count(),
            offset: from as u64,
            rows: found[from..to].iter().map(row).collect(),
        }
    }

    pub(super) fn group_details(&self, code: &GroupCode) -> Result<GroupDetails, Refusal> {
        let index = self.read();
        let live = index.group(code).ok_or_else(|| Refusal::NoSuchGroup(code.clone()))?;
        Ok(GroupDetails { group: live.group.clone(), keys: live.keys })
    }
}

/// The group after an edit.
pub(super) fn edited(before: &Group, edit: GroupEdit) -> Group {
    Group {
        code: before.code.clone(),
        description: edit.description.unwrap_or_else(|| before.description.clone()),
        role: edit.role.unwrap_or(before.role),
        restricted: edit.restricted.unwrap_or(before.restricted),
        tables: edit.tables.unwrap_or_else(|| before.tables.clone()),
        menus: edit.menus.unwrap_or_else(|| before.menus.clone()),
    }
}

pub(super) fn check(group: &Group) -> Result<(), Refusal> {
    group.check().map_err(|error| {
        ParseError::new(error.to_string(), "correct it and save again; nothing was changed").into()
    })
}
