//! `backup` and `restore`: the whole store in one file with a checksum, taken while changes go on.
//!
//! The file is a header, the store key, the head, the journal's lines up to it, and SHA-256 of all that. The checkpoint is
//! not in it: opening rebuilds it, and must come to the digest that the head names.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::entry::StoreError;
use super::head::{Head, SLOT, Slot, read_slot};
use super::holding::{key_file, read_key_file, write_new};
use super::journal::{Position, walk};
use super::medium::{disk, options, shown};
use super::place::{self, names};
use super::reader::Reader;
use super::{Opening, Store};
use crate::model::Time;

const MAGIC: &[u8; 16] = b"claviger backup\n";
const VERSION: u32 = 1;
const KEY_FILE: usize = 44;
const BLOCK: usize = 1 << 20;

/// What a backup file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Revision of its last change.
    pub revision: u64,
    /// When that was made; `None` for an empty store.
    pub written: Option<Time>,
    /// Keys in it.
    pub keys: u64,
    /// Groups in it.
    pub groups: u64,
    /// Size of the file in bytes.
    pub bytes: u64,
}

fn saved(head: &Head) -> Saved {
    Saved {
        revision: head.revision,
        written: (head.revision > 0).then_some(Time(head.time)),
        keys: head.keys,
        groups: head.groups,
        bytes: (MAGIC.len() + 4 + KEY_FILE + SLOT + 32) as u64 + head.length,
    }
}

/// Writes and hashes on the way.
struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Hashing<W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.inner.write_all(bytes)
    }
}

impl Reader {
    /// Writes a backup of everything acknowledged so far into a new file (0600), and waits for the disk. Changes go on
    /// meanwhile. The chain of the lines is verified on the way: a damaged journal makes no backup.
    ///
    /// # Errors
    /// When the file is there already or cannot be written, or the journal is damaged or cannot be read.
    pub fn backup(&self, file: &Path, progress: &dyn Fn(u64, u64)) -> Result<Saved, StoreError> {
        let mut out =
            options().write(true).create_new(true).open(file).map_err(|e| disk(file, "created", &e))?;
        let copied = self.backup_into(&mut out, file, progress).and_then(|saved| {
            out.sync_all().map_err(|e| disk(file, "written", &e))?;
            match file.parent() {
                Some(parent) if parent.as_os_str().is_empty() => place::sync_directory(Path::new("."))?,
                Some(parent) => place::sync_directory(parent)?,
                None => {}
            }
            Ok(saved)
        });
        if copied.is_err() {
            let _ = fs::remove_file(file);
        }
        copied
    }

    /// As [`Reader::backup`], to wherever the caller keeps it; `file` is what errors call that place.
    ///
    /// # Errors
    /// When it cannot be written there, or the journal is damaged or cannot be read.
    pub fn backup_into(
        &self,
        out: &mut dyn Write,
        file: &Path,
        progress: &dyn Fn(u64, u64),
    ) -> Result<Saved, StoreError> {
        let shared = self.shared();
        let head = shared.tip().head;
        let key =
            Zeroizing::new(fs::read(shared.key_path()).map_err(|e| disk(&shared.key_path(), "read", &e))?);
        if read_key_file(&key).is_none() {
            return Err(StoreError::Refused {
                sentence: format!("{} is damaged", shown(&shared.key_path())),
                hint: "start claviger again: it makes a new store key".to_owned(),
            });
        }
        self.copy_to(out, &head, &key, file, progress).map(|()| saved(&head))
    }

    fn copy_to(
        &self,
        out: &mut dyn Write,
        head: &Head,
        key: &[u8],
        file: &Path,
        progress: &dyn Fn(u64, u64),
    ) -> Result<(), StoreError> {
        let shared = self.shared();
        let verified = walk(&shared.journal, Position::START, head.length, &mut |_, _, after| {
            if after.revision.is_multiple_of(4096) {
                progress(after.length / 2, head.length);
            }
            Ok(())
        });
        verified.map_err(|broken| self.damaged(broken.after.revision + 1, &broken.what))?;
        let unwritten = |e: io::Error| disk(file, "written", &e);
        let mut out = Hashing { inner: out, hash: Sha256::new() };
        for part in [MAGIC, &VERSION.to_le_bytes()[..], key, &head.to_slot()] {
            out.put(part).map_err(unwritten)?;
        }
        let mut block = vec![0; BLOCK];
        let mut at = 0;
        while at < head.length {
            let step = usize::try_from(head.length - at).unwrap_or(BLOCK).min(BLOCK);
            shared
                .journal
                .read_exact_at(&mut block[..step], at)
                .map_err(|e| disk(&shared.path, "read", &e))?;
            out.put(&block[..step]).map_err(unwritten)?;
            at += step as u64;
            progress(head.length / 2 + at / 2, head.length);
        }
        let hash = out.hash.finalize();
        out.inner.write_all(&hash).map_err(unwritten)
    }
}

