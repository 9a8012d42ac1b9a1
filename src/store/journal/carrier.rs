//! Seals and writes a large group commit while its later lines are still being printed: a thread, one block behind.
//!
//! The commit still ends with a sync of its own. An error met here fails it, since the system tells each error of a
//! file once. Knows blocks of lines and their places, not what they say.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use crate::store::line::{Bodies, Chain};

/// Blocks on their way at most: the one being written and one that waits.
const AHEAD: usize = 2;
/// The disk is told to begin whenever so much was written.
const SYNC_EVERY: usize = 4 << 20;

/// Lines, and where they go.
type Block = (Bodies, u64);

/// A thread that writes blocks in the order given.
pub(super) struct Carrier {
    blocks: Option<SyncSender<Block>>,
    emptied: Receiver<Bodies>,
    thread: Option<JoinHandle<io::Result<Chain>>>,
}

fn carry(
    file: &File,
    mut chain: Chain,
    blocks: &Receiver<Block>,
    emptied: &SyncSender<Bodies>,
) -> io::Result<Chain> {
    let mut unsynced = 0;
    let mut bytes = Vec::new();
    for (mut bodies, at) in blocks {
        bytes.clear();
        bodies.seal(&mut chain, &mut bytes);
        bodies.clear();
        // Nobody waits for it: given back only to be filled again.
        let _ = emptied.try_send(bodies);
        file.write_all_at(&bytes, at)?;
        unsynced += bytes.len();
        if unsynced >= SYNC_EVERY {
            file.sync_data()?;
            unsynced = 0;
        }
    }
    Ok(chain)
}

impl Carrier {
    /// Starts it, to go on after this hash; `None` where no thread can be had, which costs time and nothing else.
    pub(super) fn start(file: File, chain: Chain) -> Option<Self> {
        let (blocks, given) = sync_channel(AHEAD - 1);
        let (back, emptied) = sync_channel(AHEAD + 1);
        let work = move || carry(&file, chain, &given, &back);
        let thread = thread::Builder::new().name("journal".into()).spawn(work).ok()?;
        Some(Self { blocks: Some(blocks), emptied, thread: Some(thread) })
    }

    /// Gives it a block and takes an empty one. Waits while enough is on its way.
    ///
    /// # Errors
    /// What an earlier block met.
    pub(super) fn carry(&mut self, bodies: Bodies, at: u64) -> io::Result<Bodies> {
        let given = self.blocks.as_ref().is_some_and(|blocks| blocks.send((bodies, at)).is_ok());
        if !given {
            self.finish()?;
            return Err(ended());
        }
        Ok(self.emptied.try_recv().unwrap_or_default())
    }

    /// Waits until all blocks are written; the hash of the last line.
    ///
    /// # Errors
    /// The first that a write or sync met.
    pub(super) fn finish(&mut self) -> io::Result<Chain> {
        self.blocks = None;
        self.thread.take().map_or(Err(ended()), |thread| thread.join().unwrap_or_else(|_| Err(ended())))
    }
}

/// A commit that is given up must not be written any more while it is taken back.
impl Drop for Carrier {
    fn drop(&mut self) {
        let _ = self.finish();
    }
}

fn ended() -> io::Error {
    io::Error::other("the writing thread stopped")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(lines: usize) -> Bodies {
        let mut bodies = Bodies::default();
        for _ in 0..lines {
            bodies
                .push(|out| {
                    out.resize(out.len() + 4000, b'x');
                    Ok(())
                })
                .unwrap();
        }
        bodies
    }

    #[test]
    fn blocks_arrive_where_they_belong_in_one_chain() {
        let file = tempfile::tempfile().unwrap();
        let mut carrier = Carrier::start(file.try_clone().unwrap(), [1; 32]).unwrap();
        let (mut expected, mut chain) = (Vec::new(), [1; 32]);
        for lines in 1..60 {
            let at = expected.len() as u64;
            block(lines).seal(&mut chain, &mut expected);
            let empty = carrier.carry(block(lines), at).unwrap();
            assert_eq!(empty.sealed_length(), 0);
        }
        assert_eq!(carrier.finish().unwrap(), chain);
        let mut read = vec![0; expected.len()];
        file.read_exact_at(&mut read, 0).unwrap();
        assert!(read == expected && file.metadata().unwrap().len() == expected.len() as u64);
    }

    #[test]
    fn a_failed_write_is_told_at_the_next_block_or_at_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        std::fs::write(&path, b"x").unwrap();
        let read_only = || File::open(&path).unwrap();
        let mut carrier = Carrier::start(read_only(), [1; 32]).unwrap();
        let told = (0..10).find_map(|_| carrier.carry(block(1), 0).err());
        assert_eq!(told.and_then(|e| e.raw_os_error()), Some(9), "EBADF, and nothing is sent for ever");

        let mut carrier = Carrier::start(read_only(), [1; 32]).unwrap();
        carrier.carry(block(1), 0).unwrap();
        assert!(carrier.finish().is_err());
    }

    #[test]
    fn nothing_is_written_any_more_once_it_is_given_up() {
        let file = tempfile::tempfile().unwrap();
        let mut carrier = Carrier::start(file.try_clone().unwrap(), [1; 32]).unwrap();
        for place in 0..8 {
            carrier.carry(block(250), place << 20).unwrap();
        }
        drop(carrier);
        file.set_len(0).unwrap();
        std::thread::yield_now();
        assert_eq!(file.metadata().unwrap().len(), 0);
    }
}
