//! Who meets whom, by the sources and agents of their calls.

use std::collections::HashMap;

use super::{Calls, Met};
use crate::model::{Environment, KeyId, LATELY, Time};

/// An Active key, and the other half of its rotation.
pub(super) type Member = (KeyId, Option<KeyId>);
/// Whom a key meets.
pub(super) type Meetings = HashMap<KeyId, Met>;

/// Production keys that meet keys of other environments at a source; keys that share a caller with another one.
pub(super) fn meetings(keys: &[Member], calls: &HashMap<KeyId, Calls>, now: Time) -> (Meetings, Meetings) {
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
