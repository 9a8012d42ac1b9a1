//! How a store comes back: head, journal and checkpoint must agree, or it is mended and said, or it is refused.
//!
//! Never an empty or an older list. A healthy store is opened from the checkpoint; of the journal only the lines after
//! it are read. Knows nothing of appending.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::Opening;
use super::entry::StoreError;
use super::head::{Found, Head, HeadFile, SLOT, read_slots};
use super::holding::{Lock, fingerprint, store_key, write_new};
use super::index::Index;
use super::journal::{Journal, Position, STEP, Tail, last_line_fits, tail};
use super::medium::{disk, options, shown};
use super::milestone::Watch;
use super::place::{self, names, quoted};
use super::state::State;
use super::trial::Trial;
use crate::credential::StoreKey;

mod search;

use search::Search;

/// Everything that the writer starts from.
pub(super) struct Opened {
    pub dir: PathBuf,
    pub lock: Lock,
    pub journal: Journal,
    pub head: HeadFile,
    pub state: State,
    /// The checkpoint and where it stands; none where the file system does not let it open.
    pub index: Option<(Index, Head)>,
    pub store_key: StoreKey,
    pub notes: Vec<String>,
}

/// The store is damaged: which file, and how.
pub(super) fn damaged(dir: &Path, name: &str, what: &str) -> StoreError {
    StoreError::Refused {
        sentence: format!("{} {what}", shown(&dir.join(name))),
        hint: format!(
            "`claviger --store {0} store check` tells more, `claviger --store {0} store repair` rebuilds what can be rebuilt",
            quoted(dir)
        ),
    }
}

pub(super) fn newer(dir: &Path, name: &str, version: u32) -> StoreError {
    StoreError::Refused {
        sentence: format!("{} has format {version}, which a newer claviger wrote", shown(&dir.join(name))),
        hint: "use that newer claviger; this one changes nothing here".to_owned(),
    }
}

/// Finds the directory, sees to its permissions and takes its lock; makes the store where that is wanted.
pub(super) fn enter(dir: &Path, create: bool) -> Result<(PathBuf, Lock), StoreError> {
    place::set_umask();
    if create {
        place::make_directory(dir)?;
    }
    let dir = place::resolve(dir)?;
    place::check_directory(&dir)?;
    let has = |name: &str| dir.join(name).symlink_metadata().is_ok();
    let nothing = ![names::HEAD, names::JOURNAL, names::INDEX, names::STORE_KEY].into_iter().any(has);
    if nothing {
        may_be_made(&dir, create)?;
    }
    let lock = Lock::take(&dir)?;
    place::check_files(&dir)?;
    if !has(names::HEAD) {
        if !nothing && !was_interrupted(&dir, has(names::INDEX)) {
            return Err(damaged(&dir, names::HEAD, "is missing"));
        }
        may_be_made(&dir, create)?;
        make(&dir)?;
    }
    Ok((dir, lock))
}

fn may_be_made(dir: &Path, create: bool) -> Result<(), StoreError> {
    if !create {
        return Err(StoreError::Refused {
            sentence: format!("There is no store in {}", shown(dir)),
            hint: "`claviger` makes one there; `--store DIR` or CLAVIGER_STORE names another directory"
                .to_owned(),
        });
    }
    for entry in fs::read_dir(dir).map_err(|e| disk(dir, "read", &e))? {
        let name = entry.map_err(|e| disk(dir, "read", &e))?.file_name();
        let name = name.to_string_lossy();
        let known =
            [names::LOCK, names::JOURNAL, names::STORE_KEY, "claviger.toml", "routes.toml"].contains(&&*name);
        if !known && !name.ends_with(".new") && !name.ends_with(".sock") {
            return Err(StoreError::Refused {
                sentence: format!("{} has no store in it, but other files", shown(dir)),
                hint: "name an empty directory, or one that is not there yet, with --store DIR".to_owned(),
            });
        }
    }
    Ok(())
}

/// Whether making the store was cut short: `head` is written last, the journal has not a line.
fn was_interrupted(dir: &Path, has_index: bool) -> bool {
    let untouched = || -> io::Result<bool> {
        let journal = File::open(dir.join(names::JOURNAL))?;
        let found = tail(&journal, Position::START, journal.metadata()?.len())?;
        Ok(found.clean && found.end == Position::START)
    };
    !has_index && untouched().unwrap_or(false)
}

fn make(dir: &Path) -> Result<(), StoreError> {
    let path = dir.join(names::JOURNAL);
    let file = options().write(true).create(true).truncate(true).open(&path);
    file.and_then(|f| f.sync_all()).map_err(|e| disk(&path, "created", &e))?;
    store_key(dir)?;
    write_new(dir, names::HEAD, &[Head::EMPTY.to_slot(), Head::EMPTY.to_slot()].concat())?;
    dir.parent().map_or(Ok(()), place::sync_directory)
}

