//! What a finding rests on, in words that are safe to show.

use std::collections::HashMap;

use super::{Calls, Met, Review};
use crate::clock::date;
use crate::model::text::escape;
use crate::model::{Environment, KeyId, KeyRef, Practice, Use, known_from, recent_sources, unused_rights};
use crate::registry::index::{Index, LiveGroup};
use crate::registry::query::Finding;

/// So many of several things are named.
const NAMED: usize = 3;

impl Review {
    /// One row; none when its key or group is gone since.
    pub(super) fn row(
        &self,
        index: &Index,
        calls: &HashMap<KeyId, Calls>,
        practice: Practice,
        place: u32,
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
            Practice::SecretSeen => places(index, record.key, true),
            Practice::KeySeen => places(index, record.key, false),
            Practice::MixedEnvironments => meeting(self.mixed.get(&record.key)),
            Practice::SharedCaller => meeting(self.shared.get(&record.key)),
            Practice::Unrestricted => format!("user group {} is ADMIN", record.group),
            Practice::SharedKey => sources(&used, self),
            Practice::UnusedRights => {
                let never = unused_rights(record, &group.group, &used, self.made);
                let from = known_from(record, self.since).map_or_else(String::new, date);
                format!("{} never used since {from}", some(&never))
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

fn sources(used: &Use<'_>, review: &Review) -> String {
    let sources: Vec<String> = recent_sources(used, review.made).into_iter().map(str::to_owned).collect();
    let more = if used.gone > 0 { " at least" } else { "" };
    format!("{} sources{more} in 30 days: {}", sources.len(), some(&sources))
}

/// Where a scan met a key, or its Secret: the latest first.
fn places(index: &Index, key: KeyId, secret: bool) -> String {
    let all = index.notes.sightings(key).into_iter().filter(|one| one.secret == secret);
    let all: Vec<String> =
        all.map(|one| format!("{} (noted {})", one.place.as_str(), date(one.seen.time))).collect();
    format!("in {}", some(&all))
}

/// The first of them, and how many more.
fn some(all: &[String]) -> String {
    let named: Vec<_> = all.iter().take(NAMED).map(|one| escape(one)).collect();
    let named = named.join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

fn environments(live: &LiveGroup) -> String {
    let each = Environment::ALL.into_iter().zip(live.in_environment).filter(|(_, count)| *count > 0);
    let each: Vec<_> = each.map(|(environment, count)| format!("{count} {}", environment.name())).collect();
    format!("keys of {}", each.join(", "))
}
