//! `claviger due`: keys whose rotation or expiry is due, for people, scripts, cron and calendars.

use serde::Serialize;

use super::arguments::Due;
use super::failure::{Exit, Failure};
use super::json::Array;
use super::listing;
use super::output::{Output, remark};
use super::pages::walk;
use super::setting::Setting;
use super::table::{Cell, Look};
use super::when::ahead;
use crate::clock::{date, relative, rfc3339};
use crate::model::Time;
use crate::registry::{Door, DuePage, DueRow, Query, Window};

mod calendar;

/// The span that counts as due where none is given.
const SOON: &str = "14d";
/// A date that no key has.
const NEVER: Time = Time(253_402_300_799);

/// Prints what is due.
///
/// # Errors
/// When WHEN does not parse, the door refuses, or something is due ([`Exit::Findings`]).
pub fn run(args: &Due, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let within = args.within.as_deref();
    // A calendar looks further ahead than a reminder: all dates are in it unless it is told otherwise.
    let until = match within {
        None if args.ics => NEVER,
        within => ahead("--within", within.unwrap_or(SOON), setting.now())?,
    };
    let door = setting.open()?;
    if args.ics {
        let mut events = Vec::new();
        each(&*door, until, &mut |row| {
            events.push(row);
            Ok(())
        })?;
        out.text(&calendar::written(&events, setting.now()))?;
        return out.finish();
    }
    let count = if setting.json { json(&*door, until, out)? } else { table(&*door, until, setting, out)? };
    out.finish()?;
    match count {
        0 => Ok(()),
        _ => Err(Failure::new(
            Exit::Findings,
            format!(
                "{} due by {}",
                if count == 1 { "1 date is".into() } else { format!("{count} dates are") },
                date(until)
            ),
            "rotate the key or give it another date: `claviger keys edit KEY --expires WHEN --rotate-every DAYS`; a key that nobody needs: `claviger keys disable KEY`",
        )),
    }
}

fn each(
    door: &dyn Door,
    until: Time,
    see: &mut dyn FnMut(DueRow) -> Result<(), Failure>,
) -> Result<(), Failure> {
    walk::<DuePage>(door, None, |window: Window| Query::Due { until, window }, see).map(drop)
}

/// One date for scripts.
#[derive(Debug, Serialize)]
struct DueJson<'a> {
    key: &'a str,
    description: &'a str,
    what: &'static str,
    due: String,
}

fn json(door: &dyn Door, until: Time, out: &mut Output) -> Result<u64, Failure> {
    let (mut array, mut count) = (Array::default(), 0);
    each(door, until, &mut |row| {
        count += 1;
        let (key, description) = (row.key.as_str(), row.description.as_str());
        array.item(out, &DueJson { key, description, what: row.what.code(), due: rfc3339(row.due) })
    })?;
    array.end(out)?;
    Ok(count)
}

fn table(door: &dyn Door, until: Time, setting: &Setting, out: &mut Output) -> Result<u64, Failure> {
    let now = setting.now();
    let mut rows = Vec::new();
    each(door, until, &mut |row| {
        rows.push(row);
        Ok(())
    })?;
    if rows.is_empty() {
        remark(&format!("Nothing is due by {}", date(until)));
        return Ok(0);
    }
    let headings = ["Due", "", "What", "Description", "Key"];
    listing::table(headings, rows.iter().map(|row| cells(row, now)), setting.paint, out)?;
    Ok(rows.len() as u64)
}

fn cells(row: &DueRow, now: Time) -> [Cell<'_>; 5] {
    let look = if row.due <= now { Look::Warning } else { Look::Normal };
    [
        Cell::made(date(row.due)),
        Cell::made(relative(row.due, now)).looking(look),
        Cell::new(row.what.code()),
        Cell::new(&row.description),
        Cell::new(row.key.as_str()),
    ]
}
