//! The tightest group that a key needs, from 30 days of its accepted calls, and the proof by replay.

use super::door::Ticket;
use super::query::Tightest;
use super::{Refusal, Registry};
use crate::model::{KeyId, LATELY, LogonResult, LogonRow, Needs, Replay, Time};

impl Registry {
    pub(super) fn tightest(&self, key: KeyId, ticket: &Ticket) -> Result<Tightest, Refusal> {
        let (description, now) = {
            let index = self.read();
            let live = index.by_key(&key).ok_or(Refusal::NoSuchKey(key))?;
            let record = &live.record;
            let group =
                index.group(&record.group).ok_or_else(|| Refusal::NoSuchGroup(record.group.clone()))?;
            (record.description.as_str().to_owned(), group.group.clone())
        };
        let since = Time(self.clock.now().0.saturating_sub(LATELY));
        let (mut needs, mut first, mut bare) = (Needs::default(), None::<Time>, 0);
        let mut gap = self.each_accepted(key, since, ticket, &mut |row| {
            needs.add(row);
            first = Some(first.map_or(row.first, |first| first.min(row.first)));
            bare += if row.table.is_none() && row.menu.is_none() { row.count } else { 0 };
        })?;
        let proposal = needs.tightest(&now);
        let mut replay = Replay::default();
        let again = self.each_accepted(key, since, ticket, &mut |row| replay.add(&proposal, row))?;
        gap = gap.or(again);
        let unused = needs.unused(&now);
        Ok(Tightest { description, now, proposal, replay, bare, unused, since, first, gap })
    }

    /// Shows every accepted row of a key since then, the oldest first; why rows may be missing.
    fn each_accepted(
        &self,
        key: KeyId,
        since: Time,
        ticket: &Ticket,
        see: &mut dyn FnMut(&LogonRow),
    ) -> Result<Option<String>, Refusal> {
        let view = self.history.view();
        let fits = |row: &&LogonRow| {
            row.key == Some(key) && row.result == LogonResult::Accepted && row.time >= since
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
