//! `claviger keys show`: all about some keys, but never a Secret.

use serde::Serialize;

use super::list::status;
use super::{details, impact, least, parse_keys};
use crate::cli::arguments::ShowKeys;
use crate::cli::failure::Failure;
use crate::cli::json::{Array, KeyJson, line};
use crate::cli::listing;
use crate::cli::output::Output;
use crate::cli::pages::{ask, mismatch};
use crate::cli::setting::Setting;
use crate::cli::table::{Cell, Look};
use crate::clock::{exact, relative};
use crate::model::{KeyId, Time};
use crate::registry::{Answer, Door, KeyDetails, Query, Standing};

/// Shows some keys.
pub fn run(args: &ShowKeys, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let keys = parse_keys(&args.keys)?;
    let door = setting.open()?;
    if args.impact {
        return impact::run(&*door, &keys, setting, out);
    }
    if args.least_privilege {
        return least::run(&*door, &keys, setting, out);
    }
    let details = details(&*door, &keys)?;
    if setting.json {
        let told = keys.iter().map(|key| standing(&*door, *key)).collect::<Result<Vec<_>, _>>()?;
        let shown = |(details, standing)| Shown::of(details, standing, setting.now());
        match &details.iter().zip(&told).map(shown).collect::<Vec<_>>()[..] {
            [one] => out.line(&line(one)?)?,
            several => {
                let mut array = Array::default();
                several.iter().try_for_each(|one| array.item(out, one))?;
                array.end(out)?;
            }
        }
    } else {
        for (index, details) in details.iter().enumerate() {
            if index > 0 {
                out.line("")?;
            }
            let standing = standing(&*door, details.row.record.key)?;
            text(details, &standing, setting, out)?;
        }
    }
    out.finish()
}

/// A key, and why it stopped.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    key: KeyJson<'a>,
    /// `disabled`, `rotated`, `expired`, `regrouped`, `group_changed`, `never_called` or `well`.
    standing: &'static str,
    standing_sentence: String,
}

impl<'a> Shown<'a> {
    fn of(details: &'a KeyDetails, standing: &Standing, now: Time) -> Self {
        let (standing, standing_sentence) = (standing.code(), standing.sentence(now));
        Self { key: KeyJson::from(&details.row.record), standing, standing_sentence }
    }
}

fn standing(door: &dyn Door, key: KeyId) -> Result<Standing, Failure> {
    match ask(door, Query::Standing { key })? {
        Answer::Standing(standing) => Ok(standing),
        _ => Err(mismatch()),
    }
}

fn text(
    details: &KeyDetails,
    standing: &Standing,
    setting: &Setting,
    out: &mut Output,
) -> Result<(), Failure> {
    let (record, now) = (&details.row.record, setting.now());
    let moment = |time: Time| format!("{} ({})", exact(time), relative(time, now));
    let never = || "never".to_owned();
    let group = format!("{} ({}, {})", record.group, details.group_description, details.group_role.name());
    let secret = if record.secret_copied {
        Cell::new("shown once at creation; cannot be retrieved")
    } else {
        Cell::new("never confirmed as copied: if nobody has it, create another key and delete this one")
            .looking(Look::Warning)
    };
    let expires = record.expires.map_or_else(never, moment);
    let expires =
        Cell::made(expires).looking(if record.expired_at(now) { Look::Warning } else { Look::Normal });
    let rotate = record.rotate_every.map_or_else(never, |days| format!("{} days", days.get()));
    let reach = details.reach.join("; ");
    let fields = [
        ("Description", Cell::new(record.description.as_str())),
        ("User Group", Cell::made(group)),
        ("May reach", Cell::made(reach)),
        ("Key", Cell::new(record.key.as_str())),
        ("Secret", secret),
        ("Status", status(&details.row)),
        ("Standing", Cell::made(standing.sentence(now))),
        ("Environment", Cell::new(record.key.environment().name())),
        ("Created", Cell::made(moment(record.created))),
        ("Modified", Cell::made(format!("{} by {}", moment(record.modified), record.modified_by))),
        ("Last Used", Cell::made(record.last_used.map_or_else(never, moment))),
        ("Expires", expires),
        ("Rotate Every", Cell::made(rotate)),
        ("Owner", Cell::new(record.owner.as_ref().map_or("nobody named", |owner| owner.as_str()))),
    ];
    listing::fields(fields, setting.paint, out)
}
