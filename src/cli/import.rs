//! `claviger keys import`: many keys at once, all of them or none.
//!
//! Every line is checked before anything is made; then Secrets are made and hashed on all cores, written and synced
//! to a new file, and only then is everything saved in one commit. At no moment is there a key whose Secret nobody has.

use serde::Serialize;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::arguments::ImportKeys;
use super::failure::{Exit, Failure};
use super::groups::name_of;
use super::json;
use super::output::{Output, remark};
use super::pages::{ask, mismatch};
use super::progress::watched;
use super::setting::Setting;
use crate::credential::{Cost, Hasher};
use crate::model::GroupCode;
use crate::model::text::escape;
use crate::registry::{Command, Door, Outcome, Query, Refusal, Ticket};

mod mint;
mod rows;
mod secrets_file;

use secrets_file::SecretsFile;

/// The largest file that is read: about two million lines.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What was done, for scripts.
#[derive(Debug, Serialize)]
struct Imported<'a> {
    imported: u64,
    secrets: &'a str,
}

/// Imports.
///
/// # Errors
/// When any line is wrong, OUT cannot be made, or the store refuses: then nothing was imported and OUT is not there.
pub fn run(args: &ImportKeys, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let bytes = read(&args.file)?;
    let rows = rows::parse(&bytes, setting.now())?;
    drop(bytes);
    let door = setting.open()?;
    let drafts = rows::with_known_groups(rows, &mut known_groups(&*door))?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&stop)).map_err(|e| {
            Failure::new(Exit::Failed, format!("Signals could not be watched: {e}"), "try again")
        })?;
    }
    let mut file = SecretsFile::create(&args.secrets)?;
    let hasher = Hasher::for_this_machine(Cost::DEFAULT);
    let made = mint::make(drafts, &hasher, &door.store_key()?, &*setting.clock, &stop)?;
    file.write(&made)?;
    let keys: Vec<_> = made.into_iter().map(|made| made.prepared).collect();
    if stop.load(Ordering::SeqCst) {
        return Err(mint::stopped());
    }
    let ticket = Ticket::new();
    let command = Command::ImportKeys { keys };
    let done = watched("Saving", &*setting.clock, &ticket, || door.execute(command, &ticket))?;
    file.keep();
    let Outcome::KeysImported(imported) = done.outcome else { return Err(mismatch()) };
    let name = args.secrets.to_string_lossy();
    if setting.json {
        out.line(&json::line(&Imported { imported, secrets: &name })?)?;
    } else {
        let keys = if imported == 1 { "key" } else { "keys" };
        out.line(&format!("Imported {imported} {keys}; their Secrets are in {}", escape(&name)))?;
    }
    out.finish()?;
    remark("Hand the Secrets over, then delete that file: they cannot be retrieved from the store");
    Ok(())
}

/// Whether a group is there, each asked for once.
fn known_groups(door: &dyn Door) -> impl FnMut(&GroupCode) -> Result<bool, Refusal> {
    let mut known = HashMap::new();
    move |code| {
        if let Some(there) = known.get(code) {
            return Ok(*there);
        }
        let there = match ask(door, Query::Group { code: code.clone() }) {
            Ok(_) => true,
            Err(Refusal::NoSuchGroup(_)) => false,
            Err(refusal) => return Err(refusal),
        };
        known.insert(code.clone(), there);
        Ok(there)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let name = name_of(path);
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    let failed = |sentence, hint| Failure::new(Exit::Failed, sentence, hint);
    read.map_err(|e| failed(format!("{name} could not be read: {e}"), "name a CSV file that you may read"))?;
    if bytes.len() as u64 > LARGEST {
        return Err(failed(format!("{name} is larger than 256 MiB"), "cut it and import the parts"));
    }
    Ok(bytes)
}
