//! Reads beside the writer: proofs by creation number, and the journal newest first.
//!
//! Sees what is acknowledged, no more and no less, also what the checkpoint has not got yet. Never writes.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use memchr::memmem;

use super::codec;
use super::delta::Fields;
use super::entry::StoreError;
use super::head::Head;
use super::index::{Index, IndexError};
use super::journal::Lines;
use super::line::{self, Chain, Line, LineError};
use super::medium::shown;
use super::place::names;
use super::state::{Pending, STRIDE};
use super::story;
use crate::credential::Proof;
use crate::model::Change;

/// So many strides are read at once by a scan: about a megabyte.
const SCAN: u64 = 64;

/// What writer, reader and checkpoint share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) path: PathBuf,
    pub(super) journal: File,
    index: RwLock<Option<Index>>,
    tip: RwLock<Tip>,
}

/// What is acknowledged.
#[derive(Debug)]
pub(super) struct Tip {
    /// The last head.
    pub head: Head,
    /// Offset of the line of revision 1, 65, 129, …
    pub offsets: Vec<u64>,
    /// What the checkpoint lacks.
    pub pending: Pending,
}

impl Shared {
    pub(super) fn new(path: PathBuf, journal: File, index: Option<Index>, tip: Tip) -> Self {
        Self { path, journal, index: RwLock::new(index), tip: RwLock::new(tip) }
    }

    pub(super) fn tip(&self) -> RwLockReadGuard<'_, Tip> {
        self.tip.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tip_mut(&self) -> RwLockWriteGuard<'_, Tip> {
        self.tip.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the store key is.
    pub(super) fn key_path(&self) -> PathBuf {
        self.path.with_file_name(names::STORE_KEY)
    }

    /// The writer is gone: the checkpoint's own lock goes too, however many readers are left.
    pub(super) fn close(&self) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn index(&self) -> Option<Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The checkpoint has everything before this offset.
    pub(super) fn checkpoint_reached(&self, length: u64) {
        let mut tip = self.tip_mut();
        tip.pending.created.retain(|_, offset| *offset >= length);
        if tip.head.length == length {
            tip.pending.dropped.clear();
        }
    }
}

/// Reads beside the writer.
#[derive(Debug, Clone)]
pub struct Reader {
    shared: Arc<Shared>,
}

impl Reader {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    fn unreadable(&self, error: &io::Error) -> StoreError {
        super::medium::disk(&self.shared.path, "read", error)
    }

    pub(super) fn damaged(&self, revision: u64, what: &str) -> StoreError {
        StoreError::Refused {
            sentence: format!("Line {revision} of {} is damaged: {what}", shown(&self.shared.path)),
            hint:
                "`claviger store check` tells what is damaged; `claviger restore FILE` brings back a backup"
                    .to_owned(),
        }
    }

    /// The proof of the key with this creation number; `None` where no such key lives, or the store was closed. Its pre-check counts only where
    /// [`super::Contents`] gave one for that key.
    ///
    /// # Errors
    /// When journal or checkpoint cannot be read.
    pub fn proof(&self, number: u64) -> Result<Option<Proof>, StoreError> {
        let offset = {
            let tip = self.shared.tip();
            if tip.pending.dropped.contains(&number) {
                return Ok(None);
            }
            tip.pending.created.get(&number).map(|offset| (*offset, tip.head.length))
        };
        if let Some((offset, end)) = offset {
            let mut lines = Lines::between(&self.shared.journal, offset, end);
            let next = lines.next().map_err(|e| self.unreadable(&e))?;
            let line = next.and_then(|(_, text)| Line::parse(text).ok()).filter(|l| l.number == Some(number));
            let seal = line.as_ref().and_then(|l| l.after.as_deref()).and_then(Fields::seal);
            let seal = seal.ok_or_else(|| {
                self.damaged(line.as_ref().map_or(0, |l| l.rev), "it lacks the hash of its key")
            })?;
            return Ok(Some(Proof::from_parts(seal.phc, seal.precheck)));
        }
        let Some(index) = self.shared.index() else { return Ok(None) };
        let refused = |error: IndexError| StoreError::Refused {
            sentence: format!("The checkpoint beside {} is damaged: {error}", shown(&self.shared.path)),
            hint: "start claviger again: it rebuilds the checkpoint from the journal".to_owned(),
        };
        let Some(value) = index.key(number).map_err(refused)? else { return Ok(None) };
        let stored = codec::decode_key(&value).map_err(|e| refused(e.into()))?;
        Ok(Some(Proof::from_parts(stored.seal.phc, stored.seal.precheck)))
    }