fn refused(file: &Path, what: &str) -> StoreError {
    StoreError::Refused {
        sentence: format!("{} {what}", shown(file)),
        hint: "nothing was restored; use another backup".to_owned(),
    }
}

/// Reads so many bytes and hashes them.
fn take<const N: usize>(input: &mut impl Read, hash: &mut Sha256) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    hash.update(bytes);
    Ok(bytes)
}

/// Makes a store from a backup in a directory that is absent or empty, and opens it once to see that it comes to the
/// digest that was saved. A failed restore leaves no `head`, so that nothing takes it for a store.
///
/// # Errors
/// When the directory holds anything, the file is not a whole backup, or the file system says no.
pub fn restore(file: &Path, dir: &Path, progress: &dyn Fn(u64, u64)) -> Result<Saved, StoreError> {
    place::set_umask();
    let unreadable = |e: io::Error| match e.kind() {
        io::ErrorKind::UnexpectedEof => refused(file, "is cut: it is not a whole backup"),
        _ => disk(file, "read", &e),
    };
    let input = File::open(file).map_err(unreadable)?;
    let size = input.metadata().map_err(unreadable)?.len();
    let (mut input, mut hash) = (BufReader::with_capacity(BLOCK, input), Sha256::new());
    if &take::<16>(&mut input, &mut hash).map_err(unreadable)? != MAGIC {
        return Err(refused(file, "is not a backup of claviger"));
    }
    let version = u32::from_le_bytes(take(&mut input, &mut hash).map_err(unreadable)?);
    if version != VERSION {
        return Err(refused(file, &format!("has format {version}, which a newer claviger wrote")));
    }
    let key = Zeroizing::new(take::<KEY_FILE>(&mut input, &mut hash).map_err(unreadable)?);
    let slot = take::<SLOT>(&mut input, &mut hash).map_err(unreadable)?;
    let (Some(key), Slot::Good(head)) = (read_key_file(&key[..]), read_slot(&slot)) else {
        return Err(refused(file, "is damaged at its start"));
    };
    if size != saved(&head).bytes {
        return Err(refused(file, "is cut or too long: it is not a whole backup"));
    }
    place::make_directory(dir)?;
    let dir = place::resolve(dir)?;
    place::check_directory(&dir)?;
    if fs::read_dir(&dir).map_err(|e| disk(&dir, "read", &e))?.next().is_some() {
        return Err(refused(&dir, "is not empty, and a restore never overwrites anything"));
    }
    let journal = dir.join(names::JOURNAL);
    let mut out =
        options().write(true).create_new(true).open(&journal).map_err(|e| disk(&journal, "created", &e))?;
    let mut block = vec![0; BLOCK];
    let mut rest = head.length;
    while rest > 0 {
        let step = usize::try_from(rest).unwrap_or(BLOCK).min(BLOCK);
        input.read_exact(&mut block[..step]).map_err(unreadable)?;
        hash.update(&block[..step]);
        out.write_all(&block[..step]).map_err(|e| disk(&journal, "written", &e))?;
        rest -= step as u64;
        progress(head.length - rest, head.length);
    }
    let mut sum = [0; 32];
    input.read_exact(&mut sum).map_err(unreadable)?;
    if sum != <[u8; 32]>::from(hash.finalize()) {
        drop(out);
        let _ = fs::remove_file(&journal);
        return Err(refused(file, "is damaged: its checksum does not fit"));
    }
    out.sync_all().map_err(|e| disk(&journal, "synced", &e))?;
    write_new(&dir, names::STORE_KEY, &key_file(&key))?;
    write_new(&dir, names::HEAD, &[head.to_slot(), head.to_slot()].concat())?;
    let (store, _) = Store::open(&dir, &Opening { create: false, expect_revision: Some(head.revision) })?;
    store.close()?;
    Ok(saved(&head))
}
