//! The store: what is kept, in which order it reaches the disk, and how it comes back after anything.
//!
//! The journal is the truth, `head` says how far it goes, sled is the checkpoint behind. The only room that says sled
//! and bincode. Knows nothing of rules, indexes or faces: it is handed entries that were accepted already.

use std::path::Path;
use std::sync::Arc;

use crate::model::{Account, Time};

mod backup;
mod batch;
mod check;
mod checkpoint;
mod codec;
mod delta;
mod entry;
mod head;
mod history;
mod holding;
mod index;
mod ink;
mod journal;
mod ledger;
mod line;
mod medium;
mod milestone;
mod opening;
mod place;
mod reader;
mod repair;
mod settings;
mod state;
mod story;
mod survey;
#[cfg(test)]
mod tests;
mod trial;

pub use backup::{Saved, restore};
pub use check::{Checked, check};
pub use entry::{Contents, Entry, StoreError, Subject};
pub use history::{Budget, Closing, History, View};
pub use milestone::{Milestone, Watch};
pub use reader::Reader;
pub use repair::{Repaired, repair};
pub use survey::Finding;
#[doc(hidden)]
pub use trial::Trial;

use batch::{Batch, Failure};
use checkpoint::Checkpoint;
use head::HeadFile;
use journal::{Journal, PenError};
use ledger::{Ledger, Misfit};
use medium::disk;
use opening::Opened;
use reader::{Shared, Tip};
use settings::Settings;

/// A group commit of more entries than this is let go of on a thread of its own.
const LARGE: usize = 4096;

/// How a store is to be opened.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Make the directory and the store if they are absent or empty.
    pub create: bool,
    /// Refuse a store that stands at an older revision than this.
    pub expect_revision: Option<u64>,
}

/// The one writer of a store. Dropped, it brings the checkpoint up to date as [`Store::close`] does.
#[derive(Debug)]
pub struct Store {
    journal: Journal,
    head: HeadFile,
    ledger: Ledger,
    fingerprint: u32,
    shared: Arc<Shared>,
    checkpoint: Option<Checkpoint>,
    trouble: Option<StoreError>,
    full: Option<StoreError>,
    history: Arc<History>,
    _lock: holding::Lock,
}

impl Store {
    /// Opens the store in a directory, and gives all that it holds.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if it is damaged, older than it should be, or open to others; [`StoreError::Held`] if
    /// another process has it; [`StoreError::Disk`] if the file system says no.
    pub fn open(dir: &Path, opening: &Opening) -> Result<(Self, Contents), StoreError> {
        Self::open_watched(dir, opening, &|_| ())
    }

