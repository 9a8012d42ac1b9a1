//! The way to the records: from the checkpoint and the lines after it, or else from the whole journal.
//!
//! Either way counts and digest must be the ones that `head` names. Mends nothing but the checkpoint itself.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use super::{damaged, newer};
use crate::store::entry::StoreError;
use crate::store::head::Head;
use crate::store::index::{Chunk, Index, IndexError};
use crate::store::journal::{Broken, Position, Tail, walk};
use crate::store::milestone::{Count, Milestone, NEWEST, Watch};
use crate::store::place::names;
use crate::store::state::State;
use crate::store::trial::Trial;

/// The way to the records.
pub(super) struct Search<'a> {
    /// The store.
    pub dir: &'a Path,
    /// Its journal.
    pub file: &'a File,
    /// What is acknowledged.
    pub head: Head,
    /// What stands after that.
    pub tail: Tail,
    /// What a test switched off.
    pub trial: &'a Trial,
    /// Fingerprint of the store key.
    pub store_key: u32,
    /// Who is told how far it is.
    pub watch: Watch<'a>,
}

/// Why the checkpoint cannot be gone on from.
enum Miss {
    Damaged(String),
    Refused(StoreError),
}

pub(super) type Reached = (State, Option<(Index, Head)>, i64);

impl Search<'_> {
    /// All records, the checkpoint and where it stands, and the time of the last change.
    pub(super) fn state(&self, notes: &mut Vec<String>) -> Result<Reached, StoreError> {
        let was_there = self.dir.join(names::INDEX).is_dir();
        let reason = match self.index() {
            Ok(index) => match self.with_index(&index) {
                Ok((state, at, time)) => return Ok((state, Some((index, at)), time)),
                Err(Miss::Refused(error)) => return Err(error),
                Err(Miss::Damaged(what)) if was_there => what,
                Err(Miss::Damaged(_)) => "it was missing".to_owned(),
            },
            Err(IndexError::Held) => return Err(StoreError::Held { pid: None }),
            Err(IndexError::Newer(what)) => return Err(damaged(self.dir, names::INDEX, &what)),
            Err(IndexError::Damaged(what)) => what,
            Err(IndexError::Io(error)) => {
                let (state, time) = self.by_journal()?;
                notes.push(format!("The checkpoint cannot be opened ({error}): the journal alone is used"));
                return Ok((state, None, time));
            }
        };
        let (state, time) = self.by_journal()?;
        notes.push(format!("The checkpoint was rebuilt from the whole journal, because {reason}"));
        let index = self.fresh_index(notes);
        Ok((state, index.map(|i| (i, Head::EMPTY)), time))
    }

    /// The checkpoint. We hold the store's lock already: if sled's is taken, then by a child that was forked a moment
    /// ago, so that waiting a little is enough.
    fn index(&self) -> Result<Index, IndexError> {
        let (_hold, pause) = std::sync::mpsc::channel::<()>();
        for _ in 0..50 {
            match Index::open(self.dir) {
                Err(IndexError::Held) => {}
                other => return other,
            }
            let _ = pause.recv_timeout(Duration::from_millis(20));
        }
        Err(IndexError::Held)
    }

    fn fresh_index(&self, notes: &mut Vec<String>) -> Option<Index> {
        let path = self.dir.join(names::INDEX);
        let made = fs::remove_dir_all(&path).map_err(IndexError::Io).and_then(|()| Index::open(self.dir));
        made.map_err(|error| {
            notes.push(format!("The checkpoint cannot be made anew ({error}): the journal alone is used"));
        })
        .ok()
    }

    fn with_index(&self, index: &Index) -> Result<(State, Head, i64), Miss> {
        let miss = |error: IndexError| match error {
            IndexError::Newer(what) => Miss::Refused(damaged(self.dir, names::INDEX, &what)),
            other => Miss::Damaged(other.to_string()),
        };
        let at = index.head().map_err(miss)?;
        if at.is_none() && self.head.revision > 0 {
            return Err(Miss::Damaged("it was empty".to_owned()));
        }
        if at.is_none() {
            // From here on an index without a head is a damaged one.
            index.write(Chunk::default(), &Head::EMPTY).and_then(|()| index.sync()).map_err(miss)?;
        }
        let at = at.unwrap_or(Head::EMPTY);
        let end = &self.tail.end;
        if at.revision > end.revision && !self.trial.without_head {
            let what =
                format!("and `head` end at revision {}, and the checkpoint at {}", end.revision, at.revision);
            return Err(Miss::Refused(damaged(
                self.dir,
                names::JOURNAL,
                &format!("{what}: they were cut or exchanged"),
            )));
        }
        (self.watch)(Milestone::Newest { keys: index.newest(NEWEST), of: self.head.keys });
        let mut state = State::new(self.store_key);
        state.make_room(at.keys);
        index.load(&at, &mut state, &mut Count::new(self.watch, at.keys)).map_err(miss)?;
        if self.trial.without_digest || self.trial.without_head {
            let time = at.time;
            return Ok((state, at, time));
        }
        let same_place = at.revision != end.revision || Position::from(&at) == *end;
        let same_head = at.revision != self.head.revision || at == self.head;
        if !same_place || !same_head || !state.agrees_with(&at) {
            return Err(Miss::Damaged("its digest does not fit".to_owned()));
        }
        let time = self.replay(&mut state, &at).map_err(|broken| Miss::Damaged(broken.what))?;
        Ok((state, at, time))
    }

    fn by_journal(&self) -> Result<(State, i64), StoreError> {
        let mut state = State::new(self.store_key);
        let time = self.replay(&mut state, &Head::EMPTY).map_err(|broken| match broken.newer {
            Some(version) => newer(self.dir, names::JOURNAL, version.into()),
            None => damaged(
                self.dir,
                names::JOURNAL,
                &format!("is damaged at line {}: {}", broken.after.revision + 1, broken.what),
            ),
        })?;
        Ok((state, time))
    }

    /// Brings the records forward to the end of the journal; they must agree with `head` on the way.
    fn replay(&self, state: &mut State, at: &Head) -> Result<i64, Broken> {
        let mut time = at.time;
        let mut count = Count::new(self.watch, self.tail.end.revision.saturating_sub(at.revision));
        walk(self.file, Position::from(at), self.tail.end.length, &mut |line, offset, after| {
            state.apply(line, offset)?;
            time = line.time;
            count.more();
            let differs = after.revision == self.head.revision && !state.agrees_with(&self.head);
            let differs = differs && !self.trial.without_head;
            if differs {
                Err("the records up to here are not the ones that `head` sums".to_owned())
            } else {
                Ok(())
            }
        })?;
        Ok(time)
    }
}
