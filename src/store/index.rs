//! The checkpoint in sled: all live records up to one revision, so that opening need not read the whole journal.
//!
//! Trees: `keys` by creation number (big-endian), `groups` by code, `rotations` by the number of the successor, `notes` by
//! name, `offsets` by revision, `meta` with the head of that revision, written in the same transaction as the records. It and its room alone say sled. sled may panic on a
//! damaged file: that is caught here. Knows nothing of the journal.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use sled::transaction::ConflictableTransactionError;
use sled::{Batch, Transactional, Tree};

use super::codec::{self, CodecError};
use super::head::{Head, Slot, read_slot};
use super::milestone::Count;
use super::state::State;
use crate::model::ApiKey;

mod patience;
mod scan;

use patience::patient;

/// Name of its directory in the store's.
pub(super) const NAME: &str = "index";
/// sled's own default is 1 GB.
const CACHE: u64 = 16 << 20;
const META: &[u8] = b"head";

/// sled, open.
#[derive(Clone)]
pub(super) struct Index {
    db: sled::Db,
    keys: Tree,
    groups: Tree,
    rotations: Tree,
    notes: Tree,
    offsets: Tree,
    meta: Tree,
    file: PathBuf,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("file", &self.file).finish_non_exhaustive()
    }
}

/// Why the checkpoint is of no use.
#[derive(Debug)]
pub(super) enum IndexError {
    /// Another process has it open.
    Held,
    /// Not what this program wrote; to be rebuilt.
    Damaged(String),
    /// Written by a newer program.
    Newer(String),
    /// The file system said no.
    Io(io::Error),
}

impl std::fmt::Display for IndexError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Held => f.write_str("another process has it open"),
            Self::Damaged(what) | Self::Newer(what) => f.write_str(what),
            Self::Io(error) => write!(f, "{error}"),
        }
    }
}

impl From<sled::Error> for IndexError {
    fn from(error: sled::Error) -> Self {
        match error {
            sled::Error::Io(error) if error.to_string().contains("could not acquire lock") => Self::Held,
            sled::Error::Io(error) => match error.kind() {
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::ReadOnlyFilesystem
                | io::ErrorKind::PermissionDenied => Self::Io(error),
                _ => Self::Damaged(error.to_string()),
            },
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<CodecError> for IndexError {
    fn from(error: CodecError) -> Self {
        match error {
            CodecError::Damaged => Self::Damaged(error.to_string()),
            CodecError::Newer(_) => Self::Newer(error.to_string()),
        }
    }
}

/// Runs what may panic on a damaged file.
fn guarded<T>(work: impl FnOnce() -> Result<T, IndexError>) -> Result<T, IndexError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(IndexError::Damaged("sled gave up on it".to_owned())))
}

/// As [`guarded`], what may start threads of sled's.
fn patient_and_guarded<T>(work: impl FnOnce() -> Result<T, IndexError>) -> Result<T, IndexError> {
    patient(|| guarded(work))
}

/// Records to be written together: `None` where they are to go.
#[derive(Default)]
pub(super) struct Chunk {
    /// Encoded keys by number.
    pub keys: HashMap<u64, Option<Vec<u8>>>,
    /// Encoded groups by code.
    pub groups: HashMap<Vec<u8>, Option<Vec<u8>>>,
    /// Encoded rotations by number.
    pub rotations: HashMap<u64, Option<Vec<u8>>>,
    /// Encoded notes by name.
    pub notes: HashMap<String, Option<Vec<u8>>>,
    /// Offsets of lines by revision.
    pub offsets: Vec<(u64, u64)>,
}

impl Index {
    /// Opens the checkpoint in the store's directory, or makes an empty one.
    pub(super) fn open(dir: &Path) -> Result<Self, IndexError> {
        let path = dir.join(NAME);
        patient_and_guarded(|| {
            let db = sled::Config::new().path(&path).cache_capacity(CACHE).flush_every_ms(None).open()?;
            let tree = |name: &str| db.open_tree(name);
            Ok(Self {
                keys: tree("keys")?,
                groups: tree("groups")?,
                rotations: tree("rotations")?,
                notes: tree("notes")?,
                offsets: tree("offsets")?,
                meta: tree("meta")?,
                file: path.join("db"),
                db,
            })
        })
    }

    /// The head of the revision it stands at; `None` when it is empty.
    pub(super) fn head(&self) -> Result<Option<Head>, IndexError> {
        let Some(bytes) = guarded(|| Ok(self.meta.get(META)?))? else {
            let empty = guarded(|| Ok(self.keys.is_empty() && self.groups.is_empty()))?;
            return if empty { Ok(None) } else { Err(IndexError::Damaged("its head is missing".to_owned())) };
        };
        match read_slot(&bytes) {
            Slot::Good(head) => Ok(Some(head)),
            Slot::Newer(version) => Err(IndexError::Newer(format!("its head has format {version}"))),
            Slot::Bad => Err(IndexError::Damaged("its head is damaged".to_owned())),
        }
    }

