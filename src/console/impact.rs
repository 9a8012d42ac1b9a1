//! The panel that says who would break: in the question before a key stops, in its details, in the form.
//!
//! Turns the door's answer into items; asks nothing and decides nothing.

use super::draw::grouped;
use super::sheet::Item;
use crate::clock::relative;
use crate::model::Time;
use crate::model::text::escape;
use crate::registry::{CallerImpact, Impact, KeyImpact};

/// Callers of one key that a question tells.
const CALLERS: usize = 3;
/// Keys of many that a question tells.
const KEYS: usize = 4;

/// The panel for a question: of one key its callers, of many how they stand and the worst of them.
pub fn panel(impact: &Impact, now: Time) -> Vec<Item> {
    match &impact.worst[..] {
        [one] if impact.total == 1 => of_one(one, CALLERS, now),
        several => {
            let mut items = vec![Item::Pair("Who calls", impact.counts())];
            for told in several.iter().filter(|told| told.outlook.breaks()).take(KEYS) {
                let text = format!("{}: {}", escape(&told.description), lower(&told.sentence(now)));
                items.push(Item::Warning(text));
            }
            let shown = several.iter().filter(|told| told.outlook.breaks()).take(KEYS).count() as u64;
            if impact.breaks > shown {
                items.push(Item::Aside(format!("and {} more in use", grouped(impact.breaks - shown))));
            }
            items.push(Item::Aside(format!("{}.", impact.coverage())));
            items
        }
    }
}

/// One key: the verdict, its callers, how far back that is known.
fn of_one(told: &KeyImpact, most: usize, now: Time) -> Vec<Item> {
    let sentence = format!("{}.", told.verdict(now));
    let mut items = vec![if told.outlook.breaks() { Item::Warning(sentence) } else { Item::Text(sentence) }];
    items.extend(callers_of(told, most, now));
    items.push(Item::Aside(format!("{}.", told.coverage())));
    items
}

/// For the details: the verdict in one pair.
pub fn line(told: &KeyImpact, now: Time) -> Item {
    Item::Pair("If it stops", format!("{}. {}.", told.sentence(now), told.coverage()))
}

/// The callers of a key, two lines each.
pub fn callers_of(told: &KeyImpact, most: usize, now: Time) -> Vec<Item> {
    let mut items = Vec::new();
    for caller in told.callers.iter().take(most) {
        items.push(Item::Text(format!("{} · {}", caller.name(), caller.habit(now))));
        items.push(Item::Aside(format!("  {}", past(caller, now))));
    }
    let more = (told.callers.len().saturating_sub(most)) as u64 + u64::from(told.gone);
    if more > 0 {
        items.push(Item::Aside(format!(
            "and {} more {}",
            grouped(more),
            if more == 1 { "caller" } else { "callers" }
        )));
    }
    items
}

/// The past of a caller: its last call, how many, which tables.
fn past(caller: &CallerImpact, now: Time) -> String {
    let calls = if caller.calls == 1 { "call" } else { "calls" };
    let mut text = format!("last call {} · {} {calls}", relative(caller.last, now), grouped(caller.calls));
    let tables = caller.reach();
    if !tables.is_empty() {
        text.push_str(" · ");
        text.push_str(&tables);
    }
    text
}

/// With a small letter at the beginning, for the middle of a sentence.
fn lower(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_lowercase().chain(rest).collect())
}

#[cfg(test)]
mod tests;
