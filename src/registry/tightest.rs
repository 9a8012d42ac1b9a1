//! The tightest group that a key needs, from 30 days of its accepted calls, and the proof by replay; the same for an edit.

use std::collections::HashMap;

use super::command::GroupEdit;
use super::door::Ticket;
use super::groups::{check, edited};
use super::query::{Replayed, Tightest};
use super::{Refusal, Registry};
use crate::model::{GroupCode, KeyId, LATELY, LogonResult, LogonRow, Needs, Replay, Time};

/// An edit is held against so many seconds of calls.
const WEEK: i64 = 7 * 86_400;

impl Registry {
    pub(super) fn tightest(&self, key: KeyId, ticket: &Ticket) -> Result<Tightest, Refusal> {
        let (description, now) = {
            let index = self.read();
            let live = index.by_key(&key).ok_or(Refusal::NoSuchKey(key))?;
            let record = live.record;
            let group = index.group(record.group).ok_or_else(|| Refusal::NoSuchGroup(record.to_group()))?;
            (record.description.to_owned(), group.group.clone())
        };
        let since = Time(self.clock.now().0.saturating_sub(LATELY));
        let (mut needs, mut first, mut bare) = (Needs::default(), None::<Time>, 0);
        for live in self.read().groups() {
            live.group.menus.iter().for_each(|rule| needs.hear_of(&rule.item));
        }
        // Which menu items there are is known from what anyone opened.
        let mut gap = self.each_accepted(&|_| true, since, ticket, &mut |row| {
            if let Some(item) = &row.menu {
                needs.hear_of(item);
            }
            if row.key != Some(key) {
                return;
            }
            needs.add(row);
            first = Some(first.map_or(row.first, |first| first.min(row.first)));
            bare += if row.table.is_none() && row.menu.is_none() { row.count } else { 0 };
        })?;
        let proposal = needs.tightest(&now);
        let mut replay = Replay::default();
        let again =
            self.each_accepted(&|of| of == key, since, ticket, &mut |row| replay.add(&proposal, row))?;
        gap = gap.or(again);
        let unused = needs.unused(&now);
        Ok(Tightest { description, now, proposal, replay, bare, unused, since, first, gap })
    }

    /// A week of calls of a group's keys, held against the group as an edit would make it.
    pub(super) fn replayed(
        &self,
        code: &GroupCode,
        edit: GroupEdit,
        ticket: &Ticket,
    ) -> Result<Replayed, Refusal> {
        let after = edited(&self.find_group(code)?, edit);
        check(&after)?;
        let members: HashMap<KeyId, String> = {
            let index = self.read();
            let members = index.newest_first().map(|live| live.record).filter(|r| r.group == code.as_str());
            members.map(|r| (r.key, r.description.to_owned())).collect()
        };
        let since = Time(self.clock.now().0.saturating_sub(WEEK));
        let (mut replay, mut refused) = (Replay::default(), HashMap::<KeyId, u64>::new());
        let gap = self.each_accepted(&|key| members.contains_key(&key), since, ticket, &mut |row| {
            let before = replay.refused;
            replay.add(&after, row);
            if let Some(key) = row.key.filter(|_| replay.refused > before) {
                *refused.entry(key).or_default() += replay.refused - before;
            }
        })?;
        let keys = refused.len() as u64;
        let mut worst: Vec<(KeyId, String, u64)> = refused
            .into_iter()
            .map(|(key, count)| (key, members.get(&key).cloned().unwrap_or_default(), count))
            .collect();
        worst.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
        worst.truncate(Replayed::NAMED);
        Ok(Replayed { replay, keys, worst, since, gap })
    }

    /// Shows every accepted row of some keys since then, the oldest first; why rows may be missing.
    fn each_accepted(
        &self,
        wanted: &dyn Fn(KeyId) -> bool,
        since: Time,
        ticket: &Ticket,
        see: &mut dyn FnMut(&LogonRow),
    ) -> Result<Option<String>, Refusal> {
        let view = self.history.view();
        let fits = |row: &&LogonRow| {
            row.key.is_some_and(wanted) && row.result == LogonResult::Accepted && row.time >= since
        };
        let mut gap = view.trouble.clone();
        for closing in view.closings.iter().filter(|closing| closing.last() >= since) {
            if ticket.is_cancelled() {
                return Err(Refusal::Cancelled);
            }
            match self.history.read(closing) {
                Some(rows) => rows.iter().filter(fits).for_each(&mut *see),
                None => gap = Some("Some rows went away while they were read".to_owned()),
            }
        }
        view.present.iter().filter(fits).for_each(&mut *see);
        Ok(gap)
    }
}