/// Opens the store in a directory, and tells how far it is.
pub(super) fn open(
    dir: &Path,
    opening: &Opening,
    trial: &Trial,
    watch: Watch<'_>,
) -> Result<Opened, StoreError> {
    let (dir, lock) = enter(dir, opening.create)?;
    let path = dir.join(names::JOURNAL);
    let file = match options().read(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(damaged(&dir, names::JOURNAL, "is missing"));
        }
        Err(error) => return Err(disk(&path, "opened", &error)),
    };
    let (found, head) = read_head(&dir)?;
    let (head, tail) = check_journal(&dir, &file, &found, head, trial)?;
    let (store_key, lost) = store_key(&dir)?;
    let mut notes = Vec::new();
    if lost {
        notes.push("The store key was lost and a new one was made: Secrets of older keys are checked by Argon2 alone".into());
    }
    let search =
        Search { dir: &dir, file: &file, head, tail, trial, store_key: fingerprint(&store_key), watch };
    let (state, index, time) = search.state(&mut notes)?;
    if let Some(wanted) = opening.expect_revision.filter(|r| *r > tail.end.revision) {
        return Err(StoreError::Refused {
            sentence: format!(
                "The store stands at revision {}, and {wanted} was expected",
                tail.end.revision
            ),
            hint: "an older set of files was put back: find the newer one, or leave out --expect-revision"
                .to_owned(),
        });
    }
    let mut journal = Journal::open(&path, tail.end.length, trial)?;
    let mut head_file = HeadFile::open(&dir.join(names::HEAD), head, found.place, trial)?;
    if !tail.clean {
        journal.cut(tail.end.length)?;
        notes.push(
            "An unfinished change at the end of the journal was removed: it was never acknowledged".into(),
        );
    }
    if tail.end.revision > head.revision {
        head_file.write(state.head_at(&tail.end, time))?;
        notes.push(format!(
            "A change that was saved but not yet acknowledged was kept (revision {})",
            tail.end.revision
        ));
    }
    if found.one_bad {
        head_file.write(head_file.current)?;
        notes.push("One of the two places in `head` was damaged and was written anew".into());
    }
    journal.top_up();
    if journal.medium().size().is_ok_and(|size| size < STEP / 2) {
        notes.push("The disk is full: only disabling and deleting keys may still be saved".into());
    }
    Ok(Opened { dir, lock, journal, head: head_file, state, index, store_key, notes })
}

/// Both slots, and the one that counts.
pub(super) fn read_head(dir: &Path) -> Result<(Found, Head), StoreError> {
    let path = dir.join(names::HEAD);
    let bytes = fs::read(&path).map_err(|e| disk(&path, "read", &e))?;
    let found = read_slots(bytes.get(..2 * SLOT).unwrap_or(&bytes));
    if let Some(version) = found.newer {
        return Err(newer(dir, names::HEAD, version));
    }
    let head = found.head.ok_or_else(|| damaged(dir, names::HEAD, "is damaged in both places"))?;
    Ok((found, head))
}

/// The journal must reach as far as `head` says, and end there as it says; what follows may be torn.
fn check_journal(
    dir: &Path,
    file: &File,
    found: &Found,
    head: Head,
    trial: &Trial,
) -> Result<(Head, Tail), StoreError> {
    let path = dir.join(names::JOURNAL);
    let unreadable = |e: io::Error| disk(&path, "read", &e);
    let size = file.metadata().map_err(unreadable)?.len();
    let fits = size >= head.length && last_line_fits(file, &Position::from(&head)).map_err(unreadable)?;
    if !fits && trial.without_head {
        // The control of the fault tests: whatever whole lines there are count as the store.
        let tail = tail(file, Position::START, size).map_err(unreadable)?;
        return Ok((Head { revision: tail.end.revision, length: tail.end.length, ..head }, tail));
    }
    if !fits {
        let what = format!(
            "does not hold revision {} as `head` names it: it was cut, damaged or exchanged",
            head.revision
        );
        return Err(damaged(dir, names::JOURNAL, &what));
    }
    let tail = tail(file, Position::from(&head), size).map_err(unreadable)?;
    if let Some(version) = tail.newer {
        return Err(newer(dir, names::JOURNAL, version.into()));
    }
    if found.one_bad && !tail.clean {
        return Err(damaged(dir, names::HEAD, "is damaged in one place, and the journal is torn at its end"));
    }
    Ok((head, tail))
}
