//! The store's directory: made 0700, and trusted only if nobody else could have put something there.
//!
//! Knows owners, bits and symlinks; not what the files hold.

use std::fs::{self, DirBuilder, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

use super::entry::StoreError;
use super::medium::{disk, shown};

/// Names of the store's files.
pub(super) mod names {
    /// The journal.
    pub(in crate::store) const JOURNAL: &str = "journal";
    /// How far it goes.
    pub(in crate::store) const HEAD: &str = "head";
    /// The key of the pre-check.
    pub(in crate::store) const STORE_KEY: &str = "store.key";
    /// Held by the process that has the store, whose pid is in it.
    pub(in crate::store) const LOCK: &str = "lock";
    /// The logon history.
    pub(in crate::store) use super::super::history::NAME as HISTORY;
    /// The checkpoint.
    pub(in crate::store) use super::super::index::NAME as INDEX;
}

/// From here on this process creates nothing that others may read: sled names no mode, and makes files at any time.
pub(super) fn set_umask() {
    rustix::process::umask(Mode::from_raw_mode(0o077));
}

fn refused(sentence: String, hint: String) -> StoreError {
    StoreError::Refused { sentence, hint }
}

/// A path as a shell takes it.
pub(super) fn quoted(path: &Path) -> String {
    let text = shown(path);
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+@%:,".contains(&b));
    if plain { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Makes the directory (and those above it) if it is not there.
pub(super) fn make_directory(dir: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|e| disk(dir, "created", &e))
}

/// The directory without symlinks on the way to it.
pub(super) fn resolve(dir: &Path) -> Result<PathBuf, StoreError> {
    fs::canonicalize(dir).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => refused(
            format!("There is no store in {}", shown(dir)),
            "`claviger` makes one there; `--store DIR` or CLAVIGER_STORE names another directory".to_owned(),
        ),
        _ => disk(dir, "opened", &e),
    })
}

fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// The primary group of an account, as the system's table has it.
fn primary_group(uid: u32) -> Option<u32> {
    let table = fs::read_to_string("/etc/passwd").unwrap_or_default();
    table.lines().find_map(|line| {
        let mut fields = line.split(':').skip(2);
        (fields.next()?.parse() == Ok(uid)).then(|| fields.next()?.parse().ok())?
    })
}

/// Refuses a directory that others may enter, that others own, or that others could replace.
pub(super) fn check_directory(dir: &Path) -> Result<(), StoreError> {
    let meta = fs::symlink_metadata(dir).map_err(|e| disk(dir, "looked at", &e))?;
    if !meta.is_dir() {
        return Err(refused(
            format!("{} is not a directory", shown(dir)),
            "`--store DIR` names another one".to_owned(),
        ));
    }
    check_owner(dir, &meta)?;
    if meta.mode() & 0o077 != 0 {
        let sentence =
            format!("The store {} is open to other accounts (mode {:o})", shown(dir), meta.mode() & 0o7777);
        // Closing a directory that others live in (`--store /tmp`) would hurt more than it mends.
        let hint = if holds_other_things(dir) {
            "name an empty directory, or one that is not there yet, with --store DIR".to_owned()
        } else {
            format!("chmod 700 {}", quoted(dir))
        };
        return Err(refused(sentence, hint));
    }
    for parent in dir.ancestors().skip(1) {
        let meta = fs::metadata(parent).map_err(|e| disk(parent, "looked at", &e))?;
        let mode = meta.mode();
        if mode & 0o1000 != 0 {
            continue;
        }
        let by_group = mode & 0o020 != 0 && primary_group(meta.uid()) != Some(meta.gid());
        if mode & 0o002 != 0 || by_group {
            let sentence = format!(
                "{}, above the store, can be written by other accounts (mode {:o})",
                shown(parent),
                mode & 0o7777
            );
            let bits = if mode & 0o002 != 0 { "go-w" } else { "g-w" };
            return Err(refused(sentence, format!("chmod {bits} {}", quoted(parent))));
        }
    }
    Ok(())
}

/// Whether a directory holds something, and it is no store.
fn holds_other_things(dir: &Path) -> bool {
    let any = fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    any && ![names::JOURNAL, names::HEAD, names::STORE_KEY].iter().any(|name| dir.join(name).exists())
}

fn check_owner(path: &Path, meta: &Metadata) -> Result<(), StoreError> {
    let own = own_uid();
    if meta.uid() == own {
        return Ok(());
    }
    let sentence = format!("{} belongs to account {}, and claviger runs as {own}", shown(path), meta.uid());
    Err(refused(sentence, format!("chown {own} {}, or run claviger as that account", quoted(path))))
}

/// Refuses symlinks, foreign files, and our own files where others may read or write them.
pub(super) fn check_files(dir: &Path) -> Result<(), StoreError> {
    check_entries(dir, true)?;
    let inner = [names::INDEX, names::HISTORY].map(|name| dir.join(name));
    inner.iter().filter(|inner| inner.is_dir()).try_for_each(|inner| check_entries(inner, false))
}

fn check_entries(dir: &Path, top: bool) -> Result<(), StoreError> {
    let entries = fs::read_dir(dir).map_err(|e| disk(dir, "read", &e))?;
    for entry in entries {
        let path = entry.map_err(|e| disk(dir, "read", &e))?.path();
        let meta = match fs::symlink_metadata(&path) {
            Ok(meta) => meta,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(disk(&path, "looked at", &error)),
        };
        if meta.is_symlink() {
            let sentence = format!("{} is a symbolic link", shown(&path));
            return Err(refused(sentence, format!("put the file itself there: ls -l {}", quoted(&path))));
        }
        check_owner(&path, &meta)?;
        let ours = !top || path.file_name().and_then(|n| n.to_str()).is_some_and(is_ours);
        if ours && meta.mode() & 0o077 != 0 {
            let mode = if meta.is_dir() { 700 } else { 600 };
            let sentence =
                format!("{} is open to other accounts (mode {:o})", shown(&path), meta.mode() & 0o7777);
            return Err(refused(sentence, format!("chmod {mode} {}", quoted(&path))));
        }
    }
    Ok(())
}

fn is_ours(name: &str) -> bool {
    [names::JOURNAL, names::HEAD, names::STORE_KEY, names::LOCK, names::INDEX, names::HISTORY].contains(&name)
}

/// Waits until names made or removed in this directory are on the disk.
pub(super) fn sync_directory(dir: &Path) -> Result<(), StoreError> {
    fs::File::open(dir).and_then(|d| d.sync_all()).map_err(|e| disk(dir, "synced", &e))
}
