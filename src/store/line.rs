//! One line of the journal as text: JSON, with the hash of the line before it and a CRC32 at its end.
//!
//! `{"v":1,"rev":7,"batch":[7,9],"time":…,"actor":…,"kind":…,…,"prev":"<sha256>","crc":"<crc32>"}`. The CRC covers all
//! before it, the hash the whole line without its newline. Lines about rotations came later and are of version 2, lines about
//! notes later still and of version 3, so that a program that does not know them says so. Knows nothing of files; what the fields mean is `delta`'s matter.

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::delta::Fields;
use super::entry::Subject;
use crate::model::{ChangeKind, Group, GroupCode, KeyId, Note, Rotation};

/// The version of a line about a key or a group.
pub(super) const VERSION: u8 = 1;
/// The version of a line about a rotation.
const ROTATIONS: u8 = 2;
/// The version of a line about a note, and the newest that there is.
const NOTES: u8 = 3;
const HEX: &[u8; 16] = b"0123456789abcdef";
/// `,"crc":"` + 8 digits + `"}`
const TAIL: usize = 18;
/// `,"prev":"` + 64 digits + `"`, [`TAIL`], newline
const END: usize = 9 + 64 + 1 + TAIL + 1;

/// SHA-256 of a line.
pub(super) type Chain = [u8; 32];

/// A line's content.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
pub(super) struct Line<'a> {
    v: u8,
    /// Its revision.
    pub rev: u64,
    /// First and last revision of the group commit it belongs to; absent when it stands alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<(u64, u64)>,
    /// When, in Unix seconds.
    pub time: i64,
    /// Who.
    #[serde(borrow)]
    pub actor: Cow<'a, str>,
    /// What kind of change.
    pub kind: ChangeKind,
    /// Creation number of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// The key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
    /// The group (for a key: the one it is in afterwards).
    #[serde(borrow)]
    pub group: Cow<'a, str>,
    /// Description of that key or group.
    #[serde(borrow)]
    pub description: Cow<'a, str>,
    /// What differed before; all when it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Fields<'a>>>,
    /// What differs now; all when it came to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Box<Fields<'a>>>,
    /// The rotation before; absent when it was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_before: Option<Box<Rotation>>,
    /// The rotation after; absent when it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_after: Option<Box<Rotation>>,
    /// The note before; absent when it was first written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_before: Option<Box<Note>>,
    /// The note after; absent when it was taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_after: Option<Box<Note>>,
    #[serde(borrow, skip_serializing)]
    prev: Cow<'a, str>,
    #[serde(borrow, skip_serializing)]
    crc: Cow<'a, str>,
}

/// Whose line it is, where it stands, and when it was made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamp<'a> {
    /// Revision.
    pub rev: u64,
    /// First and last revision of its group commit.
    pub batch: (u64, u64),
    /// Unix seconds.
    pub time: i64,
    /// Account.
    pub actor: &'a str,
}

/// Why a line is not one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LineError {
    /// Not what this program wrote: a clause that says what does not fit.
    Damaged(&'static str),
    /// Written by a newer program.
    Newer(u8),
}

impl<'a> Line<'a> {
    /// A line about a group.
    pub(super) fn of_group(
        stamp: Stamp<'a>,
        kind: ChangeKind,
        group: &'a Group,
        (before, after): (Option<Fields<'a>>, Option<Fields<'a>>),
    ) -> Self {
        Self {
            v: VERSION,
            rev: stamp.rev,
            batch: (stamp.batch.0 != stamp.batch.1).then_some(stamp.batch),
            time: stamp.time,
            actor: Cow::Borrowed(stamp.actor),
            kind,
            number: None,
            key: None,
            group: Cow::Borrowed(group.code.as_str()),
            description: Cow::Borrowed(group.description.as_str()),
            before: before.map(Box::new),
            after: after.map(Box::new),
            rotation_before: None,
            rotation_after: None,
            note_before: None,
            note_after: None,
            prev: Cow::Borrowed(""),
            crc: Cow::Borrowed(""),
        }
    }

    /// A line about nobody's fields yet.
    fn about(v: u8, stamp: Stamp<'a>, kind: ChangeKind, subject: &'a Subject) -> Self {
        Self {
            v,
            rev: stamp.rev,
            batch: (stamp.batch.0 != stamp.batch.1).then_some(stamp.batch),
            time: stamp.time,
            actor: Cow::Borrowed(stamp.actor),
            kind,
            number: None,
            key: None,
            group: Cow::Borrowed(subject.group.as_str()),
            description: Cow::Borrowed(subject.description.as_str()),
            before: None,
            after: None,
            rotation_before: None,
            rotation_after: None,
            note_before: None,
            note_after: None,
            prev: Cow::Borrowed(""),
            crc: Cow::Borrowed(""),
        }
    }

