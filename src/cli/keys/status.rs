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
use crate::clock::{exact, rfc3339};
use crate::model::Status;
use crate::model::text::escape;
use crate::registry::{Command, KeyDetails, Outcome, Receipt, Selection, Ticket};

/// What was done, for scripts.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    changed: u64,
    unchanged: u64,
    revision: u64,
    last_used: Option<String>,
    last_source: Option<&'a str>,
    last_agent: Option<&'a str>,
    sessions_closed: u64,
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
        print_summary(&receipt, out)?;
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
    if status == Status::Disabled {
        say_use(receipt, out)?;
    }
    let keys: Vec<&str> = touched.iter().map(|details| details.row.record.key.as_str()).collect();
    out.line(&format!("Undo: claviger keys {verb} {}", keys.join(" ")))
}

fn print_summary(receipt: &Receipt, out: &mut Output) -> Result<(), Failure> {
    out.line(&json::line(&Summary {
        changed: receipt.changed,
        unchanged: receipt.unchanged,
        revision: receipt.revision,
        last_used: receipt.last_used.map(rfc3339),
        last_source: receipt.last_source.as_deref(),
        last_agent: receipt.last_agent.as_deref(),
        sessions_closed: receipt.sessions,
    })?)
}

/// What is known of the last use, so that the person sees who may be missing the key.
fn say_use(receipt: &Receipt, out: &mut Output) -> Result<(), Failure> {
    if let Some(at) = receipt.last_used {
        let said = |word: &str, text: Option<&str>| {
            text.map_or_else(String::new, |text| format!(" {word} {}", escape(text)))
        };
        let source = said("from", receipt.last_source.as_deref());
        let agent = said("by", receipt.last_agent.as_deref());
        out.line(&format!("Last accepted call: {}{source}{agent}", exact(at)))?;
    }
    if receipt.sessions > 0 {
        out.line(&format!("Sessions closed: {}", receipt.sessions))?;
    }
    Ok(())
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
        print_summary(&receipt, out)?;
    } else {
        out.line(&format!("Deleted {} for ever", named(&doomed, receipt.changed)))?;
        say_use(&receipt, out)?;
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
