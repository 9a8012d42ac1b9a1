//! The review at the door: findings over all keys, the worst first, kept for a while so that windows agree.
//!
//! Who meets whom is gathered first, then each key is judged by the rules; evidence is worded for the rows of a window
//! only. Index and history are never held together.

use std::collections::HashMap;
use std::sync::Arc;

use super::door::Ticket;
use super::query::{Finding, ReviewPage, Window};
use super::selection::bounds;
use super::{Refusal, Registry, lock};
use crate::clock::date;
use crate::model::text::fold;
use crate::model::{
    ApiKey, Caller, Environment, Group, KeyId, LATELY, Limits, Practice, Status, Time, Use, findings,
};
use crate::sync::Mutex;

mod evidence;

/// A review is made anew after so many seconds.
const FRESH: i64 = 300;

/// The review that was made last.
#[derive(Debug, Default)]
pub(super) struct Reviews {
    kept: Mutex<Option<Arc<Review>>>,
}

/// What is known of the calls of one key.
#[derive(Debug, Clone, Default)]
struct Calls {
    kept: Vec<Caller>,
    gone: u32,
}

/// Another key that is used from the same place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Met {
    other: KeyId,
    source: String,
    agent: String,
}

/// All findings as of one moment.
#[derive(Debug)]
struct Review {
    epoch: u64,
    limits: Limits,
    made: Time,
    /// What, and the slot of its key; for a group its place in `groups`.
    found: Vec<(Practice, u32)>,
    groups: Vec<Group>,
    mixed: HashMap<KeyId, Met>,
    shared: HashMap<KeyId, Met>,
    since: Option<Time>,
    looked_at: u64,
    gaps: Vec<String>,
}

impl Registry {
    pub(super) fn review_page(
        &self,
        limits: Limits,
        text: &str,
        window: Window,
        ticket: &Ticket,
    ) -> Result<ReviewPage, Refusal> {
        let review = self.review(limits, ticket)?;
        let fitting = self.fitting(&review, text);
        let found = fitting.as_deref().unwrap_or(&review.found);
        let (from, to) = bounds(window, found.len());
        let rows = &found[from..to];
        let mut counts: Vec<(Practice, u64)> = Vec::new();
        for (practice, _) in found {
            match counts.last_mut() {
                Some((last, count)) if last == practice => *count += 1,
                _ => counts.push((*practice, 1)),
            }
        }
        Ok(ReviewPage {
            stamp: review.epoch.wrapping_mul(1 << 20).wrapping_add(review.made.0.cast_unsigned() & 0xf_ffff),
            total: found.len() as u64,
            of: review.found.len() as u64,
            counts,
            offset: from as u64,
            rows: self.worded(&review, rows),
            looked_at: review.looked_at,
            gaps: review.gaps.clone(),
        })
    }

    /// The findings that have all words, in practice, severity or key; none where no words were given.
    fn fitting(&self, review: &Review, text: &str) -> Option<Vec<(Practice, u32)>> {
        let words: Vec<String> = text.split_whitespace().map(fold).collect();
        if words.is_empty() {
            return None;
        }
        let index = self.read();
        let fits = |(practice, place): &&(Practice, u32)| {
            let own = fold(&format!("{}\n{}", practice.name(), practice.severity().name()));
            let group = review.groups.get(*place as usize).filter(|_| *practice == Practice::SharedGroup);
            let of = match group {
                Some(group) => Some(fold(&format!("{}\n{}", group.code, group.description.as_str()))),
                None => index.live(*place).map(|live| live.haystack.to_string()),
            };
            of.is_some_and(|of| words.iter().all(|word| own.contains(word) || of.contains(word)))
        };
        Some(review.found.iter().filter(fits).copied().collect())
    }

    /// The review as it is kept, or a new one.
    fn review(&self, limits: Limits, ticket: &Ticket) -> Result<Arc<Review>, Refusal> {
        let (epoch, now) = (self.read().epoch, self.clock.now());
        let kept = lock(&self.reviews.kept).clone();
        let valid = |kept: &Arc<Review>| {
            kept.epoch == epoch && kept.limits == limits && (0..FRESH).contains(&(now.0 - kept.made.0))
        };
        if let Some(kept) = kept.filter(valid) {
            return Ok(kept);
        }
        let made = Arc::new(self.make_review(limits, now, ticket)?);
        *lock(&self.reviews.kept) = Some(Arc::clone(&made));
        Ok(made)
    }

