//! The disk begins while lines are still being printed: a thread that syncs a large group commit as it grows.
//!
//! Only a head start. The commit still ends with a sync of its own, and an error met here fails it, since the system
//! tells each error of a file once.

use std::fs::File;
use std::io;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

/// A thread that syncs one file whenever it is nudged.
pub(super) struct Early {
    nudges: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl Early {
    /// Starts it; `None` where no thread can be had, which costs time and nothing else.
    pub(super) fn start(file: File) -> Option<Self> {
        let (nudges, asked) = sync_channel(1);
        let work = move || asked.iter().try_for_each(|()| file.sync_data());
        let thread = thread::Builder::new().name("early sync".into()).spawn(work).ok()?;
        Some(Self { nudges, thread })
    }

    /// More was written. Does not wait: one nudge ahead is enough.
    pub(super) fn nudge(&self) {
        match self.nudges.try_send(()) {
            // After an error the thread has ended; `finish` tells it.
            Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
        }
    }

    /// Waits for it.
    ///
    /// # Errors
    /// The first that a sync met.
    pub(super) fn finish(self) -> io::Result<()> {
        drop(self.nudges);
        self.thread.join().unwrap_or_else(|_| Err(io::Error::other("the early sync stopped")))
    }
}
