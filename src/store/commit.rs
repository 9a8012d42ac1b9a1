//! One group commit: appended, synced, told to `head`, acknowledged; or taken back as if it had never been.
//!
//! The one place where the store's revision moves on. What the entries mean was settled before.

use super::Store;
use super::batch::{Batch, Failure};
use super::entry::{Entry, StoreError};
use super::journal::PenError;
use super::ledger::Misfit;
use super::medium::disk;
use crate::model::{Account, Time};

/// A group commit of more entries than this is let go of on a thread of its own.
const LARGE: usize = 4096;

impl Store {
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
}

fn misfit(what: Misfit) -> StoreError {
    StoreError::Disk {
        sentence: format!("The change does not fit the store: {what}"),
        hint: "start claviger again and repeat it; if it happens again, this is a fault of the program"
            .to_owned(),
    }
}
