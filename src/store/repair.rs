//! `store repair`: rebuilds what can be rebuilt, says what it did, and never lets a disabled key come back.
//!
//! Where every acknowledged change is still told by the journal or kept by the checkpoint, nothing is lost. Where some are
//! lost for ever it does nothing unless that is accepted, and then every key is disabled: nobody knows which ones were.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::Path;

use super::codec::{self, CodecError};
use super::entry::{Entry, StoreError, Subject};
use super::head::Head;
use super::holding::{Lock, write_new};
use super::index::{Index, IndexError};
use super::medium::{disk, options};
use super::milestone::Count;
use super::opening::damaged;
use super::place::{self, names};
use super::state::State;
use super::survey::Survey;
use super::{Opening, Store};
use crate::credential::Proof;
use crate::model::{About, Account, ApiKey, ChangeKind, Group, GroupCode, Note, Status, Time};

/// Where a new store is made before it takes the damaged one's place.
const MADE: &str = "repair.new";
/// In there once it is whole.
const COMPLETE: &str = "complete";

/// What `store repair` did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// Revision of the store now.
    pub revision: u64,
    /// What was done, in sentences; empty where nothing was wrong.
    pub done: Vec<String>,
    /// How many keys were disabled because nobody knows whether they should be.
    pub disabled: u64,
}

/// Mends a store. `now` is the time written into changes that this makes.
///
/// # Errors
/// [`StoreError::Refused`] where changes would be lost and `accept_loss` does not say so, else as opening.
pub fn repair(
    dir: &Path,
    accept_loss: bool,
    now: Time,
    progress: &dyn Fn(u64, u64),
) -> Result<Repaired, StoreError> {
    place::set_umask();
    let dir = place::resolve(dir)?;
    place::check_directory(&dir)?;
    place::check_files(&dir)?;
    let mut done: Vec<String> = Vec::new();
    if dir.join(MADE).join(COMPLETE).exists() {
        let _lock = Lock::take(&dir)?;
        exchange(&dir)?;
        done.push("A repair that was cut short was brought to its end".to_owned());
    }
    // Opening mends what it can by itself, and closing brings the checkpoint to the last change.
    match Store::open(&dir, &Opening::default()) {
        Ok((store, contents)) => {
            done.extend(contents.notes);
            store.close()?;
        }
        Err(StoreError::Refused { .. }) => {}
        Err(other) => return Err(other),
    }
    let lock = Lock::take(&dir)?;
    let survey = Survey::of(&dir, progress)?;
    let (told, known) = (survey.reached.0.revision, survey.known_to());
    let head = survey.head();
    let told_all = told == known && survey.head_agrees;
    if survey.findings.is_empty() {
        return Ok(Repaired { revision: told, done, disabled: 0 });
    }
    if known == 0 {
        return Err(damaged(&dir, names::JOURNAL, "and the checkpoint tell nothing: only a backup can help"));
    }
    let kept_all = survey.kept.as_ref().is_some_and(|k| head == Some(k.1));
    let lost = !told_all && !kept_all;
    if lost && !accept_loss {
        let saved = told.max(survey.kept.as_ref().map_or(0, |k| k.1.revision));
        return Err(StoreError::Refused {
            sentence: format!(
                "Changes after revision {saved} are lost (there were at least {known}): nothing was changed"
            ),
            hint: format!(
                "`claviger restore FILE` brings back a backup; `claviger --store {} store repair --accept-loss` keeps \
                 what is left and disables every key, since nobody knows which were",
                place::quoted(&dir)
            ),
        });
    }
    let from_kept = !told_all && survey.kept.as_ref().is_some_and(|k| kept_all || k.1.revision > told);
    if from_kept {
        retell(&dir, &survey, now, &mut done)?;
    } else {
        retrace(&dir, &survey, &mut done)?;
    }
    drop(survey);
    drop(lock);
    let (mut store, contents) = Store::open(&dir, &Opening::default())?;
    done.extend(contents.notes.iter().cloned());
    let keys: Vec<ApiKey> = contents.keys.iter().map(|(_, key, _)| key.to_key()).collect();
    let (mut revision, mut disabled) = (contents.revision, 0);
    if lost {
        let entries: Vec<Entry> =
            keys.iter().filter(|k| k.status == Status::Active).map(|k| disable(k, now)).collect();
        disabled = entries.len() as u64;
        revision = store.append(now, &account()?, entries, &|_, _| {})?;
        done.push(format!(
            "Changes up to revision {known} were lost; {disabled} keys were disabled to be safe"
        ));
    }
    store.close()?;
    Ok(Repaired { revision, done, disabled })
}

fn account() -> Result<Account, StoreError> {
    Account::parse("claviger store repair")
        .map_err(|e| StoreError::Disk { sentence: e.sentence, hint: e.hint })
}

fn disable(key: &ApiKey, now: Time) -> Entry {
    let after = ApiKey { status: Status::Disabled, modified: now, ..key.clone() };
    Entry::KeyPut { kind: ChangeKind::KeyDisabled, before: Some(key.clone()), after, proof: None }
}

/// The journal counts: it is cut after its last good change, and head and checkpoint are made from it.
fn retrace(dir: &Path, survey: &Survey, done: &mut Vec<String>) -> Result<(), StoreError> {
    let (at, time) = survey.reached;
    let path = dir.join(names::JOURNAL);
    if !survey.clean || survey.head().is_some_and(|h| h.length > at.length) {
        keep(dir, names::JOURNAL, done)?;
        let cut =
            options().write(true).open(&path).and_then(|f| f.set_len(at.length).and_then(|()| f.sync_all()));
        cut.map_err(|e| disk(&path, "cut", &e))?;
        done.push(format!("The journal was cut after revision {}", at.revision));
    }
    let head = survey.told.head_at(&at, time);
    write_new(dir, names::HEAD, &[head.to_slot(), head.to_slot()].concat())?;
    done.push(format!("`head` was written anew from the journal: revision {}", at.revision));
    if survey.kept.as_ref().is_none_or(|k| k.1.revision > at.revision) && dir.join(names::INDEX).exists() {
        let index = dir.join(names::INDEX);
        fs::remove_dir_all(&index).map_err(|e| disk(&index, "removed", &e))?;
    }
    Ok(())
}

