//! One line of the journal as text: JSON, with the hash of the line before it and a CRC32 at its end.
//!
//! `{"v":1,"rev":7,"batch":[7,9],"time":…,"actor":…,"kind":…,…,"prev":"<sha256>","crc":"<crc32>"}`. The CRC covers all
//! before it, the hash the whole line without its newline. Lines about rotations came later and are of version 2, lines about
//! notes later still and of version 3, so that a program that does not know them says so. Knows nothing of files; what the fields mean is `delta`'s matter.

mod seal;

pub(super) use seal::{Bodies, Chain, check, hash, put_hex};

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::delta::Fields;
use super::entry::Subject;
use crate::model::{ChangeKind, Description, Group, GroupCode, KeyId, Note, Rotation};
use seal::read_hex;

/// The version of a line about a key or a group.
pub(super) const VERSION: u8 = 1;

/// The version of a line about a rotation.
const ROTATIONS: u8 = 2;

/// The version of a line about a note, and the newest that there is.
const NOTES: u8 = 3;

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
            before: before.map(Box::new),
            after: after.map(Box::new),
            ..Self::about(VERSION, stamp, kind, &group.code, &group.description)
        }
    }

    /// A line about nobody's fields yet.
    fn about(
        v: u8,
        stamp: Stamp<'a>,
        kind: ChangeKind,
        group: &'a GroupCode,
        description: &'a Description,
    ) -> Self {
        Self {
            v,
            rev: stamp.rev,
            batch: (stamp.batch.0 != stamp.batch.1).then_some(stamp.batch),
            time: stamp.time,
            actor: Cow::Borrowed(stamp.actor),
            kind,
            number: None,
            key: None,
            group: Cow::Borrowed(group.as_str()),
            description: Cow::Borrowed(description.as_str()),
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
            ..Self::about(NOTES, stamp, kind, &subject.group, &subject.description)
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
            ..Self::about(ROTATIONS, stamp, kind, &subject.group, &subject.description)
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
