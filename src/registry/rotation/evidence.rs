//! Who is accepted with which key of a rotation: gathered from the logon history whenever it is asked for.

use std::collections::BTreeMap;

use super::pair_of;
use crate::model::{
    Evidence, KeyId, LastUse, LogonResult, LogonRow, OldCaller, ResultFilter, Rotation, Time,
};
use crate::registry::query::{LogonFilter, LogonSort, RotationDetails, RotationsPage, Window};
use crate::registry::selection::bounds;
use crate::registry::{Refusal, Registry, Ticket};

/// The old key's callers are looked for in so many seconds before the start: two weeks.
const BEFORE: i64 = 14 * 86_400;
/// No more windows of the history are read for one key.
const WINDOWS: u64 = 12;

impl Registry {
    pub(in crate::registry) fn rotations_page(
        &self,
        window: Window,
        ticket: &Ticket,
    ) -> Result<RotationsPage, Refusal> {
        let (revision, mut all) = {
            let index = self.read();
            (index.revision, index.rotations().cloned().collect::<Vec<_>>())
        };
        all.reverse();
        let (from, to) = bounds(window, all.len());
        let total = all.len() as u64;
        let rows = all.drain(from..to).map(|rotation| self.rotation_details(rotation, ticket));
        Ok(RotationsPage { revision, total, offset: from as u64, rows: rows.collect::<Result<_, _>>()? })
    }

    pub(in crate::registry) fn rotation_with(
        &self,
        key: KeyId,
        ticket: &Ticket,
    ) -> Result<RotationDetails, Refusal> {
        let rotation = {
            let index = self.read();
            index.slot(&key).ok_or(Refusal::NoSuchKey(key))?;
            index.rotation_of(&key).cloned().ok_or(Refusal::NotRotating(key))?
        };
        self.rotation_details(rotation, ticket)
    }

    fn rotation_details(&self, rotation: Rotation, ticket: &Ticket) -> Result<RotationDetails, Refusal> {
        let started = rotation.started.time;
        let pair = pair_of(&rotation);
        let old_rows = self.accepted(pair.old, Time(started.0.saturating_sub(BEFORE)), ticket)?;
        let new_rows = self.accepted(pair.new, started, ticket)?;
        let now = self.clock.now();
        let (old_last, old_days) = self.history.rhythm(&pair.old, now);
        let (new_last, new_days) = self.history.rhythm(&pair.new, now);
        let since = |rows: &[LogonRow]| {
            rows.iter().filter(|row| row.time >= started).map(|row| row.count).sum::<u64>()
        };
        let first_row = new_rows.last().map(|row| LastUse {
            time: row.first,
            source: row.source.clone(),
            agent: row.agent.clone(),
        });
        let mut callers = callers(&old_rows, &new_rows);
        // The rows may have gone by age while the last use is still known.
        if let (true, Some(last)) = (callers.is_empty(), old_last) {
            let LastUse { time, source, agent } = last;
            callers.push(OldCaller { source, agent, last: time, every: None, moved: None });
        }
        let index = self.read();
        let record = |key: &KeyId| index.by_key(key).map(|live| live.record.clone());
        let evidence = Evidence {
            old: record(&pair.old),
            new: record(&pair.new),
            first_use: first_row.or(new_last),
            callers,
            old_calls: since(&old_rows),
            new_calls: since(&new_rows),
            old_days,
            new_days,
        };
        Ok(RotationDetails { rotation, evidence })
    }

    /// The accepted calls of a key, the latest first.
    fn accepted(&self, key: KeyId, since: Time, ticket: &Ticket) -> Result<Vec<LogonRow>, Refusal> {
        let filter = LogonFilter {
            key: Some(key),
            since: Some(since),
            result: Some(ResultFilter::Only(LogonResult::Accepted)),
            ..LogonFilter::default()
        };
        let limit = Window::LARGEST;
        let mut rows: Vec<LogonRow> = Vec::new();
        for place in 0..WINDOWS {
            let window = Window { offset: place * u64::from(limit), limit };
            let page = self.history_page(&filter, LogonSort::default(), window, ticket)?;
            // A window beyond the end is drawn back: what was read already is left out.
            let read = usize::try_from(window.offset.saturating_sub(page.offset)).unwrap_or(usize::MAX);
            rows.extend(page.rows.into_iter().skip(read));
            if rows.len() as u64 >= page.total {
                break;
            }
        }
        Ok(rows)
    }
}

/// Who used the old key, and whether it came with the new one; rows have the latest first.
fn callers(old: &[LogonRow], new: &[LogonRow]) -> Vec<OldCaller> {
    let mut by_name: BTreeMap<(&str, &str), Vec<Time>> = BTreeMap::new();
    for row in old {
        by_name.entry((&row.source, &row.agent)).or_default().push(row.time);
    }
    let moved = |source: &str, agent: &str| {
        new.iter().find(|row| row.source == source && row.agent == agent).map(|row| row.time)
    };
    let mut callers: Vec<OldCaller> = by_name
        .into_iter()
        .filter_map(|((source, agent), times)| {
            Some(OldCaller {
                source: source.to_owned(),
                agent: agent.to_owned(),
                last: *times.iter().max()?,
                every: None,
                moved: moved(source, agent),
            })
        })
        .collect();
    callers.sort_by_key(|caller| std::cmp::Reverse(caller.last));
    callers
}
