//! User groups as bytes (`G`).

use bincode::{BorrowDecode, Encode};
use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::{CodecError, ENVELOPE, open, read, write};
use crate::model::{Description, Group, Role};

#[derive(Encode, BorrowDecode)]
struct GroupV1<'a> {
    code: &'a str,
    description: &'a str,
    role: u8,
    restricted: bool,
    tables: &'a str,
    menus: &'a str,
}

/// A group.
pub(in crate::store) fn encode_group(group: &Group) -> Result<Vec<u8>, CodecError> {
    let json = |text: serde_json::Result<String>| text.map_err(|_| CodecError::Damaged);
    let (tables, menus) =
        (json(serde_json::to_string(&group.tables))?, json(serde_json::to_string(&group.menus))?);
    let v1 = GroupV1 {
        code: group.code.as_str(),
        description: group.description.as_str(),
        role: match group.role {
            Role::Read => 1,
            Role::Write => 2,
            Role::Admin => 3,
        },
        restricted: group.restricted,
        tables: &tables,
        menus: &menus,
    };
    write(b'G', v1)
}

/// Reads a group.
pub(in crate::store) fn decode_group(value: &[u8]) -> Result<Group, CodecError> {
    let v1: GroupV1<'_> = read(open(b'G', value)?)?;
    let group = || {
        Some(Group {
            code: v1.code.parse().ok()?,
            description: Description::parse(v1.description).ok()?,
            role: match v1.role {
                1 => Role::Read,
                2 => Role::Write,
                3 => Role::Admin,
                _ => return None,
            },
            restricted: v1.restricted,
            tables: serde_json::from_str(v1.tables).ok()?,
            menus: serde_json::from_str(v1.menus).ok()?,
        })
    };
    group().ok_or(CodecError::Damaged)
}

/// Hash of a group.
pub(in crate::store) fn group_hash(group: &Group) -> Result<u128, CodecError> {
    Ok(xxh3_128_with_seed(&encode_group(group)?[ENVELOPE..], 3))
}
