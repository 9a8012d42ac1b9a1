//! The seam for tests: makes the n-th write or sync fail, and switches single protections off for control runs.
//!
//! Production always uses [`Trial::default`], which does nothing. Knows nothing of files or formats.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a test wants to go wrong. Not for use outside tests.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    faults: Option<Arc<Faults>>,
    pub(super) without_sync: bool,
    pub(super) without_digest: bool,
    pub(super) without_head: bool,
}

#[derive(Debug)]
struct Faults {
    seen: AtomicU64,
    first: u64,
    last: u64,
    torn: bool,
}

/// What is to happen to one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It goes through.
    Pass,
    /// It fails, and nothing reached the disk.
    Fail,
    /// A write reaches the disk by half, then fails.
    Tear,
}

impl Trial {
    /// The operations from the `first` to the `last` (from 1) fail; a failing write leaves its first half if `torn`.
    #[must_use]
    pub fn failing(first: u64, last: u64, torn: bool) -> Self {
        Self {
            faults: Some(Arc::new(Faults { seen: AtomicU64::new(0), first, last, torn })),
            ..Self::default()
        }
    }

    /// Never syncs anything: what a power cut takes then.
    #[must_use]
    pub fn without_sync() -> Self {
        Self { without_sync: true, ..Self::default() }
    }

    /// Believes the checkpoint without comparing digests: what sled does alone.
    #[must_use]
    pub fn without_digest() -> Self {
        Self { without_digest: true, ..Self::default() }
    }

    /// Believes the journal without looking at `head`.
    #[must_use]
    pub fn without_head() -> Self {
        Self { without_head: true, ..Self::default() }
    }

    /// How many writes, syncs and cuts were asked for so far; 0 where none are counted.
    pub fn operations(&self) -> u64 {
        self.faults.as_ref().map_or(0, |f| f.seen.load(Ordering::SeqCst))
    }

    /// Whether syncs are counted, made to fail, or left out.
    pub(super) fn meddles(&self) -> bool {
        self.faults.is_some() || self.without_sync
    }

    pub(super) fn fate(&self) -> Fate {
        let Some(faults) = &self.faults else { return Fate::Pass };
        let number = faults.seen.fetch_add(1, Ordering::SeqCst) + 1;
        if number < faults.first || number > faults.last {
            Fate::Pass
        } else if faults.torn {
            Fate::Tear
        } else {
            Fate::Fail
        }
    }
}

/// The error of an operation that a test made fail.
pub(super) fn injected() -> io::Error {
    io::Error::other("made to fail by a test")
}
