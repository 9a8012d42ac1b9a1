//! Reading the journal: line after line, chain and group commits checked on the way.
//!
//! Never holds more than a buffer and one line. Knows nothing of what the lines do to the records.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use memchr::memchr;

use crate::store::head::Head;
use crate::store::line::{self, Chain, Line, LineError};

const BLOCK: usize = 1 << 20;
/// A line longer than this was not written by this program.
const LONGEST: usize = 64 << 20;

/// A place between two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// Revision of the line before.
    pub revision: u64,
    /// Hash of the line before.
    pub chain: Chain,
    /// Offset in the file.
    pub length: u64,
}

impl Position {
    /// Before the first line.
    pub(crate) const START: Self = Self { revision: 0, chain: [0; 32], length: 0 };
}

impl From<&Head> for Position {
    fn from(head: &Head) -> Self {
        Self { revision: head.revision, chain: head.chain, length: head.length }
    }
}

/// What is wrong with the journal, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The last good place before it.
    pub after: Position,
    /// A clause: what does not fit.
    pub what: String,
    /// The format of the line, if a newer program wrote it.
    pub newer: Option<u8>,
}

/// Complete lines from one place to another, as bytes.
pub(crate) struct Lines<'f> {
    file: &'f File,
    buffer: Vec<u8>,
    start: usize,
    offset: u64,
    read_to: u64,
    end: u64,
}

impl<'f> Lines<'f> {
    /// The lines between two offsets.
    pub(crate) fn between(file: &'f File, from: u64, end: u64) -> Self {
        Self { file, buffer: Vec::new(), start: 0, offset: from, read_to: from, end }
    }

    /// The next whole line without its newline, and where it starts; `None` at the end, at zeros and at a torn line.
    pub(crate) fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        let mut looked = self.start;
        loop {
            if self.buffer.get(self.start) == Some(&0) {
                return Ok(None);
            }
            if let Some(found) = memchr(b'\n', &self.buffer[looked..]) {
                let (start, stop, offset) = (self.start, looked + found, self.offset);
                self.start = stop + 1;
                self.offset += (stop + 1 - start) as u64;
                return Ok(Some((offset, &self.buffer[start..stop])));
            }
            self.buffer.drain(..self.start);
            self.start = 0;
            looked = self.buffer.len();
            if looked > LONGEST || !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn fill(&mut self) -> io::Result<bool> {
        let more = usize::try_from(self.end.saturating_sub(self.read_to)).unwrap_or(BLOCK).min(BLOCK);
        let old = self.buffer.len();
        self.buffer.resize(old + more, 0);
        let got = if more == 0 { 0 } else { self.file.read_at(&mut self.buffer[old..], self.read_to)? };
        self.buffer.truncate(old + got);
        self.read_to += got as u64;
        Ok(got > 0)
    }
}

/// Follows chain, revisions and group commits.
struct Thread {
    at: Position,
    span: (u64, u64),
}

impl Thread {
    fn follow(&mut self, offset: u64, text: &[u8], line: &Line<'_>) -> Result<(), &'static str> {
        if line.prev() != Some(self.at.chain) {
            return Err("it does not follow the line before it");
        }
        if line.rev != self.at.revision + 1 {
            return Err("its revision is not the next one");
        }
        let opens = line.span().0 == line.rev;
        if opens != (self.span.1 == self.at.revision) || (!opens && line.span() != self.span) {
            return Err("it is not of the group commit that it stands in");
        }
        self.span = line.span();
        let length = offset + text.len() as u64 + 1;
        self.at = Position { revision: line.rev, chain: line::hash(text), length };
        Ok(())
    }

    fn is_between_groups(&self) -> bool {
        self.span.1 == self.at.revision
    }
}

/// Goes over every line from one place to the offset `end`, where a group commit must end. `each` gets a line, where
/// it starts and the place after it.
pub(crate) fn walk(
    file: &File,
    from: Position,
    end: u64,
    each: &mut dyn FnMut(&Line<'_>, u64, &Position) -> Result<(), String>,
) -> Result<Position, Broken> {
    let mut thread = Thread { at: from, span: (from.revision, from.revision) };
    let mut lines = Lines::between(file, from.length, end);
    loop {
        let after = thread.at;
        let broken = |what: String, newer| Broken { after, what, newer };
        let next = lines.next().map_err(|e| broken(format!("it cannot be read: {e}"), None))?;
        let Some((offset, text)) = next else { break };
        let line = Line::parse(text).map_err(|error| match error {
            LineError::Damaged(what) => broken(what.to_owned(), None),
            LineError::Newer(version) => broken(format!("it has format {version}"), Some(version)),
        })?;
        thread.follow(offset, text, &line).map_err(|what| broken(what.to_owned(), None))?;
        each(&line, offset, &thread.at).map_err(|what| broken(what, None))?;
    }
    if thread.at.length != end || !thread.is_between_groups() {
        return Err(Broken { after: thread.at, what: "it is missing or cut".to_owned(), newer: None });
    }
    Ok(thread.at)
}

/// What stands after the lines that `head` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tail {
    /// After the last whole group commit.
    pub end: Position,
    /// Whether there are only zeros after that.
    pub clean: bool,
    /// A line of a newer format was found.
    pub newer: Option<u8>,
}

/// Looks at what stands after a place: whole group commits, then zeros or something torn.
pub(crate) fn tail(file: &File, from: Position, size: u64) -> io::Result<Tail> {
    let mut thread = Thread { at: from, span: (from.revision, from.revision) };
    let mut found = Tail { end: from, clean: true, newer: None };
    let mut lines = Lines::between(file, from.length, size);
    while let Some((offset, text)) = lines.next()? {
        match Line::parse(text) {
            Ok(line) if thread.follow(offset, text, &line).is_ok() => {}
            Err(LineError::Newer(version)) => {
                found.newer = Some(version);
                break;
            }
            _ => break,
        }
        if thread.is_between_groups() {
            found.end = thread.at;
        }
    }
    found.clean = only_zeros(file, found.end.length, size)?;
    Ok(found)
}

fn only_zeros(file: &File, from: u64, size: u64) -> io::Result<bool> {
    let mut block = vec![0; 64 * 1024];
    let mut at = from;
    while at < size {
        let got = file.read_at(&mut block, at)?;
        if got == 0 {
            break;
        }
        if block[..got].iter().any(|b| *b != 0) {
            return Ok(false);
        }
        at += got as u64;
    }
    Ok(true)
}

/// Whether the line that ends at this place is the one that the place names.
pub(crate) fn last_line_fits(file: &File, at: &Position) -> io::Result<bool> {
    if at.revision == 0 {
        return Ok(at.length == 0);
    }
    let mut window = 4096;
    loop {
        let from = at.length.saturating_sub(window);
        let mut bytes = vec![0; usize::try_from(at.length - from).unwrap_or(0)];
        match file.read_exact_at(&mut bytes, from) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(error) => return Err(error),
        }
        let Some((b'\n', text)) = bytes.split_last() else { return Ok(false) };
        match memchr::memrchr(b'\n', text) {
            Some(found) => return Ok(line::hash(&text[found + 1..]) == at.chain),
            None if from == 0 => return Ok(line::hash(text) == at.chain),
            None if bytes.len() > LONGEST => return Ok(false),
            None => window *= 8,
        }
    }
}
