//! Rotations as bytes (`R`), which came later than keys and groups.

use bincode::{BorrowDecode, Encode};
use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::{CodecError, ENVELOPE, mark, open, read, read_mark, write};
use crate::model::{Days, Rotation, Time};

#[derive(Encode, BorrowDecode)]
struct RotationV1<'a> {
    number: u64,
    old: &'a str,
    new: &'a str,
    started: (i64, &'a str),
    deadline: Option<i64>,
    expires_before: Option<i64>,
    monitoring: u16,
    verified: Option<(i64, &'a str)>,
    disabled: Option<(i64, &'a str)>,
}

/// A rotation.
pub(in crate::store) fn encode_rotation(rotation: &Rotation) -> Result<Vec<u8>, CodecError> {
    let v1 = RotationV1 {
        number: rotation.number,
        old: rotation.old.as_str(),
        new: rotation.new.as_str(),
        started: mark(&rotation.started),
        deadline: rotation.deadline.map(|t| t.0),
        expires_before: rotation.expires_before.map(|t| t.0),
        monitoring: rotation.monitoring.get(),
        verified: rotation.verified.as_ref().map(mark),
        disabled: rotation.disabled.as_ref().map(mark),
    };
    write(b'R', v1)
}

/// Reads a rotation.
pub(in crate::store) fn decode_rotation(value: &[u8]) -> Result<Rotation, CodecError> {
    let v1: RotationV1<'_> = read(open(b'R', value)?)?;
    let marked = |given: Option<(i64, &str)>| given.map_or(Some(None), |given| read_mark(given).map(Some));
    let rotation = || {
        Some(Rotation {
            number: v1.number,
            old: v1.old.parse().ok()?,
            new: v1.new.parse().ok()?,
            started: read_mark(v1.started)?,
            deadline: v1.deadline.map(Time),
            expires_before: v1.expires_before.map(Time),
            monitoring: Days::try_from(v1.monitoring).ok()?,
            verified: marked(v1.verified)?,
            disabled: marked(v1.disabled)?,
        })
    };
    rotation().ok_or(CodecError::Damaged)
}

/// Hash of a rotation.
pub(in crate::store) fn rotation_hash(rotation: &Rotation) -> Result<u128, CodecError> {
    Ok(xxh3_128_with_seed(&encode_rotation(rotation)?[ENVELOPE..], 4))
}
