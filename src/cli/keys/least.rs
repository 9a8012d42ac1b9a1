//! `claviger keys show --least-privilege`: the tightest group for a key, proved by its own calls.

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::json::{Array, line};
use crate::cli::output::{Output, remark};
use crate::cli::pages::{ask, mismatch};
use crate::cli::setting::Setting;
use crate::clock::{date, rfc3339};
use crate::model::text::escape;
use crate::model::{Group, KeyId, reach};
use crate::registry::{Answer, Door, Query, Tightest};

/// The proposal for scripts; `proposal` is what `groups create --file` reads.
#[derive(Debug, Serialize)]
struct TightestJson<'a> {
    key: &'a str,
    description: &'a str,
    group: &'a str,
    since: String,
    first: Option<String>,
    calls: u64,
    refused: u64,
    unknown: u64,
    without_table: u64,
    unused: &'a [String],
    gap: Option<&'a str>,
    proposal: Option<&'a Group>,
}

/// Prints the proposal for each of these keys.
pub fn run(door: &dyn Door, keys: &[KeyId], setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let of = |key: &KeyId| match ask(door, Query::Tightest { key: *key })? {
        Answer::Tightest(found) => Ok((*key, *found)),
        _ => Err(mismatch()),
    };
    let found = keys.iter().map(of).collect::<Result<Vec<_>, Failure>>()?;
    match &found[..] {
        [(key, one)] if setting.json => out.line(&line(&json(key, one))?)?,
        several if setting.json => {
            let mut array = Array::default();
            several.iter().try_for_each(|(key, one)| array.item(out, &json(key, one)))?;
            array.end(out)?;
        }
        several => {
            for (place, (key, one)) in several.iter().enumerate() {
                if place > 0 {
                    out.line("")?;
                }
                text(*key, one, out)?;
            }
        }
    }
    out.finish()
}

fn json<'a>(key: &'a KeyId, found: &'a Tightest) -> TightestJson<'a> {
    TightestJson {
        key: key.as_str(),
        description: &found.description,
        group: found.now.code.as_str(),
        since: rfc3339(found.since),
        first: found.first.map(rfc3339),
        calls: found.replay.calls,
        refused: found.replay.refused,
        unknown: found.replay.unknown,
        without_table: found.bare,
        unused: &found.unused,
        gap: found.gap.as_deref(),
        proposal: found.first.map(|_| &found.proposal),
    }
}

fn text(key: KeyId, found: &Tightest, out: &mut Output) -> Result<(), Failure> {
    let Tightest { now, proposal, replay, bare, .. } = found;
    out.line(&format!("{} ({key}), user group {}", escape(&found.description), now.code))?;
    if let Some(gap) = &found.gap {
        remark(&format!("note: the logon history has a hole: {gap}"));
    }
    let Some(first) = found.first else {
        return out.line(&format!(
            "No accepted call since {} is known: nothing can be proposed",
            date(found.since)
        ));
    };
    out.line(&format!(
        "{} of {} calls since {} would have been refused by the group below",
        replay.refused,
        replay.calls,
        date(first.max(found.since))
    ))?;
    if replay.unknown > 0 {
        out.line(&format!(
            "{} of them a record filter would decide: not known without the records",
            replay.unknown
        ))?;
    }
    if *bare > 0 {
        out.line(&format!("{bare} of them named no table: any group lets those pass"))?;
    }
    if !found.unused.is_empty() {
        out.line(&format!("Never used: {}", escape(&found.unused.join(", "))))?;
    }
    let restricted = if proposal.restricted { ", restricted" } else { "" };
    out.line(&format!("Tightest: {}{restricted}", proposal.role.name()))?;
    reach(proposal).iter().try_for_each(|line| out.line(&format!("  {line}")))?;
    out.line("`--json` has it as a file for `claviger groups create --file` (field proposal; give it a code of its own)")
}