    /// The newest keys, the newest first, as far as they can be read: whether they are what they should be, loading
    /// finds out.
    pub(super) fn newest(&self, limit: usize) -> Vec<ApiKey> {
        let read = || {
            let values = self.keys.iter().values().rev().map_while(Result::ok);
            Ok(values
                .map_while(|value| Some(codec::decode_key(&value).ok()?.key.to_key()))
                .take(limit)
                .collect())
        };
        guarded(read).unwrap_or_default()
    }

    /// Loads all records, up to the revision of `head`.
    pub(super) fn load(
        &self,
        head: &Head,
        state: &mut State,
        count: &mut Count<'_>,
    ) -> Result<(), IndexError> {
        guarded(|| {
            scan::scan(&self.keys, &mut |number, value| {
                let stored = codec::decode_key(value)?;
                if number != stored.key.number {
                    return Err(scan::misplaced());
                }
                state.load_key(stored).map_err(IndexError::Damaged)?;
                count.more();
                Ok(())
            })?;
            for item in &self.groups {
                state.load_group(codec::decode_group(&item?.1)?).map_err(IndexError::Damaged)?;
            }
            for item in &self.rotations {
                let rotation = codec::decode_rotation(&item?.1)?;
                state.load_rotation(rotation).map_err(IndexError::Damaged)?;
            }
            for item in &self.notes {
                let (name, value) = item?;
                let note = codec::decode_note(&value)?;
                if name.as_ref() != note.name().as_bytes() {
                    return Err(IndexError::Damaged("a note stands in another's place".to_owned()));
                }
                state.load_note(note).map_err(IndexError::Damaged)?;
            }
            for item in &self.offsets {
                let (revision, offset) = item?;
                let wanted = state.offsets.len() as u64 * super::state::STRIDE + 1;
                match <[u8; 8]>::try_from(offset.as_ref()) {
                    Ok(offset) if revision.as_ref() == wanted.to_be_bytes() => {
                        state.offsets.push(u64::from_be_bytes(offset));
                    }
                    _ => return Err(IndexError::Damaged("its table of offsets has a hole".to_owned())),
                }
            }
            state.ledger.skip_to(head.next_number);
            Ok(())
        })
    }

    /// The stored value of a key.
    pub(super) fn key(&self, number: u64) -> Result<Option<sled::IVec>, IndexError> {
        guarded(|| Ok(self.keys.get(number.to_be_bytes())?))
    }

    /// The stored value of a group.
    pub(super) fn group(&self, code: &str) -> Result<Option<sled::IVec>, IndexError> {
        guarded(|| Ok(self.groups.get(code)?))
    }

    /// The stored value of a rotation.
    pub(super) fn rotation(&self, number: u64) -> Result<Option<sled::IVec>, IndexError> {
        guarded(|| Ok(self.rotations.get(number.to_be_bytes())?))
    }

    /// The stored value of a note.
    pub(super) fn note(&self, name: &str) -> Result<Option<sled::IVec>, IndexError> {
        guarded(|| Ok(self.notes.get(name)?))
    }

    /// Writes records and the head they lead to, all or nothing. On the disk only after [`Self::sync`].
    pub(super) fn write(&self, chunk: Chunk, head: &Head) -> Result<(), IndexError> {
        let [mut keys, mut groups, mut rotations, mut notes, mut offsets] =
            std::array::from_fn(|_| Batch::default());
        for (number, value) in chunk.keys {
            match value {
                Some(value) => keys.insert(&number.to_be_bytes(), value),
                None => keys.remove(&number.to_be_bytes()),
            }
        }
        for (code, value) in chunk.groups {
            match value {
                Some(value) => groups.insert(code, value),
                None => groups.remove(code),
            }
        }
        for (number, value) in chunk.rotations {
            match value {
                Some(value) => rotations.insert(&number.to_be_bytes(), value),
                None => rotations.remove(&number.to_be_bytes()),
            }
        }
        for (name, value) in chunk.notes {
            match value {
                Some(value) => notes.insert(name.as_bytes(), value),
                None => notes.remove(name.as_bytes()),
            }
        }
        for (revision, offset) in chunk.offsets {
            offsets.insert(&revision.to_be_bytes(), &offset.to_be_bytes());
        }
        let slot = head.to_slot();
        patient_and_guarded(|| {
            let trees = (&self.keys, &self.groups, &self.rotations, &self.notes, &self.offsets, &self.meta);
            let done = trees.transaction(|(k, g, r, n, o, m)| {
                k.apply_batch(&keys)?;
                g.apply_batch(&groups)?;
                r.apply_batch(&rotations)?;
                n.apply_batch(&notes)?;
                o.apply_batch(&offsets)?;
                m.insert(META, &slot[..])?;
                Ok::<(), ConflictableTransactionError<()>>(())
            });
            done.map_err(|error| match error {
                sled::transaction::TransactionError::Storage(error) => error.into(),
                sled::transaction::TransactionError::Abort(()) => {
                    IndexError::Damaged("sled gave up".to_owned())
                }
            })
        })
    }

    /// Waits until all that was written is on the disk: sled's flush alone does not.
    pub(super) fn sync(&self) -> Result<(), IndexError> {
        patient_and_guarded(|| {
            self.db.flush()?;
            File::open(&self.file).and_then(|f| f.sync_data()).map_err(IndexError::Io)
        })
    }
}
