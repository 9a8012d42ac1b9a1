//! Who would break: the callers of a selection of keys, as the logon history knows them, the worst off first.

use super::door::Ticket;
use super::query::{CallerImpact, Impact, KeyImpact};
use super::{Refusal, Registry, Selection};
use crate::model::{Caller, KeyId, KeyRef, Outlook, Status, Time, Touched, outlook};

/// What the index knows of one key of the selection.
struct Meant {
    slot: u32,
    key: KeyId,
    refused: bool,
    last: Option<Time>,
}

/// A key's outlook at best, before its callers were looked at.
fn at_first(meant: &Meant) -> Option<Outlook> {
    match meant.last {
        None => Some(Outlook::Never),
        Some(_) if meant.refused => Some(Outlook::Refused),
        Some(_) => None,
    }
}

impl Registry {
    pub(super) fn impact(&self, keys: &Selection, ticket: &Ticket) -> Result<Impact, Refusal> {
        let now = self.clock.now();
        let meant = self.meant(keys, now, ticket)?;
        let known = self.history.known();
        let mut impact = Impact {
            total: meant.len() as u64,
            never: 0,
            refused: 0,
            silent: 0,
            unclear: 0,
            breaks: 0,
            worst: Vec::new(),
            since: known.since(),
        };
        let mut ranked = Vec::with_capacity(meant.len());
        for (seen, meant) in meant.iter().enumerate() {
            if seen % 4096 == 0 && ticket.is_cancelled() {
                return Err(Refusal::Cancelled);
            }
            let outlook =
                at_first(meant).unwrap_or_else(|| overall(&known.of(&meant.key).kept, meant.last, now));
            *match outlook {
                Outlook::Never => &mut impact.never,
                Outlook::Refused => &mut impact.refused,
                Outlook::Silent(_) => &mut impact.silent,
                Outlook::Unclear(_) => &mut impact.unclear,
                Outlook::Breaks(_) => &mut impact.breaks,
            } += 1;
            ranked.push((outlook, meant));
        }
        let shown = ranked.len().min(Impact::SHOWN);
        if shown > 0 {
            ranked
                .select_nth_unstable_by(shown - 1, |a, b| a.0.worst_first(b.0).then(a.1.slot.cmp(&b.1.slot)));
        }
        ranked.truncate(shown);
        ranked.sort_by(|a, b| a.0.worst_first(b.0).then(a.1.slot.cmp(&b.1.slot)));
        let since = known.since();
        for (outlook, Meant { key, refused, .. }) in ranked {
            let (of, last) = (known.of(key), known.last(key));
            let mut callers: Vec<CallerImpact> = of.kept.iter().map(|c| one(c, *refused, now)).collect();
            callers.sort_by(|a, b| a.outlook.worst_first(b.outlook).then(b.last.cmp(&a.last)));
            let (key, description, gone) = (*key, String::new(), of.gone);
            impact.worst.push(KeyImpact { key, description, outlook, last, callers, gone, since });
        }
        // The index comes after the history is let go: who waits for one of them never holds the other.
        drop(known);
        let index = self.read();
        impact.worst.retain_mut(|told| {
            let Some(live) = index.by_key(&told.key) else { return false };
            live.record.description.clone_into(&mut told.description);
            told.since = told.since.map(|since| since.max(live.record.created));
            true
        });
        Ok(impact)
    }

    fn meant(&self, keys: &Selection, now: Time, ticket: &Ticket) -> Result<Vec<Meant>, Refusal> {
        let index = self.read();
        let slots = self.slots(&index, keys, ticket)?;
        let meant = |slot: u32| {
            let record = index.live(slot)?.record;
            let refused = is_refused(record, now);
            Some(Meant { slot, key: record.key, refused, last: record.last_used })
        };
        Ok(slots.into_iter().filter_map(meant).collect())
    }
}

fn is_refused(record: KeyRef<'_>, now: Time) -> bool {
    record.status == Status::Disabled || record.expired_at(now)
}

/// The worst outlook of a key's callers. One whose callers are not kept any more is judged by its last use alone.
fn overall(callers: &[Caller], last: Option<Time>, now: Time) -> Outlook {
    let alone = Caller { last: last.unwrap_or(now), ..Caller::new(String::new(), String::new()) };
    let worst = callers.iter().map(|caller| outlook(caller, now).0).reduce(Outlook::worse);
    worst.unwrap_or_else(|| outlook(&alone, now).0)
}

fn one(caller: &Caller, refused: bool, now: Time) -> CallerImpact {
    let (outlook, rhythm) = outlook(caller, now);
    CallerImpact {
        source: caller.source.clone(),
        agent: caller.agent.clone(),
        last: caller.last.min(now),
        calls: caller.calls,
        rhythm,
        outlook: if refused { Outlook::Refused } else { outlook },
        tables: caller.tables.iter().map(Touched::text).collect(),
    }
}
