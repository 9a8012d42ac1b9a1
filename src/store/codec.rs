//! Records as bytes: the one place that says bincode. The first format is frozen here; fixtures hold it.
//!
//! A value in sled is magic, version, CRC32, body. Structs with `V1` in their name never change; a new format is a new
//! struct and a new version. Knows nothing of where the bytes are kept.

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use bincode::{BorrowDecode, Encode};
use xxhash_rust::xxh3::xxh3_128_with_seed;

use crate::model::{Account, ApiKey, Days, KeyId, KeyRef, Mark, Owner, Status, Time};

mod group;
mod note;
mod rotation;

pub(super) use group::{decode_group, encode_group, group_hash};
pub(super) use note::{decode_note, encode_note, note_hash};
pub(super) use rotation::{decode_rotation, encode_rotation, rotation_hash};

const VERSION: u8 = 1;
const ENVELOPE: usize = 6;
const NEVER_USED: i64 = i64::MIN;
/// No record may claim more: a damaged length must not take the memory.
const LIMIT: usize = 64 * 1024 * 1024;
const CONFIG: Configuration<LittleEndian, Varint, Limit<LIMIT>> =
    bincode::config::standard().with_limit::<LIMIT>();

/// Why bytes are not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum CodecError {
    /// Not what this program wrote.
    #[error("a record is damaged")]
    Damaged,
    /// Written by a newer program.
    #[error("a record has format {0}, which a newer claviger wrote")]
    Newer(u8),
}

/// What proves a Secret, as it is kept: hash, pre-check, and which store key made the pre-check.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Seal<'a> {
    /// The Argon2id string.
    pub phc: &'a str,
    /// The pre-check.
    pub precheck: u64,
    /// Fingerprint of the store key.
    pub made_with: u32,
}

#[derive(Encode, BorrowDecode)]
struct KeyV1<'a> {
    number: u64,
    key: &'a str,
    description: &'a str,
    group: &'a str,
    disabled: bool,
    created: i64,
    modified: i64,
    modified_by: &'a str,
    expires: Option<i64>,
    rotate_every: Option<u16>,
    owner: Option<&'a str>,
    secret_copied: bool,
}

/// Writes the fields of a key, without its last use, which no digest covers.
fn put_fields(key: &ApiKey, out: &mut Vec<u8>) -> Result<(), CodecError> {
    let v1 = KeyV1 {
        number: key.number,
        key: key.key.as_str(),
        description: key.description.as_str(),
        group: key.group.as_str(),
        disabled: key.status == Status::Disabled,
        created: key.created.0,
        modified: key.modified.0,
        modified_by: key.modified_by.as_str(),
        expires: key.expires.map(|t| t.0),
        rotate_every: key.rotate_every.map(Days::get),
        owner: key.owner.as_ref().map(Owner::as_str),
        secret_copied: key.secret_copied,
    };
    bincode::encode_into_std_write(v1, out, CONFIG).map(drop).map_err(|_| CodecError::Damaged)
}

/// Hash of a key's fields; `scratch` is only there to be used again.
pub(super) fn fields_hash(key: &ApiKey, scratch: &mut Vec<u8>) -> Result<u128, CodecError> {
    scratch.clear();
    put_fields(key, scratch)?;
    Ok(xxh3_128_with_seed(scratch, 1))
}

/// Hash of a key's proof.
pub(super) fn seal_hash(number: u64, seal: Seal<'_>, scratch: &mut Vec<u8>) -> u128 {
    scratch.clear();
    scratch.extend_from_slice(&number.to_be_bytes());
    put_seal(seal, scratch);
    xxh3_128_with_seed(scratch, 2)
}

fn put_seal(seal: Seal<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(&seal.made_with.to_le_bytes());
    out.extend_from_slice(&seal.precheck.to_le_bytes());
    out.extend_from_slice(seal.phc.as_bytes());
}

fn close(kind: u8, mut value: Vec<u8>) -> Vec<u8> {
    let crc = crc32fast::hash(&value[ENVELOPE..]);
    value[0] = kind;
    value[1] = VERSION;
    value[2..ENVELOPE].copy_from_slice(&crc.to_le_bytes());
    value
}

