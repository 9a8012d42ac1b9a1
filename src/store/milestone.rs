//! What can be told of a store while it is still being opened: its newest keys at once, then how far checking is.
//!
//! Nothing of it is verified: it is for showing, never for deciding. Knows nothing of how records are read.

use crate::model::ApiKey;

/// So many of the newest keys are told: more than any screen shows, few enough to be read at once.
pub(super) const NEWEST: usize = 256;
/// Records between two reports of how far it is.
const STEP: u64 = 16_384;

/// How far the opening of a store is.
#[derive(Debug, Clone)]
pub enum Milestone {
    /// The newest keys as they were last saved together, the newest first. They are not verified yet.
    Newest {
        /// These keys.
        keys: Vec<ApiKey>,
        /// How many keys the store says it holds.
        of: u64,
    },
    /// So many keys or changes of so many are checked.
    Checked {
        /// How many.
        done: u64,
        /// Of how many.
        of: u64,
    },
}

/// Who is told how far the opening is, on the thread that opens: to be quick about it.
pub type Watch<'a> = &'a (dyn Fn(Milestone) + Sync);

/// Counts what is checked, and tells it now and then.
pub(super) struct Count<'a> {
    watch: Watch<'a>,
    done: u64,
    of: u64,
}

impl<'a> Count<'a> {
    /// Nothing is checked yet.
    pub(super) fn new(watch: Watch<'a>, of: u64) -> Self {
        Self { watch, done: 0, of }
    }

    /// Nobody is told.
    pub(super) fn untold() -> Self {
        Self::new(&|_| (), 0)
    }

    /// One more.
    pub(super) fn more(&mut self) {
        self.done += 1;
        if self.done.is_multiple_of(STEP) {
            (self.watch)(Milestone::Checked { done: self.done.min(self.of), of: self.of });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn the_count_is_told_in_steps_and_never_beyond_the_whole() {
        let told = Mutex::new(Vec::new());
        let watch = |milestone: Milestone| {
            if let Milestone::Checked { done, of } = milestone {
                told.lock().unwrap().push((done, of));
            }
        };
        let mut count = Count::new(&watch, STEP + 5);
        for _ in 0..=2 * STEP {
            count.more();
        }
        assert_eq!(*told.lock().unwrap(), [(STEP, STEP + 5), (STEP + 5, STEP + 5)]);
    }
}
