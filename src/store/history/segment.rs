//! Segments: files of batches, each batch with a checksummed head, its rows checksummed as well.
//!
//! A batch holds the rows of one closing. Where a head is damaged the next good one is searched for, so that a flipped
//! bit costs one batch and not the file. Knows nothing of what the rows say.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use memchr::memmem;

const MAGIC: &[u8; 4] = b"CLVL";
const VERSION: u8 = 1;
/// A batch's head in bytes.
pub(super) const HEAD: usize = 48;
/// No batch is larger: a damaged length must not take the memory.
pub(super) const LARGEST: u32 = 64 * 1024 * 1024;

/// What the head of a batch tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BatchHead {
    /// Which closing its rows belong to.
    pub closing: u64,
    /// How many rows.
    pub rows: u32,
    /// Bytes of the rows.
    pub length: u32,
    /// Time of the oldest row.
    pub first: i64,
    /// Time of the newest row.
    pub last: i64,
    /// CRC32 of the rows.
    pub crc: u32,
}

/// What stands where a head should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A good head.
    Head(BatchHead),
    /// A good head of a newer format.
    Newer,
    /// Nothing that can be read.
    Damaged,
}

impl BatchHead {
    /// Head and rows as they are written.
    pub(super) fn seal(closing: u64, rows: u32, first: i64, last: i64, body: &[u8]) -> io::Result<Vec<u8>> {
        let length = u32::try_from(body.len()).ok().filter(|length| *length <= LARGEST);
        let length = length.ok_or_else(|| io::Error::other("a batch of the history is too large"))?;
        let mut bytes = Vec::with_capacity(HEAD + body.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[VERSION, 0, 0, 0]);
        bytes.extend_from_slice(&closing.to_le_bytes());
        bytes.extend_from_slice(&rows.to_le_bytes());
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&first.to_le_bytes());
        bytes.extend_from_slice(&last.to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(body).to_le_bytes());
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes.extend_from_slice(body);
        Ok(bytes)
    }

    fn read(bytes: &[u8; HEAD]) -> Found {
        let number = |at: usize| {
            let mut value = [0; 8];
            value.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(value)
        };
        let short = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        if bytes[..4] != *MAGIC || short(44) != crc32fast::hash(&bytes[..44]) {
            return Found::Damaged;
        }
        if bytes[4] != VERSION {
            return Found::Newer;
        }
        let (closing, first, last) = (number(8), number(24).cast_signed(), number(32).cast_signed());
        let head = Self { closing, rows: short(16), length: short(20), first, last, crc: short(40) };
        if head.length > LARGEST { Found::Damaged } else { Found::Head(head) }
    }
}

/// One batch and where its head begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    /// Offset of the head.
    pub offset: u64,
    /// The head.
    pub head: BatchHead,
}

/// All batches of a segment, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The batches, in order.
    pub batches: Vec<Placed>,
    /// Where the last good batch ends.
    pub end: u64,
    /// Bytes in front of a good batch that could not be read.
    pub lost: u64,
    /// Bytes after the last good batch.
    pub torn: u64,
    /// Whether a newer program wrote in it.
    pub newer: bool,
}

/// Reads the heads of a segment. The rows of the last batch are read as well: it may have been cut short.
pub(super) fn walk(file: &File) -> io::Result<Walk> {
    let size = file.metadata()?.len();
    let mut walk = Walk::default();
    let mut at = 0;
    while at + HEAD as u64 <= size {
        let mut bytes = [0; HEAD];
        file.read_exact_at(&mut bytes, at)?;
        let next = match BatchHead::read(&bytes) {
            Found::Head(head) if at + HEAD as u64 + u64::from(head.length) <= size => {
                walk.lost += at - walk.end;
                walk.batches.push(Placed { offset: at, head });
                walk.end = at + HEAD as u64 + u64::from(head.length);
                Some(walk.end)
            }
            Found::Newer => {
                walk.newer = true;
                None
            }
            Found::Head(_) | Found::Damaged => search(file, at + 1, size)?,
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    if let Some(last) = walk.batches.last().copied()
        && body(file, &last)?.is_none()
    {
        walk.batches.pop();
        walk.end = last.offset;
    }
    walk.torn = size - walk.end;
    Ok(walk)
}

/// The place of the next head that is good.
fn search(file: &File, from: u64, size: u64) -> io::Result<Option<u64>> {
    let mut rest = vec![0; usize::try_from(size - from).unwrap_or(0)];
    file.read_exact_at(&mut rest, from)?;
    let good = memmem::find_iter(&rest, MAGIC).find(|at| {
        let head = rest[*at..].first_chunk::<HEAD>();
        head.is_some_and(|head| BatchHead::read(head) != Found::Damaged)
    });
    Ok(good.map(|at| from + at as u64))
}

/// The bytes of a batch's rows, if they are whole.
pub(super) fn body(file: &File, placed: &Placed) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = vec![0; usize::try_from(placed.head.length).unwrap_or(0)];
    match file.read_exact_at(&mut bytes, placed.offset + HEAD as u64) {
        Ok(()) => Ok((crc32fast::hash(&bytes) == placed.head.crc).then_some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}
