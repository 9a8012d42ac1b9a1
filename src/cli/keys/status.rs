//! `claviger keys enable`, `disable` and `delete`: all of the named keys or none.

use serde::Serialize;

use super::{counted, details, parse_keys};
use crate::cli::arguments::{DeleteKeys, SomeKeys};
use crate::cli::confirm::typed;
use crate::cli::failure::Failure;
use crate::cli::json;
use crate::cli::output::{Output, remark};
use crate::cli::pages::mismatch;
use crate::cli::setting::Setting;
use crate::model::Status;
use crate::model::text::escape;
use crate::registry::{Command, KeyDetails, Outcome, Receipt, Selection, Ticket};

/// What was done, for scripts.
#[derive(Debug, Serialize)]
struct Summary {
    changed: u64,
    unchanged: u64,
    revision: u64,
}

/// Makes keys Active or Disabled.
pub fn set(args: &SomeKeys, status: Status, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let keys = parse_keys(&args.keys)?;
    let door = setting.open()?;
    let touched: Vec<KeyDetails> =
        details(&*door, &keys)?.into_iter().filter(|details| details.row.record.status != status).collect();
    let expected = Some(keys.len() as u64);
    let command = Command::SetStatus { keys: Selection::of(keys), status, expected };
    let done = door.execute(command, &Ticket::new())?;
    let Outcome::StatusSet { receipt, .. } = done.outcome else { return Err(mismatch()) };
    if setting.json {
        print_summary(&receipt, done.revision, out)?;
    } else {
        say(&receipt, &touched, status, out)?;
    }
    out.finish()?;
    if status == Status::Disabled && receipt.changed > 0 {
        remark(
            "Their next request is refused as Invalid API Key; make sure that their systems have replacements",
        );
    }
    Ok(())
}

fn say(receipt: &Receipt, touched: &[KeyDetails], status: Status, out: &mut Output) -> Result<(), Failure> {
    let (done, verb) = match status {
        Status::Active => ("Enabled", "disable"),
        Status::Disabled => ("Disabled", "enable"),
    };
    let already = format!(
        "{} {} already",
        counted(receipt.unchanged),
        if receipt.unchanged == 1 { "was" } else { "were" }
    );
    let already = format!("{already} {}", status.name());
    if receipt.changed == 0 {
        return out.line(&format!("Nothing to do: {already}"));
    }
    let what = match touched {
        [one] => format!("{} ({})", escape(one.row.record.description.as_str()), one.row.record.key),
        _ => counted(receipt.changed),
    };
    let rest = if receipt.unchanged > 0 { format!("; {already}") } else { String::new() };
    out.line(&format!("{done} {what}{rest}"))?;
    let keys: Vec<&str> = touched.iter().map(|details| details.row.record.key.as_str()).collect();
    out.line(&format!("Undo: claviger keys {verb} {}", keys.join(" ")))
}

fn print_summary(receipt: &Receipt, revision: u64, out: &mut Output) -> Result<(), Failure> {
    out.line(&json::line(&Summary { changed: receipt.changed, unchanged: receipt.unchanged, revision })?)
}

/// Deletes keys for ever.
pub fn delete(args: &DeleteKeys, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let keys = parse_keys(&args.keys)?;
    let door = setting.open()?;
    let doomed = details(&*door, &keys)?;
    if !args.yes {
        ask_for(&doomed)?;
    }
    let expected = Some(keys.len() as u64);
    let done = door.execute(Command::DeleteKeys { keys: Selection::of(keys), expected }, &Ticket::new())?;
    let Outcome::KeysDeleted(receipt) = done.outcome else { return Err(mismatch()) };
    if setting.json {
        print_summary(&receipt, done.revision, out)?;
    } else {
        out.line(&format!("Deleted {} for ever", named(&doomed, receipt.changed)))?;
    }
    out.finish()
}

fn named(keys: &[KeyDetails], count: u64) -> String {
    match keys {
        [one] => format!("{} ({})", escape(one.row.record.description.as_str()), one.row.record.key),
        _ => counted(count),
    }
}

fn ask_for(doomed: &[KeyDetails]) -> Result<(), Failure> {
    let what = format!("Deleting {}", named(doomed, doomed.len() as u64));
    if let [one] = doomed {
        return typed(&what, one.row.record.description.as_str());
    }
    for details in doomed {
        let record = &details.row.record;
        remark(&format!("  {}  {}  {}", record.key, record.status.name(), record.description));
    }
    typed(&what, &doomed.len().to_string())
}