/// The checkpoint counts: its records become the first lines of a new journal.
fn retell(dir: &Path, survey: &Survey, now: Time, done: &mut Vec<String>) -> Result<(), StoreError> {
    let Some((index, kept)) = &survey.kept else {
        return Err(damaged(dir, names::INDEX, "is not whole"));
    };
    let made = dir.join(MADE);
    let _ = fs::remove_dir_all(&made);
    let runs =
        entries(index, kept).map_err(|e| damaged(dir, names::INDEX, &format!("cannot be used: {e}")))?;
    let (mut fresh, _) = Store::open(&made, &Opening { create: true, expect_revision: None })?;
    let mut count = 0;
    for (made_with, entries) in runs {
        fresh.fingerprint = made_with;
        count += entries.len();
        fresh.append(now, &account()?, entries, &|_, _| {})?;
    }
    fresh.close()?;
    keep(dir, names::JOURNAL, done)?;
    write_new(&made, COMPLETE, b"all files in this directory are whole\n")?;
    exchange(dir)?;
    done.push(format!(
        "A new journal was written from the checkpoint's {count} records; its revisions begin anew"
    ));
    Ok(())
}

/// Puts a finished new store in the place of the damaged one. Until all is in its place there is no `head`, so that
/// nothing opens it, and a second repair goes on here.
fn exchange(dir: &Path) -> Result<(), StoreError> {
    let made = dir.join(MADE);
    let moves = || -> io::Result<()> {
        if made.join(names::HEAD).exists() && dir.join(names::HEAD).exists() {
            fs::remove_file(dir.join(names::HEAD))?;
        }
        for name in [names::JOURNAL, names::INDEX, names::HEAD].into_iter().filter(|n| made.join(n).exists())
        {
            if name == names::INDEX && dir.join(name).exists() {
                fs::remove_dir_all(dir.join(name))?;
            }
            fs::rename(made.join(name), dir.join(name))?;
        }
        fs::remove_dir_all(&made)
    };
    moves().map_err(|e| disk(&made, "put in its place", &e))?;
    place::sync_directory(dir)
}

/// All records as if they came to be now, in runs whose pre-checks were made with the same store key.
fn entries(index: &Index, kept: &Head) -> Result<Vec<(u32, Vec<Entry>)>, IndexError> {
    let mut state = State::new(0);
    index.load(kept, &mut state, &mut Count::untold())?;
    let notes = std::mem::take(&mut state.notes);
    let whose: HashSet<About> = notes.values().map(Note::about).collect();
    let of_groups: HashMap<GroupCode, Subject> = state
        .groups
        .values()
        .filter(|group| whose.contains(&About::Group(group.code.clone())))
        .map(|group| (group.code.clone(), Subject::of_group(group)))
        .collect();
    let group = |after: Group| Entry::GroupPut { kind: ChangeKind::GroupCreated, before: None, after };
    let groups = std::mem::take(&mut state.groups).into_values().map(group).collect();
    let mut runs: Vec<(u32, Vec<Entry>)> = vec![(0, groups)];
    let rotations = std::mem::take(&mut state.rotations);
    let mut subjects = HashMap::new();
    for (_, after, _) in state.take_roll().iter() {
        let after = after.to_key();
        if whose.contains(&About::Key(after.key))
            || rotations.values().any(|r| r.part_of(after.key).is_some())
        {
            subjects.insert(after.key, Subject::of(&after));
        }
        let value = index.key(after.number)?.ok_or(CodecError::Damaged)?;
        let seal = codec::decode_key(&value)?.seal;
        let proof = Some(Proof::from_parts(seal.phc, seal.precheck));
        let entry = Entry::KeyPut { kind: ChangeKind::KeyCreated, before: None, after, proof };
        match runs.last_mut() {
            Some((made_with, run)) if *made_with == seal.made_with => run.push(entry),
            _ => runs.push((seal.made_with, vec![entry])),
        }
    }
    let kind = ChangeKind::RotationStarted;
    let started: Vec<Entry> = rotations
        .into_values()
        .filter_map(|after| {
            let subject = subjects.get(&after.old).or_else(|| subjects.get(&after.new))?.clone();
            Some(Entry::RotationPut { kind, before: None, after, subject })
        })
        .collect();
    let written = notes.into_values().filter_map(|after| {
        let subject = match after.about() {
            About::Key(key) => subjects.get(&key),
            About::Group(code) => of_groups.get(&code),
        };
        Some(Entry::NotePut { before: None, subject: subject?.clone(), after })
    });
    if let Some((_, run)) = runs.last_mut() {
        run.extend(started.into_iter().chain(written));
    }
    Ok(runs)
}

/// A copy of a damaged file stays beside it.
fn keep(dir: &Path, name: &str, done: &mut Vec<String>) -> Result<(), StoreError> {
    let copy = dir.join(format!("{name}.damaged"));
    if !dir.join(name).exists() {
        return Ok(());
    }
    fs::copy(dir.join(name), &copy).map_err(|e| disk(&copy, "written", &e))?;
    done.push(format!("The damaged {name} was kept as {name}.damaged"));
    Ok(())
}
