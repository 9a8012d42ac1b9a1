//! A look at a whole store without changing it: head, every line of the journal, the checkpoint, the store key.
//!
//! Check reports it, repair starts from it. Knows nothing of mending.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::entry::StoreError;
use super::head::{Found, Head, read_slots};
use super::holding::{fingerprint, read_key_file};
use super::index::{Index, IndexError};
use super::journal::{Position, Tail, tail, walk};
use super::medium::disk;
use super::milestone::Count;
use super::place::names;
use super::state::State;

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the file in the store.
    pub file: &'static str,
    /// Which line of it, if it is the journal.
    pub line: Option<u64>,
    /// What is wrong with it: a clause that goes on after the file's name.
    pub what: String,
}

/// What a store looks like.
pub(super) struct Survey {
    /// Both slots.
    pub found: Option<Found>,
    /// The records as the whole journal tells them, up to its last good group commit.
    pub told: State,
    /// That place, and the time of the last line before it.
    pub reached: (Position, i64),
    /// Whether only zeros follow.
    pub clean: bool,
    /// The checkpoint's head, if its records are the ones it sums.
    pub kept: Option<(Index, Head)>,
    /// Whether the head is what the journal tells, as far as that reaches.
    pub head_agrees: bool,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Survey {
    /// Looks at everything. The lock must be ours.
    pub(super) fn of(dir: &Path, progress: &dyn Fn(u64, u64)) -> Result<Self, StoreError> {
        let mut findings = Vec::new();
        let mut find = |file, line, what: String| findings.push(Finding { file, line, what });
        let store_key = fs::read(dir.join(names::STORE_KEY))
            .ok()
            .and_then(|b| read_key_file(&b))
            .map(|k| fingerprint(&k));
        if store_key.is_none() {
            find(
                names::STORE_KEY,
                None,
                "is missing or damaged: Secrets of present keys are checked by Argon2 alone".into(),
            );
        }
        let found = match fs::read(dir.join(names::HEAD)) {
            Ok(bytes) => Some(read_slots(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(disk(&dir.join(names::HEAD), "read", &error)),
        };
        match &found {
            None => find(names::HEAD, None, "is missing".into()),
            Some(Found { newer: Some(version), .. }) => {
                return Err(super::opening::newer(dir, names::HEAD, *version));
            }
            Some(Found { head: None, .. }) => find(names::HEAD, None, "is damaged in both places".into()),
            Some(Found { one_bad: true, .. }) => {
                find(names::HEAD, None, "is damaged in one of its two places".into());
            }
            Some(_) => {}
        }
        let fingerprint = store_key.unwrap_or(0);
        let kept = match checkpoint(dir, fingerprint) {
            Ok(kept) => kept,
            Err(IndexError::Held) => return Err(StoreError::Held { pid: None }),
            Err(error) => {
                find(names::INDEX, None, format!("cannot be used: {error}"));
                None
            }
        };
        let head = found.and_then(|f| f.head);
        let marks: Vec<Head> = head.into_iter().chain(kept.as_ref().map(|k| k.1)).collect();
        let journal = Journal::read(dir, fingerprint, &marks, progress)?;
        let revision = journal.reached.0.revision;
        if let Some(what) = journal.broken {
            find(names::JOURNAL, Some(revision + 1), what);
        }
        if let Some(head) = head.filter(|h| h.revision > revision || h.length > journal.reached.0.length) {
            let what = format!("ends at revision {revision}, and `head` names {}", head.revision);
            find(names::JOURNAL, Some(revision + 1), what);
        }
        let head_agrees = head.is_none_or(|h| !journal.disagrees.contains(&h));
        for mark in journal.disagrees {
            let file = if Some(mark) == head { names::HEAD } else { names::INDEX };
            find(file, None, format!("is not what the journal tells up to revision {}", mark.revision));
        }
        if let (Some(head), Some((_, kept))) = (head, &kept)
            && kept.revision > head.revision.max(revision)
        {
            find(
                names::HEAD,
                None,
                format!("is older than the checkpoint, which has revision {}", kept.revision),
            );
        }
        let Journal { told, reached, clean, .. } = journal;
        Ok(Self { found, told, reached, clean, kept, head_agrees, findings })
    }

    /// The head that counts, if there is one.
    pub(super) fn head(&self) -> Option<Head> {
        self.found.and_then(|f| f.head)
    }

    /// The revision up to which there is evidence that changes were made.
    pub(super) fn known_to(&self) -> u64 {
        let kept = self.kept.as_ref().map_or(0, |k| k.1.revision);
        self.head().map_or(0, |h| h.revision).max(kept).max(self.reached.0.revision)
    }
}

/// The checkpoint, if it is whole in itself.
fn checkpoint(dir: &Path, store_key: u32) -> Result<Option<(Index, Head)>, IndexError> {
    if !dir.join(names::INDEX).is_dir() {
        return Err(IndexError::Damaged("it is missing".to_owned()));
    }
    let index = Index::open(dir)?;
    let Some(head) = index.head()? else { return Ok(None) };
    let mut state = State::new(store_key);
    index.load(&head, &mut state, &mut Count::untold())?;
    if state.agrees_with(&head) {
        Ok(Some((index, head)))
    } else {
        Err(IndexError::Damaged("its digest does not fit".to_owned()))
    }
}

struct Journal {
    told: State,
    reached: (Position, i64),
    clean: bool,
    broken: Option<String>,
    disagrees: Vec<Head>,
}

impl Journal {
    fn read(
        dir: &Path,
        store_key: u32,
        marks: &[Head],
        progress: &dyn Fn(u64, u64),
    ) -> Result<Self, StoreError> {
        let path = dir.join(names::JOURNAL);
        let nothing = |broken| Self {
            told: State::new(store_key),
            reached: (Position::START, 0),
            clean: true,
            broken,
            disagrees: Vec::new(),
        };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(nothing(Some("is missing".into())));
            }
            Err(error) => return Err(disk(&path, "opened", &error)),
        };
        let unreadable = |e| disk(&path, "read", &e);
        let size = file.metadata().map_err(unreadable)?.len();
        let Tail { mut end, clean, newer } = tail(&file, Position::START, size).map_err(unreadable)?;
        if let Some(version) = newer {
            return Err(super::opening::newer(dir, names::JOURNAL, version.into()));
        }
        // A line can have the right checksum and still make no sense: then all before its group commit counts.
        let mut clause = (!clean).then(|| "is damaged or torn".to_owned());
        loop {
            let mut read = nothing(clause.clone());
            let walked = walk(&file, Position::START, end.length, &mut |line, offset, after| {
                read.told.apply(line, offset)?;
                read.reached = (*after, line.time);
                if after.revision.is_multiple_of(4096) {
                    progress(after.length, end.length);
                }
                for mark in marks.iter().filter(|m| m.revision == after.revision) {
                    if Position::from(mark) != *after || !read.told.agrees_with(mark) {
                        read.disagrees.push(*mark);
                    }
                }
                Ok(())
            });
            let Err(broken) = walked else {
                read.clean = clean && clause.is_none();
                return Ok(read);
            };
            end = tail(&file, Position::START, broken.after.length).map_err(unreadable)?.end;
            clause = Some(broken.what);
        }
    }
}
