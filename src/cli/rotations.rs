//! `claviger rotations …`: the rotations under way, and how they end.

use serde::Serialize;

use super::arguments::{AbandonRotation, FinishRotation, RotationsVerb};
use super::confirm::typed;
use super::failure::Failure;
use super::json::{self, Array};
use super::output::{Output, remark};
use super::pages::{ask, mismatch, walk};
use super::setting::Setting;
use super::table::{Cell, Look, Table};
use crate::clock::{relative, rfc3339};
use crate::model::text::escape;
use crate::model::{LastUse, Next, OldCaller, State, Time};
use crate::registry::{
    Answer, Command, Door, Ended, Ending, Outcome, Pair, Query, RotationDetails, RotationsPage, Ticket,
};

/// Does one of them.
///
/// # Errors
/// As the command says.
pub fn run(verb: &RotationsVerb, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    match verb {
        RotationsVerb::List => list(setting, out),
        RotationsVerb::Finish(args) => finish(args, setting, out),
        RotationsVerb::Abandon(args) => abandon(args, setting, out),
    }
}

/// A rotation for scripts.
#[derive(Debug, Serialize)]
struct RotationJson<'a> {
    old: &'a str,
    new: &'a str,
    description: &'a str,
    started: String,
    started_by: &'a str,
    deadline: Option<String>,
    step: &'static str,
    waiting_for: String,
    first_use: Option<CallerJson<'a>>,
    disabled: Option<String>,
    delete_from: Option<String>,
    old_calls: u64,
    new_calls: u64,
    still_using_old: Vec<CallerJson<'a>>,
    refused_with_old: Vec<CallerJson<'a>>,
}

#[derive(Debug, Serialize)]
struct CallerJson<'a> {
    source: &'a str,
    agent: Option<&'a str>,
    time: String,
}

impl<'a> CallerJson<'a> {
    fn new(source: &'a str, agent: &'a str, time: Time) -> Self {
        Self { source, agent: Some(agent).filter(|agent| !agent.is_empty()), time: rfc3339(time) }
    }
}

impl<'a> RotationJson<'a> {
    fn new(found: &'a RotationDetails, now: Time) -> Self {
        let RotationDetails { rotation, evidence } = found;
        let steps = rotation.steps(evidence, now);
        let last_done = steps.iter().rev().find(|step| matches!(step.state, State::Done(_)));
        let since = evidence.old.as_ref().and_then(|old| rotation.refused_since(old, now));
        let straggler = |caller: &'a OldCaller| CallerJson::new(&caller.source, &caller.agent, caller.last);
        let used = |call: &'a LastUse| CallerJson::new(&call.source, &call.agent, call.time);
        Self {
            old: rotation.old.as_str(),
            new: rotation.new.as_str(),
            description: evidence.old.as_ref().map_or("", |old| old.description.as_str()),
            started: rfc3339(rotation.started.time),
            started_by: rotation.started.by.as_str(),
            deadline: rotation.deadline.map(rfc3339),
            step: last_done.map_or("created", |step| step.stage.code()),
            waiting_for: rotation.next(evidence, now).words(),
            first_use: evidence.first_use.as_ref().map(used),
            disabled: since.map(rfc3339),
            delete_from: since.map(|since| rfc3339(rotation.deletion_from(since))),
            old_calls: evidence.old_calls,
            new_calls: evidence.new_calls,
            still_using_old: evidence.stragglers().map(straggler).collect(),
            refused_with_old: evidence.refused.iter().map(used).collect(),
        }
    }
}

fn list(setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let door = setting.open()?;
    let now = setting.now();
    let mut found: Vec<RotationDetails> = Vec::new();
    walk::<RotationsPage>(
        &*door,
        None,
        |window| Query::Rotations { window },
        |row| {
            found.push(row);
            Ok(())
        },
    )?;
    if setting.json {
        let mut array = Array::default();
        found.iter().try_for_each(|found| array.item(out, &RotationJson::new(found, now)))?;
        array.end(out)?;
        return out.finish();
    }
    if found.is_empty() {
        remark("No rotation is under way. `claviger keys rotate KEY` starts one");
        return Ok(());
    }
    let mut table =
        Table::new(["Description", "Old Key", "New Key", "Started", "Deadline", "Now"], setting.paint);
    let rows: Vec<_> = found.iter().map(|found| row(found, now)).collect();
    table.fit_all(&rows);
    out.line(&table.head())?;
    for (row, found) in rows.iter().zip(&found) {
        out.line(&table.row(row))?;
        for caller in found.evidence.stragglers() {
            let often = caller.rhythm.map_or_else(String::new, |rhythm| format!(", {}", rhythm.words()));
            let who = who(&caller.source, &caller.agent);
            out.line(&format!(
                "  still uses the old key: {who}{often}, last {}",
                relative(caller.last, now)
            ))?;
        }
        for call in &found.evidence.refused {
            let who = who(&call.source, &call.agent);
            out.line(&format!("  is refused with the old key: {who}, last {}", relative(call.time, now)))?;
        }
    }
    out.finish()
}

