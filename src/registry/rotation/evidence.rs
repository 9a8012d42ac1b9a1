//! Who is accepted with which key of a rotation: gathered from the logon history whenever it is asked for.

use super::pair_of;
use crate::model::{
    Caller, Evidence, KeyId, LastUse, LogonResult, LogonRow, OldCaller, ResultFilter, Rotation, Time, outlook,
};
use crate::registry::query::{LogonFilter, LogonSort, RotationDetails, RotationsPage, Window};
use crate::registry::selection::bounds;
use crate::registry::{Refusal, Registry, Ticket};

/// No more windows of the history are read for one key.
const WINDOWS: u64 = 12;
/// So many of those who come in vain are told.
const REFUSED: usize = 8;

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
        let (started, now) = (rotation.started.time, self.clock.now());
        let pair = pair_of(&rotation);
        let accepted = ResultFilter::Only(LogonResult::Accepted);
        let calls = |key| -> Result<u64, Refusal> {
            Ok(self.rows(key, started, accepted, ticket)?.iter().map(|row| row.count).sum())
        };
        let (old_calls, new_calls) = (calls(pair.old)?, calls(pair.new)?);
        let (_, old_days) = self.history.rhythm(&pair.old, now);
        let (new_last, new_days) = self.history.rhythm(&pair.new, now);
        let (old_callers, new_callers, last) = {
            let known = self.history.known();
            (known.of(&pair.old).kept.clone(), known.of(&pair.new).kept.clone(), known.last(&pair.old))
        };
        let mut callers: Vec<OldCaller> =
            old_callers.iter().map(|caller| told(caller, &new_callers, now)).collect();
        // A record may know of a later use than of its callers.
        if let (true, Some(last)) = (callers.is_empty(), last) {
            let alone = Caller { last: last.time, ..Caller::new(last.source, last.agent) };
            callers.push(told(&alone, &new_callers, now));
        }
        callers.sort_by_key(|caller| std::cmp::Reverse(caller.last));
        let first = new_callers.iter().min_by_key(|caller| caller.first).map(|caller| LastUse {
            time: caller.first,
            source: caller.source.clone(),
            agent: caller.agent.clone(),
        });
        let record = |key: &KeyId| self.read().by_key(key).map(|live| live.record.to_key());
        let (old, new) = (record(&pair.old), record(&pair.new));
        let since = old.as_ref().and_then(|old| rotation.refused_since(old, now));
        let refused = since.map_or(Ok(Vec::new()), |since| self.refused(pair.old, since, ticket))?;
        let first_use = first.or(new_last);
        let evidence =
            Evidence { old, new, first_use, callers, old_days, new_days, old_calls, new_calls, refused };
        Ok(RotationDetails { rotation, evidence })
    }

    /// Who proved the Secret of a key after it was refused, each with the last time.
    fn refused(&self, key: KeyId, since: Time, ticket: &Ticket) -> Result<Vec<LastUse>, Refusal> {
        let mut list: Vec<LastUse> = Vec::new();
        let rows = self.rows(key, since, ResultFilter::Only(LogonResult::Invalid), ticket)?;
        for row in rows.into_iter().filter(|row| row.proved) {
            let known = list.iter().any(|call| call.source == row.source && call.agent == row.agent);
            if !known && list.len() < REFUSED {
                list.push(LastUse { time: row.time, source: row.source, agent: row.agent });
            }
        }
        Ok(list)
    }

    /// The calls of a key with this result, the latest first.
    fn rows(
        &self,
        key: KeyId,
        since: Time,
        result: ResultFilter,
        ticket: &Ticket,
    ) -> Result<Vec<LogonRow>, Refusal> {
        let (key, since, result) = (Some(key), Some(since), Some(result));
        let filter = LogonFilter { key, since, result, ..LogonFilter::default() };
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

/// A caller of the old key, and whether it came with the new one.
fn told(caller: &Caller, new: &[Caller], now: Time) -> OldCaller {
    let (outlook, rhythm) = outlook(caller, now);
    let moved = new.iter().find(|c| c.source == caller.source && c.agent == caller.agent).map(|c| c.last);
    let (source, agent, last) = (caller.source.clone(), caller.agent.clone(), caller.last);
    OldCaller { source, agent, last, rhythm, outlook, moved }
}
