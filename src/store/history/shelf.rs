//! One of the two shelves of the history: evidence, or what nobody proved. Each has its own room, so that garbage
//! never evicts evidence. When a shelf is full its oldest segment goes as a whole.

use std::collections::VecDeque;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::{Path, PathBuf};

use super::row;
use super::segment::{self, BatchHead, HEAD, Placed};
use crate::model::LogonRow;
use crate::store::medium::{options, shown};

/// Which shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Accepted calls and refusals of proved callers.
    Evidence,
    /// Refusals of callers that proved nothing.
    Unproved,
}

impl Kind {
    /// Both, by their place.
    pub(super) const ALL: [Self; 2] = [Self::Evidence, Self::Unproved];

    /// How its files are called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Unproved => "unproved",
        }
    }
}

/// How much a shelf may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Rows.
    pub rows: u64,
    /// Age of the oldest row in seconds.
    pub age: i64,
    /// Rows of one segment.
    pub segment: u64,
}

/// Where a batch is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Number of the segment.
    pub segment: u32,
    /// The batch in it.
    pub placed: Placed,
}

#[derive(Debug)]
struct Segment {
    number: u32,
    rows: u64,
    length: u64,
    first: i64,
    last: i64,
    /// Nothing is appended any more: a newer program wrote in it.
    closed: bool,
}

/// The segments of one kind.
#[derive(Debug)]
pub(super) struct Shelf {
    dir: PathBuf,
    kind: Kind,
    room: Room,
    segments: VecDeque<Segment>,
    pen: Option<(u32, File)>,
}

/// The path of a segment.
pub(super) fn path(dir: &Path, kind: Kind, number: u32) -> PathBuf {
    dir.join(format!("{}-{number:08}", kind.name()))
}

/// A segment, opened for reading.
pub(super) fn open_segment(dir: &Path, kind: Kind, number: u32) -> io::Result<File> {
    options().read(true).open(path(dir, kind, number))
}

/// Which segments went away though older ones are there: only the oldest are ever taken away.
fn missing(dir: &Path, kind: Kind, numbers: &[u32]) -> Option<String> {
    let gap = |pair: &[u32]| pair[1] - pair[0] - 1;
    let (before, _) = numbers.windows(2).map(|pair| (pair[0], gap(pair))).find(|(_, gap)| *gap > 0)?;
    let first = shown(&path(dir, kind, before + 1));
    Some(match numbers.windows(2).map(|pair| u64::from(gap(pair))).sum::<u64>() {
        1 => format!("{first} is missing"),
        more => format!("{more} of its files are missing, the first of them {first}"),
    })
}

impl Shelf {
    /// Finds the segments in a directory, and every batch of them. What is not there any more, or cannot be read, is
    /// told in `holes`, never refused.
    pub(super) fn open(dir: &Path, kind: Kind, room: Room, holes: &mut Vec<String>) -> (Self, Vec<Place>) {
        let mut shelf = Self { dir: dir.to_owned(), kind, room, segments: VecDeque::new(), pen: None };
        let mut places = Vec::new();
        let numbers = shelf.numbers(holes);
        holes.extend(missing(dir, kind, &numbers));
        for number in numbers.iter().copied() {
            let path = path(dir, kind, number);
            let walk = open_segment(dir, kind, number).and_then(|file| segment::walk(&file));
            let walk = match walk {
                Ok(walk) => walk,
                Err(error) => {
                    holes.push(format!("{} could not be read and is left out: {error}", shown(&path)));
                    continue;
                }
            };
            if walk.newer {
                let name = shown(&path);
                holes.push(format!("{name} was written by a newer claviger and is read in part"));
            }
            // Bytes after the last batch of the last segment are a write that was cut short; its rows come back from
            // the file of unfinished rows.
            let lost = if Some(&number) == numbers.last() { walk.lost } else { walk.lost + walk.torn };
            if lost > 0 && !walk.newer {
                holes.push(format!("{} is damaged: {lost} bytes of it are lost", shown(&path)));
            }
            let heads = || walk.batches.iter().map(|placed| placed.head);
            shelf.segments.push_back(Segment {
                number,
                rows: heads().map(|head| u64::from(head.rows)).sum(),
                length: walk.end,
                first: heads().map(|head| head.first).min().unwrap_or(i64::MAX),
                last: heads().map(|head| head.last).max().unwrap_or(i64::MIN),
                closed: walk.newer,
            });
            places.extend(walk.batches.into_iter().map(|placed| Place { segment: number, placed }));
        }
        (shelf, places)
    }

