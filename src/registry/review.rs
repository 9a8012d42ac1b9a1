//! The review at the door: findings over all keys, the worst first, kept for a while so that windows agree.
//!
//! Who meets whom is gathered first, then each key is judged by the rules; evidence is worded for the rows of a window
//! only. Index and history are never held together.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::door::Ticket;
use super::query::{Basis, Finding, ReviewPage, Window};
use super::selection::bounds;
use super::{Refusal, Registry, lock};
use crate::model::text::fold;
use crate::model::{Caller, Group, KeyId, Limits, Practice, SomeLimits, Time};
use crate::sync::Mutex;
use evidence::Length;

mod accepted;
mod deck;
mod evidence;
mod making;
mod meetings;

/// Days go by whatever happens: a review is made anew after so many seconds.
const FRESH: i64 = 300;

/// So many reviews are kept: one person's windows stay together while another asks anew, or with other limits.
const KEPT: usize = 2;

/// The reviews that were made last, the latest first, and how many were made.
#[derive(Debug, Default)]
pub(super) struct Reviews {
    kept: Mutex<(u64, VecDeque<Arc<Review>>)>,
}

/// What a review rests on: as long as it is the same, so are the findings, but for the days that go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ground {
    limits: Limits,
    epoch: u64,
    revision: u64,
    /// Calls that were accepted since the store was opened.
    calls: u64,
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
    stamp: u64,
    ground: Ground,
    made: Time,
    /// What, and the slot of its key; for a group its place in `groups`.
    found: Vec<(Practice, u32)>,
    /// What was found and is accepted.
    accepted: Vec<(Practice, u32)>,
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
        limits: SomeLimits,
        text: &str,
        (stamp, whole): (Option<u64>, bool),
        window: Window,
        ticket: &Ticket,
    ) -> Result<ReviewPage, Refusal> {
        let review = self.review(limits.over(self.limits), stamp, ticket)?;
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
            stamp: review.stamp,
            total: found.len() as u64,
            of: review.found.len() as u64,
            accepted: review.accepted.len() as u64,
            counts,
            offset: from as u64,
            rows: self.told(&review, rows, if whole { Length::Whole } else { Length::Row }),
            looked_at: review.looked_at,
            gaps: review.gaps.clone(),
            basis: Basis {
                made: review.made,
                revision: review.ground.revision,
                limits: review.ground.limits,
                since: review.since,
            },
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
                None => index.live(*place).map(|live| live.words()),
            };
            of.is_some_and(|of| words.iter().all(|word| own.contains(word) || of.contains(word)))
        };
        Some(review.found.iter().filter(fits).copied().collect())
    }

    /// The review as it is kept, or a new one. Rows that belong to the kept one come from it though calls came since.
    fn review(&self, limits: Limits, stamp: Option<u64>, ticket: &Ticket) -> Result<Arc<Review>, Refusal> {
        let calls = self.accepted_calls();
        let now = self.clock.now();
        let ground = {
            let index = self.read();
            Ground { limits, epoch: index.epoch, revision: index.revision, calls }
        };
        let fresh = |kept: &&Arc<Review>| (0..FRESH).contains(&(now.0 - kept.made.0));
        let its_own = |kept: &&Arc<Review>| {
            stamp == Some(kept.stamp) && kept.ground == Ground { calls: kept.ground.calls, ..ground }
        };
        {
            let all = &lock(&self.reviews.kept).1;
            let own = all.iter().filter(fresh).find(its_own);
            if let Some(kept) = own.or_else(|| all.iter().filter(fresh).find(|kept| kept.ground == ground)) {
                return Ok(Arc::clone(kept));
            }
        }
        let mut made = self.make_review(ground, now, ticket)?;
        let mut kept = lock(&self.reviews.kept);
        kept.0 += 1;
        // Of another process, too, no two reviews are alike.
        made.stamp = (now.0.cast_unsigned() << 16).wrapping_add(kept.0 & 0xffff);
        let made = Arc::new(made);
        kept.1.retain(|old| {
            fresh(&old) && (old.ground.epoch, old.ground.revision) == (ground.epoch, ground.revision)
        });
        kept.1.truncate(KEPT - 1);
        kept.1.push_front(Arc::clone(&made));
        Ok(made)
    }

    /// Rows with their evidence.
    fn worded(&self, review: &Review, rows: &[(Practice, u32)]) -> Vec<Finding> {
        self.told(review, rows, Length::Row)
    }

    fn told(&self, review: &Review, rows: &[(Practice, u32)], length: Length) -> Vec<Finding> {
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
        let row = |(practice, place): &(Practice, u32)| review.row(&index, &calls, *practice, *place, length);
        rows.iter().filter_map(row).collect()
    }
}
