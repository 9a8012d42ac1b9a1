//! Lines about keys, written straight into the buffer: a bulk of 100,000 should cost little more than its bytes.
//!
//! `line` and `delta` read what is written here; properties hold them together. Knows the form of a line, nothing of
//! files.

use std::io;

use serde::Serialize;

use super::codec::Seal;
use super::line::{self, Stamp, VERSION};
use crate::model::{ApiKey, ChangeKind, Days, Owner, Time};

/// What a change did to a key.
#[derive(Clone, Copy)]
pub(super) struct KeyChange<'a> {
    /// What kind of change.
    pub kind: ChangeKind,
    /// The record before.
    pub before: Option<&'a ApiKey>,
    /// The record after.
    pub after: Option<&'a ApiKey>,
    /// The proof of a new key.
    pub seal: Option<Seal<'a>>,
}

/// One JSON object, being written.
struct Object<'o> {
    out: &'o mut Vec<u8>,
    open: u8,
}

impl Object<'_> {
    fn put<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> io::Result<()> {
        self.out.push(self.open);
        self.open = b',';
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        Ok(serde_json::to_writer(&mut *self.out, value)?)
    }

    fn end(self) {
        if self.open == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }
}

/// Appends the line without its end.
pub(super) fn print(change: KeyChange<'_>, stamp: Stamp<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let Some(key) = change.after.or(change.before) else { return Ok(()) };
    let mut line = Object { out, open: b'{' };
    line.put("v", &VERSION)?;
    line.put("rev", &stamp.rev)?;
    if stamp.batch.0 != stamp.batch.1 {
        line.put("batch", &stamp.batch)?;
    }
    line.put("time", &stamp.time)?;
    line.put("actor", stamp.actor)?;
    line.put("kind", change.kind.code())?;
    line.put("number", &key.number)?;
    line.put("key", key.key.as_str())?;
    line.put("group", key.group.as_str())?;
    line.put("description", key.description.as_str())?;
    if let Some(before) = change.before {
        line.out.extend_from_slice(b",\"before\":");
        put_side(before, change.after, change, stamp, line.out)?;
    }
    if let Some(after) = change.after {
        line.out.extend_from_slice(b",\"after\":");
        put_side(after, change.before, change, stamp, line.out)?;
    }
    Ok(())
}

/// One side of a change: all of it where there is no `other` side, else what differs from that.
fn put_side(
    key: &ApiKey,
    other: Option<&ApiKey>,
    change: KeyChange<'_>,
    stamp: Stamp<'_>,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let mut side = Object { out, open: b'{' };
    let differs = |same: &dyn Fn(&ApiKey) -> bool| other.is_none_or(|other| !same(other));
    let (is_new, is_gone) = (change.before.is_none(), change.after.is_none());
    let is_after = change.after.is_some_and(|after| std::ptr::eq(after, key));
    if differs(&|o| o.description == key.description) {
        side.put("description", key.description.as_str())?;
    }
    if differs(&|o| o.group == key.group) {
        side.put("group", key.group.as_str())?;
    }
    if differs(&|o| o.status == key.status) {
        side.put("status", &key.status)?;
    }
    if is_gone || (is_new && key.created.0 != stamp.time) {
        side.put("created", &key.created)?;
    }
    if is_gone || (is_after && key.modified.0 != stamp.time) {
        side.put("modified", &key.modified)?;
    }
    if is_gone || (is_after && key.modified_by.as_str() != stamp.actor) {
        side.put("modified_by", key.modified_by.as_str())?;
    }
    // An empty field of a whole record is left out; one that became empty, or was, is null.
    let shown = |is_some: bool| other.is_some() || is_some;
    if shown(key.last_used.is_some()) && differs(&|o| o.last_used == key.last_used) {
        side.put("last_used", &key.last_used.map(|Time(t)| t))?;
    }
    if shown(key.expires.is_some()) && differs(&|o| o.expires == key.expires) {
        side.put("expires", &key.expires.map(|Time(t)| t))?;
    }
    if shown(key.rotate_every.is_some()) && differs(&|o| o.rotate_every == key.rotate_every) {
        side.put("rotate_every_days", &key.rotate_every.map(Days::get))?;
    }
    if shown(key.owner.is_some()) && differs(&|o| o.owner == key.owner) {
        side.put("owner", &key.owner.as_ref().map(Owner::as_str))?;
    }
    if differs(&|o| o.secret_copied == key.secret_copied) {
        side.put("secret_copied", &key.secret_copied)?;
    }
    if let Some(seal) = change.seal.filter(|_| is_new) {
        side.put("phc", seal.phc)?;
        side.out.extend_from_slice(b",\"precheck\":\"");
        line::put_hex(&seal.made_with.to_be_bytes(), side.out);
        line::put_hex(&seal.precheck.to_be_bytes(), side.out);
        side.out.push(b'"');
    }
    side.end();
    Ok(())
}
