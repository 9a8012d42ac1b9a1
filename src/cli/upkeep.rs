//! `claviger backup`, `restore` and `store …`: the store as files, not as keys.

use serde::Serialize;

use super::arguments::{Backup, Repair, Restore, StoreVerb};
use super::failure::{Exit, Failure};
use super::json;
use super::output::{Output, remark};
use super::progress::watched;
use super::setting::Setting;
use crate::clock::{exact, rfc3339};
use crate::model::Time;
use crate::model::text::escape;
use crate::registry::Ticket;
use crate::store::{self, Checked, Finding, Repaired, Saved};

/// A backup or a restored store, for scripts.
#[derive(Debug, Serialize)]
struct SavedJson {
    revision: u64,
    written: Option<String>,
    keys: u64,
    groups: u64,
    bytes: u64,
}

impl From<Saved> for SavedJson {
    fn from(Saved { revision, written, keys, groups, bytes }: Saved) -> Self {
        Self { revision, written: written.map(rfc3339), keys, groups, bytes }
    }
}

/// What a check found, for scripts.
#[derive(Debug, Serialize)]
struct CheckedJson<'a> {
    revision: u64,
    written: Option<String>,
    keys: u64,
    groups: u64,
    findings: Vec<FindingJson<'a>>,
}

#[derive(Debug, Serialize)]
struct FindingJson<'a> {
    file: &'a str,
    line: Option<u64>,
    what: &'a str,
}

impl<'a> From<&'a Finding> for FindingJson<'a> {
    fn from(Finding { file, line, what }: &'a Finding) -> Self {
        Self { file, line: *line, what }
    }
}

/// What a repair did, for scripts.
#[derive(Debug, Serialize)]
struct RepairedJson<'a> {
    revision: u64,
    done: &'a [String],
    disabled: u64,
}

/// Writes a backup of the whole store into one new file.
///
/// # Errors
/// When the store cannot be opened, or the file is there already or cannot be written.
pub fn backup(args: &Backup, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let store = setting.hold()?;
    let (reader, ticket) = (store.reader(), Ticket::new());
    let saved = watched("Saving", &*setting.clock, &ticket, || {
        reader.backup(&args.file, &|done, total| ticket.progress(done, total))
    })?;
    store.close()?;
    tell(saved, &format!("Saved to {}", escape(&args.file.to_string_lossy())), setting, out)?;
    remark("It holds the hashes of all Secrets, those of deleted keys too: keep it like the store itself");
    Ok(())
}

/// Makes a store from a backup.
///
/// # Errors
/// When the file is not a whole backup, or there is something where the store should be.
pub fn restore(args: &Restore, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let ticket = Ticket::new();
    let saved = watched("Restoring", &*setting.clock, &ticket, || {
        store::restore(&args.file, &setting.store, &|done, total| ticket.progress(done, total))
    })?;
    tell(saved, &format!("Restored to {}", escape(&setting.store.to_string_lossy())), setting, out)
}

fn tell(saved: Saved, done: &str, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    if setting.json {
        out.line(&json::line(&SavedJson::from(saved))?)?;
    } else {
        let Saved { revision, written, keys, groups, .. } = saved;
        out.line(&format!("{done}: {}, {keys} keys, {groups} user groups", standing(revision, written)))?;
    }
    out.finish()
}

fn standing(revision: u64, written: Option<Time>) -> String {
    written
        .map_or_else(|| "no change yet".to_owned(), |time| format!("revision {revision} of {}", exact(time)))
}

/// Does one of the commands about the store.
///
/// # Errors
/// As the command says.
pub fn run(verb: &StoreVerb, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    setting.must_be_there()?;
    match verb {
        StoreVerb::Check => check(setting, out),
        StoreVerb::Repair(args) => repair(args, setting, out),
    }
}

fn check(setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let ticket = Ticket::new();
    let checked = watched("Reading", &*setting.clock, &ticket, || {
        store::check(&setting.store, &|done, total| ticket.progress(done, total))
    })?;
    let Checked { revision, written, keys, groups, findings } = &checked;
    if setting.json {
        let findings = findings.iter().map(FindingJson::from).collect();
        let written = written.map(rfc3339);
        out.line(&json::line(&CheckedJson {
            revision: *revision,
            written,
            keys: *keys,
            groups: *groups,
            findings,
        })?)?;
    } else if findings.is_empty() {
        out.line(&format!("Healthy: {}, {keys} keys, {groups} user groups", standing(*revision, *written)))?;
    }
    out.finish()?;
    if findings.is_empty() {
        return Ok(());
    }
    let count =
        if findings.len() == 1 { "1 finding".to_owned() } else { format!("{} findings", findings.len()) };
    let sentence = format!("{count}; the journal is whole up to {}", standing(*revision, *written));
    let line = |Finding { file, line, what }: &Finding| {
        let place = line.map_or_else(String::new, |line| format!(", line {line}"));
        format!("{file}{place}: {what}")
    };
    let hint =
        "`claviger store repair` rebuilds what can be rebuilt; `claviger restore FILE` brings back a backup";
    Err(Failure::new(Exit::Findings, sentence, hint).with_details(findings.iter().map(line).collect()))
}

fn repair(args: &Repair, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let (ticket, now) = (Ticket::new(), setting.now());
    let Repaired { revision, done, disabled } = watched("Repairing", &*setting.clock, &ticket, || {
        store::repair(&setting.store, args.accept_loss, now, &|done, total| ticket.progress(done, total))
    })?;
    if setting.json {
        out.line(&json::line(&RepairedJson { revision, done: &done, disabled })?)?;
        return out.finish();
    }
    for sentence in &done {
        out.line(&escape(sentence))?;
    }
    out.line(&if done.is_empty() {
        format!("Nothing was wrong: revision {revision}")
    } else {
        format!("The store is whole again: revision {revision}")
    })?;
    out.finish()
}