    /// As [`Self::open`]; `watch` is told how far it is.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_watched(
        dir: &Path,
        opening: &Opening,
        watch: Watch<'_>,
    ) -> Result<(Self, Contents), StoreError> {
        Self::start(dir, opening, &Trial::default(), watch)
    }

    /// As [`Self::open`], with what a test wants to go wrong.
    ///
    /// # Errors
    /// As [`Self::open`].
    #[doc(hidden)]
    pub fn open_for_trial(
        dir: &Path,
        opening: &Opening,
        trial: &Trial,
    ) -> Result<(Self, Contents), StoreError> {
        Self::start(dir, opening, trial, &|_| ())
    }

    fn start(
        dir: &Path,
        opening: &Opening,
        trial: &Trial,
        watch: Watch<'_>,
    ) -> Result<(Self, Contents), StoreError> {
        let Opened { dir, lock, journal, head, mut state, index, store_key, mut notes } =
            opening::open(dir, opening, trial, watch)?;
        let fingerprint = holding::fingerprint(&store_key);
        let settings = Settings::of(&dir)?;
        let history = Arc::new(History::open(&dir, settings.budget, &mut notes));
        let contents = Contents {
            revision: head.current.revision,
            written: (head.current.revision > 0).then_some(Time(head.current.time)),
            groups: std::mem::take(&mut state.groups).into_values().collect(),
            keys: state.take_roll(),
            rotations: std::mem::take(&mut state.rotations).into_values().collect(),
            written_down: std::mem::take(&mut state.notes).into_values().collect(),
            limits: settings.limits,
            next_number: state.ledger.next_number,
            store_key,
            notes,
        };
        let path = dir.join(place::names::JOURNAL);
        let unreadable = |e| disk(&path, "opened", &e);
        let (reading, following) =
            (journal.medium().handle().map_err(unreadable)?, journal.medium().handle().map_err(unreadable)?);
        let tip = Tip { head: head.current, offsets: state.offsets, pending: state.pending };
        let shared = Arc::new(Shared::new(path.clone(), reading, index.as_ref().map(|i| i.0.clone()), tip));
        let start = |(index, at)| Checkpoint::start(index, at, following, Arc::clone(&shared));
        let checkpoint = index.map(start).transpose().map_err(|e| disk(&path, "followed by a thread", &e))?;
        if let Some(checkpoint) = &checkpoint {
            checkpoint.reach(head.current);
        }
        let ledger = state.ledger;
        let (trouble, full) = (None, None);
        let store = Self {
            journal,
            head,
            ledger,
            fingerprint,
            shared,
            checkpoint,
            trouble,
            full,
            history,
            _lock: lock,
        };
        Ok((store, contents))
    }

    /// Appends all entries as one group commit, all or nothing, and waits for the disk. Returns the last revision.
    /// `progress(done, total)` is called now and then. On a full disk only disabling and deleting still pass.
    ///
    /// # Errors
    /// [`StoreError::Disk`]: nothing was changed. After a failed write or sync every append fails until the store is
    /// opened again.
    pub fn append(
        &mut self,
        time: Time,
        actor: &Account,
        entries: Vec<Entry>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<u64, StoreError> {
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone());
        }
        if entries.is_empty() {
            return Ok(self.head.current.revision);
        }
        self.ledger.begin();
        let refusals = entries.iter().all(Entry::only_refuses);
        let mut batch = Batch::new(self.head.current.revision, entries.len() as u64);
        let mut pen = self.journal.pen(self.head.current.chain, refusals);
        let stamp = (time, actor, self.fingerprint);
        let written = batch.write(&entries, stamp, &mut self.ledger, &mut pen, progress);
        let (end, room_before) = (pen.position(), pen.room_before());
        drop(pen);
        if entries.len() > LARGE {
            // Letting go of a hundred thousand records takes as long as the disk does: beside it, not before it.
            let _ = std::thread::Builder::new().spawn(move || drop(entries));
        }
        let result = written.and_then(|at| {
            let head = self.ledger.head_at(&at, time.0);
            self.head.write(head).map_err(Failure::Head)
        });
        match result {
            Ok(()) => Ok(self.acknowledge(batch)),
            Err(failure) => Err(self.take_back(failure, end, room_before)),
        }
    }

    fn acknowledge(&mut self, batch: Batch) -> u64 {
        let head = self.head.current;
        self.ledger.commit();
        self.journal.commit(head.length);
        self.full = None;
        {
            let mut tip = self.shared.tip_mut();
            tip.head = head;
            tip.offsets.extend(batch.offsets);
            tip.pending.created.extend(batch.created);
            for number in batch.dropped {
                tip.pending.created.remove(&number);
                tip.pending.dropped.insert(number);
            }
        }
        if let Some(checkpoint) = &self.checkpoint {
            checkpoint.reach(head);
        }
        head.revision
    }

    /// Nothing of a failed group commit stays, as far as the disk lets us.
    fn take_back(&mut self, failure: Failure, end: u64, room_before: u64) -> StoreError {
        self.ledger.rollback();
        let path = self.journal.medium().path().to_owned();
        let (error, broken) = match failure {
            Failure::Misfit(what) => (misfit(what), false),
            Failure::Pen(PenError::NoRoom(error)) => {
                let error = disk(&path, "written", &error);
                self.full = Some(error.clone());
                (error, false)
            }
            Failure::Pen(PenError::Broken(error)) => (disk(&path, "written", &error), true),
            // The slot may be on the disk in spite of the error: the lines it names go only once it is gone.
            Failure::Head(error) if self.head.retract().is_err() => {
                self.trouble = Some(error.clone());
                return error;
            }
            Failure::Head(error) => (error, true),
        };
        let retracted = self.journal.retract(end, room_before);
        if broken || retracted.is_err() {
            self.trouble = Some(error.clone());
        }
        error
    }

    /// For reading beside the writer.
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.shared))
    }

    /// The logon history.
    pub fn history(&self) -> Arc<History> {
        Arc::clone(&self.history)
    }

    /// Why changes are off: after a failed write or sync (all of them, until the store is opened again) or on a full
    /// disk (all but disabling and deleting, until there is room).
    pub fn trouble(&self) -> Option<StoreError> {
        self.trouble.clone().or_else(|| self.full.clone())
    }

    /// Brings the checkpoint up to date and lets go of the store.
    ///
    /// # Errors
    /// When the checkpoint could not be written. No change is lost by that: the next opening reads the journal.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.finish().map_err(|what| StoreError::Disk {
            sentence: format!("The checkpoint was not brought up to date: {what}"),
            hint: "nothing is lost: the next start reads the journal instead".to_owned(),
        })
    }

    fn finish(&mut self) -> Result<(), String> {
        let result = self.checkpoint.take().map_or(Ok(()), |mut c| c.finish());
        self.shared.close();
        self.history.finish();
        result
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // The journal has everything; a checkpoint that stayed behind costs time at the next opening, nothing else.
        let _ = self.finish();
    }
}

fn misfit(what: Misfit) -> StoreError {
    StoreError::Disk {
        sentence: format!("The change does not fit the store: {what}"),
        hint: "start claviger again and repeat it; if it happens again, this is a fault of the program"
            .to_owned(),
    }
}
