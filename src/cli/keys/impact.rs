//! `claviger keys show --impact`: who would break if a key stopped, as the logon history knows it.

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::json::{Array, line};
use crate::cli::listing;
use crate::cli::output::Output;
use crate::cli::pages::{ask, mismatch};
use crate::cli::setting::Setting;
use crate::cli::table::{Cell, Look};
use crate::clock::{relative, rfc3339};
use crate::model::{KeyId, Outlook, Time};
use crate::registry::{Answer, CallerImpact, Door, KeyImpact, Query, Selection, next_call, within};

/// Prints what each of these keys means to whom.
pub fn run(door: &dyn Door, keys: &[KeyId], setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let told = keys.iter().map(|key| of(door, *key)).collect::<Result<Vec<_>, _>>()?;
    let now = setting.now();
    match &told[..] {
        [one] if setting.json => out.line(&line(&Report::of(one, now))?)?,
        several if setting.json => {
            let mut array = Array::default();
            several.iter().try_for_each(|one| array.item(out, &Report::of(one, now)))?;
            array.end(out)?;
        }
        several => {
            for (place, one) in several.iter().enumerate() {
                if place > 0 {
                    out.line("")?;
                }
                text(one, setting, out)?;
            }
        }
    }
    out.finish()
}

fn of(door: &dyn Door, key: KeyId) -> Result<KeyImpact, Failure> {
    let Answer::Impact(impact) = ask(door, Query::Impact { keys: Selection::of([key]) })? else {
        return Err(mismatch());
    };
    impact.worst.into_iter().next().ok_or_else(mismatch)
}

fn text(told: &KeyImpact, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let now = setting.now();
    let look = if told.outlook.breaks() { Look::Warning } else { Look::Normal };
    let fields = [
        ("Description", Cell::new(&told.description)),
        ("Key", Cell::new(told.key.as_str())),
        ("If it stops", Cell::made(told.sentence(now)).looking(look)),
        ("Known from", Cell::made(told.coverage())),
    ];
    listing::fields(fields, setting.paint, out)?;
    if told.callers.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let headings = ["Source", "Agent", "Last Call", "Calls", "Rhythm", "Tables"];
    listing::table(headings, told.callers.iter().map(|caller| cells(caller, now)), setting.paint, out)?;
    if told.gone > 0 {
        out.line(&format!("and {} earlier, of which only the number is kept", told.gone))?;
    }
    Ok(())
}

fn cells(caller: &CallerImpact, now: Time) -> [Cell<'_>; 6] {
    let look = if caller.outlook.breaks() { Look::Warning } else { Look::Normal };
    [
        Cell::new(&caller.source),
        Cell::new(&caller.agent),
        Cell::made(relative(caller.last, now)),
        Cell::made(caller.calls.to_string()),
        Cell::made(caller.habit(now)).looking(look),
        Cell::made(caller.tables.join(", ")),
    ]
}

/// One key for scripts.
#[derive(Debug, Serialize)]
struct Report<'a> {
    key: &'a str,
    description: &'a str,
    verdict: &'static str,
    /// `minutes`, `hours` or `days`: how soon a call would fail.
    within: Option<&'static str>,
    sentence: String,
    last_used: Option<String>,
    since: Option<String>,
    callers: Vec<CallerJson<'a>>,
    earlier_callers: u32,
}

#[derive(Debug, Serialize)]
struct CallerJson<'a> {
    source: &'a str,
    agent: Option<&'a str>,
    verdict: &'static str,
    last_call: String,
    calls: u64,
    rhythm: Option<String>,
    every_seconds: Option<i64>,
    regular: Option<bool>,
    next_call: Option<String>,
    sentence: Option<String>,
    tables: &'a [String],
}

const fn code(outlook: Outlook) -> &'static str {
    match outlook {
        Outlook::Never => "never_used",
        Outlook::Refused => "refused",
        Outlook::Silent(_) => "silent",
        Outlook::Unclear(_) => "unclear",
        Outlook::Breaks(_) => "in_use",
    }
}

const fn next(outlook: Outlook) -> Option<Time> {
    match outlook {
        Outlook::Breaks(next) => Some(next),
        _ => None,
    }
}

impl<'a> Report<'a> {
    fn of(told: &'a KeyImpact, now: Time) -> Self {
        Self {
            key: told.key.as_str(),
            description: &told.description,
            verdict: code(told.outlook),
            within: next(told.outlook).map(|next| within(next, now)),
            sentence: told.sentence(now),
            last_used: told.last.as_ref().map(|last| rfc3339(last.time)),
            since: told.since.map(rfc3339),
            callers: told.callers.iter().map(|caller| CallerJson::of(caller, now)).collect(),
            earlier_callers: told.gone,
        }
    }
}

impl<'a> CallerJson<'a> {
    fn of(caller: &'a CallerImpact, now: Time) -> Self {
        let next = next(caller.outlook);
        Self {
            source: &caller.source,
            agent: Some(caller.agent.as_str()).filter(|agent| !agent.is_empty()),
            verdict: code(caller.outlook),
            last_call: rfc3339(caller.last),
            calls: caller.calls,
            rhythm: caller.rhythm.as_ref().map(crate::model::Rhythm::words),
            every_seconds: caller.rhythm.map(|rhythm| rhythm.every),
            regular: caller.rhythm.map(|rhythm| rhythm.is_regular()),
            next_call: next.map(rfc3339),
            sentence: next.map(|next| next_call(next, now)),
            tables: &caller.tables,
        }
    }
}