    /// Changes of the revisions `from`, `from` − 1, … (newest first), at most `count`.
    ///
    /// # Errors
    /// When the journal cannot be read, or a line of that part of it is damaged.
    pub fn changes(&self, from: u64, count: u32) -> Result<Vec<Change>, StoreError> {
        let mut list = Vec::new();
        let newest = from.min(self.shared.tip().head.revision);
        let oldest = newest.saturating_sub(u64::from(count)) + 1;
        let mut upto = newest;
        while upto >= oldest && upto > 0 {
            let first = (upto - 1) / STRIDE * STRIDE + 1;
            let block = self.block(first, 1)?;
            let mut prev: Option<Chain> = None;
            let mut part = Vec::new();
            for (revision, text) in (first..=upto).zip(self.split(&block, first, upto)?) {
                let line = self.parse(revision, text)?;
                if prev.is_some_and(|p| line.prev() != Some(p)) {
                    return Err(self.damaged(revision, "it does not follow the line before it"));
                }
                prev = Some(line::hash(text));
                if revision >= oldest {
                    part.push(
                        story::tell(&line).ok_or_else(|| self.damaged(revision, "a field cannot be read"))?,
                    );
                }
            }
            list.extend(part.into_iter().rev());
            upto = first - 1;
        }
        Ok(list)
    }

    /// Goes over all changes, newest first; only lines that contain `needle` (if any), byte for byte, are read.
    /// Stops when `wanted` returns false.
    ///
    /// # Errors
    /// When the journal cannot be read, or a line passed on the way is damaged.
    pub fn scan(
        &self,
        needle: Option<&str>,
        wanted: &mut dyn FnMut(Change) -> bool,
    ) -> Result<(), StoreError> {
        let finder = needle.map(|n| memmem::Finder::new(n.as_bytes()));
        let mut upto = self.shared.tip().head.revision;
        while upto > 0 {
            let first = (upto - 1) / (STRIDE * SCAN) * (STRIDE * SCAN) + 1;
            let block = self.block(first, SCAN)?;
            for (text, revision) in
                self.split(&block, first, upto)?.into_iter().rev().zip((first..=upto).rev())
            {
                line::check(text).map_err(|e| self.refuse(revision, &e))?;
                if finder.as_ref().is_none_or(|f| f.find(text).is_some()) {
                    let line = self.parse(revision, text)?;
                    let change =
                        story::tell(&line).ok_or_else(|| self.damaged(revision, "a field cannot be read"))?;
                    if !wanted(change) {
                        return Ok(());
                    }
                }
            }
            upto = first - 1;
        }
        Ok(())
    }

    fn refuse(&self, revision: u64, error: &LineError) -> StoreError {
        match error {
            LineError::Damaged(what) => self.damaged(revision, what),
            LineError::Newer(version) => self.damaged(revision, &format!("it has format {version}")),
        }
    }

    fn parse<'t>(&self, revision: u64, text: &'t [u8]) -> Result<Line<'t>, StoreError> {
        let line = Line::parse(text).map_err(|e| self.refuse(revision, &e))?;
        if line.rev == revision { Ok(line) } else { Err(self.damaged(revision, "it is of another revision")) }
    }

    /// The bytes of so many strides of lines, the first of which has the revision `first`.
    fn block(&self, first: u64, strides: u64) -> Result<Vec<u8>, StoreError> {
        let (from, to) = {
            let tip = self.shared.tip();
            let at = |stride: u64| usize::try_from(stride).ok().and_then(|i| tip.offsets.get(i).copied());
            let stride = (first - 1) / STRIDE;
            (at(stride), at(stride + strides).unwrap_or(tip.head.length))
        };
        let from =
            from.filter(|f| *f < to).ok_or_else(|| self.damaged(first, "it is not where it should be"))?;
        let mut bytes = vec![0; usize::try_from(to - from).unwrap_or(0)];
        self.shared.journal.read_exact_at(&mut bytes, from).map_err(|e| self.unreadable(&e))?;
        Ok(bytes)
    }

    /// The lines of these revisions from the start of a block, without their newlines.
    fn split<'b>(&self, block: &'b [u8], first: u64, last: u64) -> Result<Vec<&'b [u8]>, StoreError> {
        let wanted = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
        let lines: Vec<&[u8]> = block
            .split_inclusive(|b| *b == b'\n')
            .filter_map(|l| l.strip_suffix(b"\n"))
            .take(wanted)
            .collect();
        if lines.len() == wanted {
            Ok(lines)
        } else {
            Err(self.damaged(first + lines.len() as u64, "it is missing"))
        }
    }
}
