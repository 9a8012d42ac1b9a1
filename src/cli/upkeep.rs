//! `claviger backup`, `restore` and `store …`: the store as files, not as keys.

use serde::Serialize;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::arguments::{Backup, Repair, Restore, StoreVerb};
use super::failure::{Exit, Failure};
use super::json;
use super::output::{Output, remark};
use super::progress::watched;
use super::setting::Setting;
use crate::clock::{exact, rfc3339};
use crate::model::Time;
use crate::model::text::escape;
use crate::registry::{Door, Ticket};
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
    let ticket = Ticket::new();
    let saved = if let Some(door) = setting.attached()? {
        watched("Saving", &*setting.clock, &ticket, || fetch(&*door, &args.file, &ticket))?
    } else {
        let store = setting.hold()?;
        let reader = store.reader();
        let saved = watched("Saving", &*setting.clock, &ticket, || {
            reader.backup(&args.file, &|done, total| ticket.progress(done, total))
        })?;
        store.close()?;
        saved
    };
    tell(saved, &format!("Saved to {}", escape(&args.file.to_string_lossy())), setting, out)?;
    remark("It holds the hashes of all Secrets, those of deleted keys too: keep it like the store itself");
    Ok(())
}

/// Takes a backup from the server that holds the store, into a new file of this account.
fn fetch(door: &dyn Door, path: &Path, ticket: &Ticket) -> Result<Saved, Failure> {
    let unwritten = |error: &io::Error| {
        let sentence = format!("{} could not be written: {error}", escape(&path.to_string_lossy()));
        Failure::new(Exit::Failed, sentence, "name a new file where there is room")
    };
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut target = Target { file: opened.map_err(|e| unwritten(&e))?, failed: None };
    let fetched = door.backup(&mut target, ticket).map_err(|refusal| match &target.failed {
        Some(error) => unwritten(error),
        None => Failure::from(refusal),
    });
    let kept = fetched.and_then(|saved| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = File::open(parent.unwrap_or(Path::new(".")));
        let synced = target.file.sync_all().and_then(|()| directory?.sync_all());
        synced.map(|()| saved).map_err(|e| unwritten(&e))
    });
    if kept.is_err() {
        // Half a backup is none.
        let _ = fs::remove_file(path);
    }
    kept
}

/// A file that remembers why it could not be written: the door only knows that it went wrong.
struct Target {
    file: File,
    failed: Option<io::Error>,
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.failed = Some(io::Error::new(error.kind(), error.to_string()));
            }
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
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