    /// A line about a note: the key is the one that it is about.
    pub(super) fn of_note(
        stamp: Stamp<'a>,
        kind: ChangeKind,
        subject: &'a Subject,
        (before, after): (Option<&Note>, Option<&Note>),
    ) -> Self {
        Self {
            key: after.or(before).and_then(|note| note.about().key()),
            note_before: before.cloned().map(Box::new),
            note_after: after.cloned().map(Box::new),
            ..Self::about(NOTES, stamp, kind, subject)
        }
    }

    /// A line about a rotation: the number is its own, the key the one that hands over.
    pub(super) fn of_rotation(
        stamp: Stamp<'a>,
        kind: ChangeKind,
        subject: &'a Subject,
        (before, after): (Option<&Rotation>, Option<&Rotation>),
    ) -> Self {
        let rotation = after.or(before);
        Self {
            number: rotation.map(|r| r.number),
            key: rotation.map(|r| r.old),
            rotation_before: before.cloned().map(Box::new),
            rotation_after: after.cloned().map(Box::new),
            ..Self::about(ROTATIONS, stamp, kind, subject)
        }
    }

    /// First and last revision of its group commit.
    pub(super) fn span(&self) -> (u64, u64) {
        self.batch.unwrap_or((self.rev, self.rev))
    }

    /// Its group.
    pub(super) fn group_code(&self) -> Result<GroupCode, &'static str> {
        self.group.parse().map_err(|_| "its group code cannot be read")
    }

    /// Appends the line without its end: all but what [`Bodies::seal`] adds.
    pub(super) fn print(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        out.pop();
        Ok(())
    }

    /// Reads a line (without its newline), having checked its CRC.
    pub(super) fn parse(text: &'a [u8]) -> Result<Self, LineError> {
        check(text)?;
        let line: Self = serde_json::from_slice(text)
            .map_err(|_| LineError::Damaged("it is not JSON of the form this program writes"))?;
        let (first, last) = line.span();
        if line.rev == 0 || first > line.rev || line.rev > last || line.batch.is_some_and(|b| b.0 == b.1) {
            return Err(LineError::Damaged("its revision is not within its group"));
        }
        Ok(line)
    }

    /// The hash of the line before it.
    pub(super) fn prev(&self) -> Option<Chain> {
        read_hex(self.prev.as_bytes())
    }
}

/// Lines one after the other, each without its end, which needs the hash of the line before it.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Bodies {
    /// One more, which `print` appends without its last brace.
    pub(super) fn push(&mut self, print: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
        let start = self.bytes.len();
        let printed = print(&mut self.bytes);
        if printed.is_ok() {
            self.ends.push(self.bytes.len());
        } else {
            self.bytes.truncate(start);
        }
        printed
    }

    /// How many bytes the lines will take.
    pub(super) fn sealed_length(&self) -> usize {
        self.bytes.len() + self.ends.len() * END
    }

    /// Forgets them and keeps the room.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Appends the whole lines, each with the hash before it, its CRC and a newline; `chain` goes on to the last hash.
    pub(super) fn seal(&self, chain: &mut Chain, out: &mut Vec<u8>) {
        out.reserve(self.sealed_length());
        let mut from = 0;
        for &to in &self.ends {
            let start = out.len();
            out.extend_from_slice(&self.bytes[from..to]);
            out.extend_from_slice(b",\"prev\":\"");
            put_hex(chain, out);
            out.push(b'"');
            let crc = crc32fast::hash(&out[start..]);
            out.extend_from_slice(b",\"crc\":\"");
            put_hex(&crc.to_be_bytes(), out);
            out.extend_from_slice(b"\"}");
            *chain = hash(&out[start..]);
            out.push(b'\n');
            from = to;
        }
    }
}

/// Checks version and CRC of a line.
pub(super) fn check(text: &[u8]) -> Result<(), LineError> {
    let version = text.strip_prefix(b"{\"v\":").and_then(|rest| {
        let end = rest.iter().position(|b| *b == b',')?;
        std::str::from_utf8(&rest[..end]).ok()?.parse::<u8>().ok()
    });
    let (body, tail) = text.split_at(text.len().saturating_sub(TAIL));
    let crc = tail.strip_prefix(b",\"crc\":\"").and_then(|t| t.strip_suffix(b"\"}")).and_then(read_hex::<4>);
    if version.is_none() || crc != Some(crc32fast::hash(body).to_be_bytes()) {
        return Err(LineError::Damaged("its checksum does not fit"));
    }
    version.filter(|v| !(VERSION..=NOTES).contains(v)).map_or(Ok(()), |v| Err(LineError::Newer(v)))
}

/// The hash of a line without its newline.
pub(super) fn hash(text: &[u8]) -> Chain {
    Sha256::digest(text).into()
}

/// Appends bytes as hexadecimal digits.
pub(super) fn put_hex(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        out.push(HEX[usize::from(byte >> 4)]);
        out.push(HEX[usize::from(byte & 15)]);
    }
}

fn read_hex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let digit = |b: u8| HEX.iter().position(|h| *h == b).and_then(|p| u8::try_from(p).ok());
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}
