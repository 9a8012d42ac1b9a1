//! What a finding rests on, in words that are safe to show.

use std::collections::HashMap;

use super::{Calls, Met, Review};
use crate::clock::date;
use crate::model::text::escape;
use crate::model::{
    About, Environment, KeyId, KeyRef, Practice, Use, known_from, recent_sources, unused_rights,
};
use crate::registry::door::Ticket;
use crate::registry::index::{Index, LiveGroup};
use crate::registry::query::Finding;
use crate::registry::{Refusal, Registry};

/// So many of several things are named in a row.
const NAMED: usize = 3;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// A row: the first of several things.
    Row,
    /// All of it.
    Whole,
}

impl Registry {
    /// A finding with all that it rests on; none when it is not found any more.
    pub(in crate::registry) fn evidence(
        &self,
        stamp: Option<u64>,
        finding: Practice,
        about: &About,
        ticket: &Ticket,
    ) -> Result<Option<Finding>, Refusal> {
        let review = self.review(self.limits, stamp, ticket)?;
        let of_finding = || review.found.iter().filter(|(practice, _)| *practice == finding);
        let place = match about {
            About::Group(code) => of_finding().find(|(_, place)| {
                review.groups.get(*place as usize).is_some_and(|group| group.code == *code)
            }),
            About::Key(key) => {
                let index = self.read();
                of_finding().find(|(_, slot)| index.live(*slot).is_some_and(|live| live.record.key == *key))
            }
        };
        Ok(place.and_then(|row| self.told(&review, &[*row], Length::Whole).pop()))
    }
}

impl Review {
    /// One row; none when its key or group is gone since.
    pub(super) fn row(
        &self,
        index: &Index,
        calls: &HashMap<KeyId, Calls>,
        practice: Practice,
        place: u32,
        length: Length,
    ) -> Option<Finding> {
        if practice == Practice::SharedGroup {
            let live = index.group(&self.groups.get(place as usize)?.code)?;
            return Some(Finding {
                practice,
                key: None,
                group: live.group.code.clone(),
                description: live.group.description.as_str().to_owned(),
                evidence: environments(live),
            });
        }
        let record = index.live(place)?.record;
        let group = index.group(record.group)?;
        let nothing = Calls::default();
        let Calls { kept: callers, gone } = calls.get(&record.key).unwrap_or(&nothing);
        let used = Use { callers, gone: *gone, since: self.since, mixed: false, shared: false, seen: None };
        let meeting = |met: Option<&Met>| met.map_or_else(String::new, |met| told(index, met));
        let evidence = match practice {
            Practice::SecretSeen => places(index, record.key, true, length),
            Practice::KeySeen => places(index, record.key, false, length),
            Practice::MixedEnvironments => meeting(self.mixed.get(&record.key)),
            Practice::SharedCaller => meeting(self.shared.get(&record.key)),
            Practice::Unrestricted => format!("user group {} is ADMIN", record.group),
            Practice::SharedKey => sources(&used, self, length),
            Practice::UnusedRights => {
                let never = unused_rights(record, &group.group, &used, self.made);
                let from = known_from(record, self.since).map_or_else(String::new, date);
                format!("{} never used since {from}", some(&never, length))
            }
            Practice::NoOwner => "nobody is named".to_owned(),
            Practice::NoExpiry => "no expiry date".to_owned(),
            Practice::SecretNotCopied => format!("created {}, no copy confirmed", date(record.created)),
            Practice::Unrotated => {
                let days = self.made.0.saturating_sub(record.created.0) / 86_400;
                format!("its Secret is {days} days old, of {}", date(record.created))
            }
            Practice::NeverUsed | Practice::Silent | Practice::SharedGroup => last_use(record, self),
        };
        Some(Finding {
            practice,
            key: Some(record.key),
            group: group.group.code.clone(),
            description: record.description.to_owned(),
            evidence,
        })
    }
}

/// When it was used last, or that it never was as far as is known.
fn last_use(record: KeyRef<'_>, review: &Review) -> String {
    match (record.last_used, known_from(record, review.since)) {
        (Some(last), _) => format!("last used {}", date(last)),
        (None, Some(from)) if from > record.created => {
            format!("created {}, not used since the history begins, {}", date(record.created), date(from))
        }
        (None, _) => format!("created {}, never used", date(record.created)),
    }
}

fn told(index: &Index, met: &Met) -> String {
    let other = index.by_key(&met.other).map_or("", |live| live.record.description);
    let agent = if met.agent.is_empty() { String::new() } else { format!(" ({})", escape(&met.agent)) };
    format!("{}{agent} uses {} ({}) too", escape(&met.source), escape(other), met.other)
}

fn sources(used: &Use<'_>, review: &Review, length: Length) -> String {
    let sources: Vec<String> = recent_sources(used, review.made).into_iter().map(str::to_owned).collect();
    let more = if used.gone > 0 { " at least" } else { "" };
    format!("{} sources{more} in 30 days: {}", sources.len(), some(&sources, length))
}

/// Where a scan met a key, or its Secret: the latest first.
fn places(index: &Index, key: KeyId, secret: bool, length: Length) -> String {
    let all = index.notes.sightings(key).into_iter().filter(|one| one.secret == secret);
    let all: Vec<String> =
        all.map(|one| format!("{} (noted {})", one.place.as_str(), date(one.seen.time))).collect();
    format!("in {}", some(&all, length))
}

/// The first of them, and how many more; or all.
fn some(all: &[String], length: Length) -> String {
    let most = if length == Length::Row { NAMED } else { usize::MAX };
    let named: Vec<_> = all.iter().take(most).map(|one| escape(one)).collect();
    let named = named.join(", ");
    match all.len().saturating_sub(most) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

fn environments(live: &LiveGroup) -> String {
    let each = Environment::ALL.into_iter().zip(live.in_environment).filter(|(_, count)| *count > 0);
    let each: Vec<_> = each.map(|(environment, count)| format!("{count} {}", environment.name())).collect();
    format!("keys of {}", each.join(", "))
}
