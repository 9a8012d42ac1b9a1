//! Notes as bytes: acceptances (`A`) and sightings (`S`), which came later than keys, groups and rotations.

use bincode::{BorrowDecode, Encode};
use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::{CodecError, ENVELOPE, mark, open, read, read_mark, write};
use crate::model::{About, Acceptance, FoundIn, Grounds, Note, Practice, Sighting, Time};

#[derive(Encode, BorrowDecode)]
struct AcceptanceV1<'a> {
    finding: &'a str,
    key: Option<&'a str>,
    group: Option<&'a str>,
    reason: &'a str,
    until: i64,
    made: (i64, &'a str),
}

#[derive(Encode, BorrowDecode)]
struct SightingV1<'a> {
    key: &'a str,
    place: &'a str,
    secret: bool,
    seen: (i64, &'a str),
}

/// A note.
pub(in crate::store) fn encode_note(note: &Note) -> Result<Vec<u8>, CodecError> {
    match note {
        Note::Accepted(one) => {
            let (key, group) = match &one.about {
                About::Key(key) => (Some(key.as_str()), None),
                About::Group(code) => (None, Some(code.as_str())),
            };
            let (finding, reason) = (one.finding.code(), one.reason.as_str());
            let until = one.until.0;
            write(b'A', AcceptanceV1 { finding, key, group, reason, until, made: mark(&one.made) })
        }
        Note::Seen(one) => {
            let (key, place) = (one.key.as_str(), one.place.as_str());
            write(b'S', SightingV1 { key, place, secret: one.secret, seen: mark(&one.seen) })
        }
    }
}

/// Reads a note.
pub(in crate::store) fn decode_note(value: &[u8]) -> Result<Note, CodecError> {
    let note = if value.first() == Some(&b'A') {
        let v1: AcceptanceV1<'_> = read(open(b'A', value)?)?;
        let about = match (v1.key, v1.group) {
            (Some(key), None) => key.parse().ok().map(About::Key),
            (None, Some(code)) => code.parse().ok().map(About::Group),
            _ => None,
        };
        let accepted = || {
            Some(Acceptance {
                finding: Practice::ALL.into_iter().find(|practice| practice.code() == v1.finding)?,
                about: about?,
                reason: Grounds::parse(v1.reason).ok()?,
                until: Time(v1.until),
                made: read_mark(v1.made)?,
            })
        };
        accepted().map(Note::Accepted)
    } else {
        let v1: SightingV1<'_> = read(open(b'S', value)?)?;
        let seen = || {
            Some(Sighting {
                key: v1.key.parse().ok()?,
                place: FoundIn::try_from(v1.place.to_owned()).ok()?,
                secret: v1.secret,
                seen: read_mark(v1.seen)?,
            })
        };
        seen().map(Note::Seen)
    };
    note.ok_or(CodecError::Damaged)
}

/// Hash of a note.
pub(in crate::store) fn note_hash(note: &Note) -> Result<u128, CodecError> {
    // Kind and version are part of it: an acceptance is never a sighting.
    let value = encode_note(note)?;
    let seed = 5 + u64::from(value[0]);
    Ok(xxh3_128_with_seed(&value[ENVELOPE..], seed))
}