    fn numbers(&self, holes: &mut Vec<String>) -> Vec<u32> {
        let number = |name: &str| name.strip_prefix(self.kind.name())?.strip_prefix('-')?.parse().ok();
        let mut numbers: Vec<u32> = match fs::read_dir(&self.dir) {
            Ok(entries) => entries.filter_map(|entry| number(entry.ok()?.file_name().to_str()?)).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                holes.push(format!("{} could not be read: {error}", shown(&self.dir)));
                Vec::new()
            }
        };
        numbers.sort_unstable();
        numbers
    }

    /// Appends the rows of one closing. What failed can be repeated: the place is taken again.
    pub(super) fn append(&mut self, closing: u64, rows: &[LogonRow]) -> io::Result<Place> {
        let mut bytes = Vec::with_capacity(rows.len() * 128);
        for row in rows {
            row::put(row, &mut bytes);
        }
        let first = rows.iter().map(|row| row.first.0).min().unwrap_or(0);
        let last = rows.iter().map(|row| row.time.0).max().unwrap_or(0);
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let sealed = BatchHead::seal(closing, count, first, last, &bytes)?;
        let full = |s: &Segment| {
            s.closed || s.rows >= self.room.segment || last.saturating_sub(s.first) > self.room.age / 12
        };
        if self.segments.back().is_none_or(full) {
            self.begin()?;
        }
        let Some(segment) = self.segments.back_mut() else { return Err(io::Error::other("no segment")) };
        let number = segment.number;
        let file = match self.pen.take() {
            Some((at, file)) if at == number => file,
            _ => {
                let file = options().write(true).open(path(&self.dir, self.kind, number))?;
                // What a killed process left after the last whole batch.
                file.set_len(segment.length)?;
                file
            }
        };
        file.write_all_at(&sealed, segment.length)?;
        let offset = segment.length;
        segment.length += sealed.len() as u64;
        segment.rows += u64::from(count);
        segment.first = segment.first.min(first);
        segment.last = segment.last.max(last);
        self.pen = Some((number, file));
        let head = BatchHead {
            closing,
            rows: count,
            length: u32::try_from(sealed.len() - HEAD).unwrap_or(0),
            first,
            last,
            crc: crc32fast::hash(&bytes),
        };
        Ok(Place { segment: number, placed: Placed { offset, head } })
    }

    /// A new segment.
    fn begin(&mut self) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        self.sync()?;
        let number = self.segments.back().map_or(1, |segment| segment.number + 1);
        let file = options().write(true).create_new(true).open(path(&self.dir, self.kind, number))?;
        File::open(&self.dir)?.sync_all()?;
        self.pen = Some((number, file));
        let (first, last) = (i64::MAX, i64::MIN);
        self.segments.push_back(Segment { number, rows: 0, length: 0, first, last, closed: false });
        Ok(())
    }

    /// Waits for the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.pen.as_ref().map_or(Ok(()), |(_, file)| file.sync_data())
    }

    /// Whether the oldest segment has to go.
    pub(super) fn is_over(&self, now: i64) -> bool {
        let rows: u64 = self.segments.iter().map(|segment| segment.rows).sum();
        let oldest = self.segments.front().filter(|_| self.segments.len() > 1);
        oldest.is_some_and(|oldest| rows > self.room.rows || now.saturating_sub(oldest.last) > self.room.age)
    }

    /// Takes away the oldest segments until the rest fits; their numbers.
    pub(super) fn evict(&mut self, now: i64) -> Vec<u32> {
        let mut gone = Vec::new();
        while self.is_over(now) {
            let Some(oldest) = self.segments.pop_front() else { break };
            // One that cannot be removed is found again by the next opening.
            let _ = fs::remove_file(path(&self.dir, self.kind, oldest.number));
            gone.push(oldest.number);
        }
        gone
    }
}