fn open(kind: u8, value: &[u8]) -> Result<&[u8], CodecError> {
    let (envelope, body) = value.split_at_checked(ENVELOPE).ok_or(CodecError::Damaged)?;
    if envelope[0] != kind || envelope[2..] != crc32fast::hash(body).to_le_bytes() {
        return Err(CodecError::Damaged);
    }
    if envelope[1] == VERSION { Ok(body) } else { Err(CodecError::Newer(envelope[1])) }
}

/// A key with its proof: last use, length of the fields, fields, proof.
pub(super) fn encode_key(key: &ApiKey, seal: Seal<'_>) -> Result<Vec<u8>, CodecError> {
    let mut value = Vec::with_capacity(320);
    value.extend_from_slice(&[0; ENVELOPE]);
    value.extend_from_slice(&key.last_used.map_or(NEVER_USED, |t| t.0).to_le_bytes());
    value.extend_from_slice(&[0; 2]);
    let start = value.len();
    put_fields(key, &mut value)?;
    let length = u16::try_from(value.len() - start).map_err(|_| CodecError::Damaged)?;
    value[start - 2..start].copy_from_slice(&length.to_le_bytes());
    put_seal(seal, &mut value);
    Ok(close(b'K', value))
}

/// A key and its proof, with the hashes of both.
#[derive(Clone, Copy)]
pub(super) struct StoredKey<'a> {
    /// The record.
    pub key: KeyRef<'a>,
    /// Its proof.
    pub seal: Seal<'a>,
    /// Hash of the fields.
    pub fields_hash: u128,
}

/// Reads a key and its proof.
pub(super) fn decode_key(value: &[u8]) -> Result<StoredKey<'_>, CodecError> {
    let body = open(b'K', value)?;
    let (last_used, rest) = body.split_first_chunk::<8>().ok_or(CodecError::Damaged)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(CodecError::Damaged)?;
    let (fields, seal) =
        rest.split_at_checked(usize::from(u16::from_le_bytes(*length))).ok_or(CodecError::Damaged)?;
    let (made_with, seal) = seal.split_first_chunk::<4>().ok_or(CodecError::Damaged)?;
    let (precheck, phc) = seal.split_first_chunk::<8>().ok_or(CodecError::Damaged)?;
    let last_used = Some(i64::from_le_bytes(*last_used)).filter(|&t| t != NEVER_USED).map(Time);
    let v1: KeyV1<'_> = read(fields)?;
    let key = key_of(&v1, last_used).ok_or(CodecError::Damaged)?;
    let phc = std::str::from_utf8(phc).map_err(|_| CodecError::Damaged)?;
    let seal =
        Seal { phc, precheck: u64::from_le_bytes(*precheck), made_with: u32::from_le_bytes(*made_with) };
    Ok(StoredKey { key, seal, fields_hash: xxh3_128_with_seed(fields, 1) })
}

fn key_of<'a>(v1: &KeyV1<'a>, last_used: Option<Time>) -> Option<KeyRef<'a>> {
    let key = KeyRef {
        number: v1.number,
        key: v1.key.parse::<KeyId>().ok()?,
        description: v1.description,
        group: v1.group,
        status: if v1.disabled { Status::Disabled } else { Status::Active },
        created: Time(v1.created),
        modified: Time(v1.modified),
        modified_by: v1.modified_by,
        last_used,
        expires: v1.expires.map(Time),
        rotate_every: v1.rotate_every.map(Days::try_from).transpose().ok()?,
        owner: v1.owner,
        secret_copied: v1.secret_copied,
    };
    key.texts_are_good().then_some(key)
}

fn read<'a, T: BorrowDecode<'a, ()>>(bytes: &'a [u8]) -> Result<T, CodecError> {
    match bincode::borrow_decode_from_slice(bytes, CONFIG) {
        Ok((value, used)) if used == bytes.len() => Ok(value),
        _ => Err(CodecError::Damaged),
    }
}

fn write(kind: u8, v1: impl Encode) -> Result<Vec<u8>, CodecError> {
    let mut value = vec![0; ENVELOPE];
    bincode::encode_into_std_write(v1, &mut value, CONFIG).map_err(|_| CodecError::Damaged)?;
    Ok(close(kind, value))
}

/// Time and account of a mark.
fn mark(mark: &Mark) -> (i64, &str) {
    (mark.time.0, mark.by.as_str())
}

fn read_mark((time, by): (i64, &str)) -> Option<Mark> {
    Some(Mark { time: Time(time), by: Account::parse(by).ok()? })
}