    fn make_review(&self, limits: Limits, now: Time, ticket: &Ticket) -> Result<Review, Refusal> {
        let keys: Vec<Member> = {
            let index = self.read();
            let active = index.newest_first().filter(|(_, live)| counts(&live.record, now));
            let partner = |key: &KeyId| {
                let rotation = index.rotation_of(key)?;
                Some(if rotation.old == *key { rotation.new } else { rotation.old })
            };
            active.map(|(_, live)| (live.record.key, partner(&live.record.key))).collect()
        };
        let (calls, since) = self.calls(&keys, ticket)?;
        let (mixed, shared) = meetings(&keys, &calls, now);
        let index = self.read();
        let groups: Vec<Group> = index.groups().map(|live| live.group.clone()).collect();
        let (mut found, mut ahead) = (Vec::new(), 0u64);
        let (nothing, mut looked_at) = (Calls::default(), 0);
        for (seen, (slot, live)) in index.newest_first().enumerate() {
            if seen % 4096 == 0 && ticket.is_cancelled() {
                return Err(Refusal::Cancelled);
            }
            let record = &live.record;
            let Some(group) = index.group(&record.group).filter(|_| counts(record, now)) else { continue };
            looked_at += 1;
            ahead += u64::from(record.last_used.is_some_and(|last| last > now) || record.created > now);
            let Calls { kept: callers, gone } = calls.get(&record.key).unwrap_or(&nothing);
            let (mixed, shared) = (mixed.contains_key(&record.key), shared.contains_key(&record.key));
            let used = Use { callers, gone: *gone, since, mixed, shared };
            found.extend(
                findings(record, &group.group, &used, limits, now).into_iter().map(|what| (what, slot)),
            );
        }
        let across = index.groups().zip(0..).filter(|(live, _)| {
            let [production, others @ ..] = live.in_environment;
            production > 0 && others.iter().any(|count| *count > 0)
        });
        found.extend(across.map(|(_, place)| (Practice::SharedGroup, place)));
        let epoch = index.epoch;
        drop(index);
        found.sort_unstable();
        let gaps = self.gaps(since, ahead, limits, now);
        Ok(Review { epoch, limits, made: now, found, groups, mixed, shared, since, looked_at, gaps })
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
        let mut gaps = Vec::new();
        let longest = i64::from(limits.unused.max(limits.silent)) * 86_400;
        match since {
            None => gaps.push(
                "No call was ever noted: whether keys are used, and from where, is not known".to_owned(),
            ),
            Some(since) if now.0.saturating_sub(since.0) < longest => gaps
                .push(format!("The logon history begins {}: what happened before is not known", date(since))),
            Some(_) => {}
        }
        if ahead > 0 {
            gaps.push(format!(
                "{ahead} keys were made or used at a time that lies ahead: the clock was set back, and their age is not known"
            ));
        }
        gaps.extend(self.history.trouble().map(|trouble| format!("The logon history has a hole: {trouble}")));
        gaps
    }

    /// Rows with their evidence.
    fn worded(&self, review: &Review, rows: &[(Practice, u32)]) -> Vec<Finding> {
        let keys: Vec<KeyId> = {
            let index = self.read();
            let key = |(practice, slot): &(Practice, u32)| {
                (*practice != Practice::SharedGroup).then(|| Some(index.live(*slot)?.record.key))?
            };
            rows.iter().filter_map(key).collect()
        };
        let calls: HashMap<KeyId, Calls> = {
            let known = self.history.known();
            let of = |key: &KeyId| {
                let of = known.of(key);
                (*key, Calls { kept: of.kept.clone(), gone: of.gone })
            };
            keys.iter().map(of).collect()
        };
        let index = self.read();
        rows.iter().filter_map(|(practice, place)| review.row(&index, &calls, *practice, *place)).collect()
    }
}

fn counts(record: &ApiKey, now: Time) -> bool {
    record.status == Status::Active && !record.expired_at(now)
}

/// An Active key, and the other half of its rotation.
type Member = (KeyId, Option<KeyId>);
/// Whom a key meets.
type Meetings = HashMap<KeyId, Met>;

/// Production keys that meet keys of other environments at a source; keys that share a caller with another one.
fn meetings(keys: &[Member], calls: &HashMap<KeyId, Calls>, now: Time) -> (Meetings, Meetings) {
    let mut by_source: HashMap<&str, KeyId> = HashMap::new();
    let mut by_caller: HashMap<(&str, &str), Vec<Member>> = HashMap::new();
    let lately = |key: &KeyId| {
        let kept = calls.get(key).into_iter().flat_map(|calls| &calls.kept);
        // Calls of this machine itself, by hand, say nothing of where a key is kept.
        kept.filter(|caller| now.0.saturating_sub(caller.last.0) <= LATELY && caller.source != "local")
    };
    for (key, partner) in keys {
        for caller in lately(key) {
            if key.environment() != Environment::Production {
                by_source.insert(&caller.source, *key);
            }
            let of = by_caller.entry((&caller.source, &caller.agent)).or_default();
            if of.len() < 4 {
                of.push((*key, *partner));
            }
        }
    }
    let (mut mixed, mut shared) = (HashMap::new(), HashMap::new());
    for (key, partner) in keys {
        for caller in lately(key) {
            let met = |other| Met { other, source: caller.source.clone(), agent: caller.agent.clone() };
            if key.environment() == Environment::Production
                && let Some(other) = by_source.get(caller.source.as_str())
            {
                mixed.entry(*key).or_insert_with(|| met(*other));
            }
            let others = by_caller.get(&(caller.source.as_str(), caller.agent.as_str()));
            // Both halves of a rotation are used by one caller while it moves over; other environments are told above.
            let other = others.into_iter().flatten().find(|(other, _)| {
                other != key && Some(*other) != *partner && other.environment() == key.environment()
            });
            if let Some((other, _)) = other {
                shared.entry(*key).or_insert_with(|| met(*other));
            }
        }
    }
    (mixed, shared)
}
