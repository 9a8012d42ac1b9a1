//! What makes two events the same row: a hash with a secret seed, used as it is.

use std::hash::Hasher;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::model::{KeyId, Logon, Operation};

/// A hash that is one already.
#[derive(Debug, Default)]
pub(in crate::store::history) struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// What identifies the row of an event. The seed is secret, so that nobody can make two events meet in one row.
pub(in crate::store::history) fn identity(seed: u64, logon: &Logon<'_>) -> u64 {
    let text = |hash: u64, text: &str| xxh3_64_with_seed(text.as_bytes(), hash);
    let some = |hash: u64, part: Option<&str>| part.map_or(hash.rotate_left(17), |part| text(hash, part));
    let hash = text(seed, logon.source);
    if !logon.proved {
        return hash;
    }
    let hash = some(hash, logon.key.as_ref().map(KeyId::as_str));
    let hash = some(text(hash, logon.agent), logon.operation.map(Operation::code));
    some(some(hash, logon.table), logon.menu) ^ (1 + logon.result as u64)
}
