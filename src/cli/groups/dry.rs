//! `claviger groups edit --dry-run`: a week of calls held against the group as it would be.

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::json;
use crate::cli::output::{Output, remark};
use crate::cli::pages::{ask, mismatch};
use crate::cli::setting::Setting;
use crate::clock::{date, rfc3339};
use crate::model::GroupCode;
use crate::model::text::escape;
use crate::registry::{Answer, Door, GroupEdit, Query, Replayed};

/// The figures for scripts.
#[derive(Debug, Serialize)]
struct ReplayedJson<'a> {
    group: &'a str,
    since: String,
    calls: u64,
    refused: u64,
    unknown: u64,
    keys: u64,
    gap: Option<&'a str>,
    worst: Vec<WorstJson<'a>>,
}

#[derive(Debug, Serialize)]
struct WorstJson<'a> {
    key: &'a str,
    description: &'a str,
    refused: u64,
}

/// Tells what the edit would have refused; nothing is changed.
pub fn run(
    door: &dyn Door,
    code: &GroupCode,
    edit: GroupEdit,
    setting: &Setting,
    out: &mut Output,
) -> Result<(), Failure> {
    let Answer::Replay(found) = ask(door, Query::Replay { code: code.clone(), edit })? else {
        return Err(mismatch());
    };
    let Replayed { replay, keys, worst, since, gap } = &*found;
    if setting.json {
        let worst = worst.iter().map(|(key, description, refused)| WorstJson {
            key: key.as_str(),
            description,
            refused: *refused,
        });
        out.line(&json::line(&ReplayedJson {
            group: code.as_str(),
            since: rfc3339(*since),
            calls: replay.calls,
            refused: replay.refused,
            unknown: replay.unknown,
            keys: *keys,
            gap: gap.as_deref(),
            worst: worst.collect(),
        })?)?;
        return out.finish();
    }
    let noun = if *keys == 1 { "key" } else { "keys" };
    out.line(&format!(
        "{keys} {noun} would have been refused {} of {} calls since {}",
        replay.refused,
        replay.calls,
        date(*since)
    ))?;
    for (key, description, refused) in worst {
        out.line(&format!("  {key}  {}: {refused}", escape(description)))?;
    }
    if replay.unknown > 0 {
        out.line(&format!(
            "{} calls a record filter would decide: not known without the records",
            replay.unknown
        ))?;
    }
    out.finish()?;
    if let Some(gap) = gap {
        remark(&format!("note: the logon history has a hole: {gap}"));
    }
    remark("Nothing was changed");
    Ok(())
}
