//! The store: what is kept, in which order it reaches the disk, and how it comes back after anything.
//!
//! The journal is the truth, `head` says how far it goes, sled is the checkpoint behind. The only room that says sled
//! and bincode. Knows nothing of rules, indexes or faces: it is handed entries that were accepted already.

use std::path::Path;
use std::sync::Arc;

use crate::model::Time;

mod backup;
mod batch;
mod check;
mod checkpoint;
mod codec;
mod commit;
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

use checkpoint::Checkpoint;
use head::HeadFile;
use journal::Journal;
use ledger::Ledger;
use medium::disk;
use opening::Opened;
use reader::{Shared, Tip};
use settings::Settings;

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
