//! A review is made: every Active key is judged by its calls, its group and what was noted, and what could not be known
//! is said.
//!
//! Index and history are never held together. How long a review is kept is not its matter.

use std::collections::HashMap;

use super::meetings::{Member, meetings};
use super::{Calls, Ground, Review};
use crate::clock::date;
use crate::model::{
    About, Group, KeyId, KeyRef, Limits, LogonResult, Practice, Status, Time, Use, counted, findings,
};
use crate::registry::door::Ticket;
use crate::registry::{Refusal, Registry};

impl Registry {
    /// How many calls were accepted since the store was opened.
    pub(super) fn accepted_calls(&self) -> u64 {
        let counts = self.history.counts();
        counts.iter().find(|(result, _)| *result == LogonResult::Accepted).map_or(0, |(_, count)| *count)
    }

    pub(super) fn make_review(&self, ground: Ground, now: Time, ticket: &Ticket) -> Result<Review, Refusal> {
        let limits = ground.limits;
        let keys: Vec<Member> = {
            let index = self.read();
            let active = index.newest_first().filter(|live| counts(live.record, now));
            let partner = |key: &KeyId| {
                let rotation = index.rotation_of(key)?;
                Some(if rotation.old == *key { rotation.new } else { rotation.old })
            };
            active.map(|live| (live.record.key, partner(&live.record.key))).collect()
        };
        let (calls, since) = self.calls(&keys, ticket)?;
        let (mixed, shared) = meetings(&keys, &calls, now);
        let index = self.read();
        let noted = index.notes.at(now);
        let groups: Vec<Group> = index.groups().map(|live| live.group.clone()).collect();
        let (mut found, mut accepted, mut ahead) = (Vec::new(), Vec::new(), 0u64);
        let (nothing, mut looked_at) = (Calls::default(), 0);
        for (seen, live) in index.newest_first().enumerate() {
            if seen % 4096 == 0 && ticket.is_cancelled() {
                return Err(Refusal::Cancelled);
            }
            let (record, slot) = (live.record, live.slot);
            let Some(group) = index.group(record.group).filter(|_| counts(record, now)) else { continue };
            looked_at += 1;
            ahead += u64::from(record.last_used.is_some_and(|last| last > now) || record.created > now);
            let Calls { kept: callers, gone } = calls.get(&record.key).unwrap_or(&nothing);
            let (mixed, shared) = (mixed.contains_key(&record.key), shared.contains_key(&record.key));
            let seen = noted.seen(&record.key);
            let used = Use { callers, gone: *gone, since, mixed, shared, seen };
            for what in findings(record, &group.group, &used, limits, now) {
                let left_out = noted.accepts(About::Key(record.key), what);
                (if left_out { &mut accepted } else { &mut found }).push((what, slot));
            }
        }
        let across = index.groups().zip(0..).filter(|(live, _)| {
            let [production, others @ ..] = live.in_environment;
            production > 0 && others.iter().any(|count| *count > 0)
        });
        for (live, place) in across {
            let left_out = noted.accepts(About::Group(live.group.code.clone()), Practice::SharedGroup);
            (if left_out { &mut accepted } else { &mut found }).push((Practice::SharedGroup, place));
        }
        let ground = Ground { epoch: index.epoch, revision: index.revision, ..ground };
        drop(index);
        found.sort_unstable();
        let gaps = self.gaps(since, ahead, limits, now);
        let stamp = 0;
        Ok(Review {
            stamp,
            ground,
            made: now,
            found,
            accepted,
            groups,
            mixed,
            shared,
            since,
            looked_at,
            gaps,
        })
    }

    /// The calls of these keys, and from when on calls are known.
    fn calls(
        &self,
        keys: &[Member],
        ticket: &Ticket,
    ) -> Result<(HashMap<KeyId, Calls>, Option<Time>), Refusal> {
        let known = self.history.known();
        let mut calls = HashMap::new();
        for (seen, (key, _)) in keys.iter().enumerate() {
            if seen % 4096 == 0 && ticket.is_cancelled() {
                return Err(Refusal::Cancelled);
            }
            let of = known.of(key);
            if !of.kept.is_empty() || of.gone > 0 {
                calls.insert(*key, Calls { kept: of.kept.clone(), gone: of.gone });
            }
        }
        Ok((calls, known.since()))
    }

    /// What could not be known.
    fn gaps(&self, since: Option<Time>, ahead: u64, limits: Limits, now: Time) -> Vec<String> {
        // What went wrong comes first; that a history begins some day is no fault.
        let hole = self.history.trouble().map(|trouble| format!("The logon history has a hole: {trouble}"));
        let mut gaps: Vec<String> = hole.into_iter().collect();
        if ahead > 0 {
            let (keys, were) = (counted(ahead, "key"), if ahead == 1 { "was" } else { "were" });
            gaps.push(format!(
                "{keys} {were} made or used at a time that lies ahead: the clock was set back, and no age is claimed there"
            ));
        }
        let longest = i64::from(limits.unused.max(limits.silent)) * 86_400;
        match since {
            None => gaps.push(
                "No call was ever noted: whether keys are used, and from where, is not known".to_owned(),
            ),
            Some(since) if now.0.saturating_sub(since.0) < longest => gaps
                .push(format!("The logon history begins {}: what happened before is not known", date(since))),
            Some(_) => {}
        }
        gaps
    }
}

fn counts(record: KeyRef<'_>, now: Time) -> bool {
    record.status == Status::Active && !record.expired_at(now)
}