fn row(found: &RotationDetails, now: Time) -> [Cell<'_>; 6] {
    let RotationDetails { rotation, evidence } = found;
    let next = rotation.next(evidence, now);
    let words = match next {
        Next::Monitor(at) => format!("{}; delete it {}", next.words(), relative(at, now)),
        other => other.words(),
    };
    let ready = matches!(next, Next::Disable | Next::Delete);
    [
        Cell::new(evidence.old.as_ref().map_or("", |old| old.description.as_str())),
        Cell::new(rotation.old.as_str()),
        Cell::new(rotation.new.as_str()),
        Cell::made(relative(rotation.started.time, now)),
        Cell::made(rotation.deadline.map_or_else(|| "by hand".to_owned(), |at| relative(at, now))),
        Cell::made(words).looking(if ready { Look::Good } else { Look::Normal }),
    ]
}

/// `10.0.0.5 by curl`
fn who(source: &str, agent: &str) -> String {
    let by = if agent.is_empty() { String::new() } else { format!(" by {}", escape(agent)) };
    format!("{}{by}", escape(source))
}

/// The rotation that the typed Key is half of.
fn find(door: &dyn Door, typed: &str) -> Result<RotationDetails, Failure> {
    match ask(door, Query::Rotation { key: typed.trim().parse()? })? {
        Answer::Rotation(found) => Ok(*found),
        _ => Err(mismatch()),
    }
}

fn pair(found: &RotationDetails) -> Pair {
    Pair { old: found.rotation.old, new: found.rotation.new }
}

fn finish(args: &FinishRotation, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let door = setting.open()?;
    let found = find(&*door, &args.key)?;
    let pair = pair(&found);
    // Whether it may end is said before anybody is asked to type anything.
    let refused = found
        .evidence
        .old
        .as_ref()
        .is_some_and(|old| found.rotation.refused_since(old, setting.now()).is_some());
    if !args.keep && !args.yes && refused {
        let description = found.evidence.old.as_ref().map_or("", |old| old.description.as_str());
        typed(&format!("Deleting {} ({})", description, pair.old), description)?;
    }
    let done = door.execute(Command::FinishRotation { pair, keep: args.keep }, &Ticket::new())?;
    end(done.outcome, setting, out)
}

fn abandon(args: &AbandonRotation, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let door = setting.open()?;
    let pair = pair(&find(&*door, &args.key)?);
    let done = door.execute(Command::AbandonRotation { pair }, &Ticket::new())?;
    end(done.outcome, setting, out)
}

/// How a rotation ended, for scripts.
#[derive(Debug, Serialize)]
struct EndedJson<'a> {
    old: &'a str,
    new: &'a str,
    old_deleted: bool,
    old_restored: bool,
    new_disabled: bool,
}

fn end(outcome: Outcome, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let Outcome::RotationEnded(ended) = outcome else { return Err(mismatch()) };
    if setting.json {
        let Ended { pair, way, .. } = &ended;
        let (old, new) = (pair.old.as_str(), pair.new.as_str());
        let (restored, disabled) = match way {
            Ending::Abandoned { restored, disabled } => (*restored, *disabled),
            Ending::Deleted | Ending::Kept => (false, false),
        };
        let line = EndedJson {
            old,
            new,
            old_deleted: *way == Ending::Deleted,
            old_restored: restored,
            new_disabled: disabled,
        };
        out.line(&json::line(&line)?)?;
        return out.finish();
    }
    for line in ended.sentences() {
        out.line(&line)?;
    }
    out.finish()
}
