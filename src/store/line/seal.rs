//! The end of a line: the hash of the line before it, and a CRC32 over all before that.
//!
//! Makes a chain of lines and checks one by itself; what a line says is no matter here.

use std::io;

use sha2::{Digest, Sha256};

use super::{LineError, NOTES, VERSION};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// `,"crc":"` + 8 digits + `"}`
const TAIL: usize = 18;

/// `,"prev":"` + 64 digits + `"`, [`TAIL`], newline
const END: usize = 9 + 64 + 1 + TAIL + 1;

/// SHA-256 of a line.
pub(in crate::store) type Chain = [u8; 32];

/// Lines one after the other, each without its end, which needs the hash of the line before it.
#[derive(Debug, Default)]
pub(in crate::store) struct Bodies {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Bodies {
    /// One more, which `print` appends without its last brace.
    pub(in crate::store) fn push(
        &mut self,
        print: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
    ) -> io::Result<()> {
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
    pub(in crate::store) fn sealed_length(&self) -> usize {
        self.bytes.len() + self.ends.len() * END
    }

    /// Forgets them and keeps the room.
    pub(in crate::store) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Appends the whole lines, each with the hash before it, its CRC and a newline; `chain` goes on to the last hash.
    pub(in crate::store) fn seal(&self, chain: &mut Chain, out: &mut Vec<u8>) {
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
pub(in crate::store) fn check(text: &[u8]) -> Result<(), LineError> {
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
pub(in crate::store) fn hash(text: &[u8]) -> Chain {
    Sha256::digest(text).into()
}

/// Appends bytes as hexadecimal digits.
pub(in crate::store) fn put_hex(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        out.push(HEX[usize::from(byte >> 4)]);
        out.push(HEX[usize::from(byte & 15)]);
    }
}

pub(super) fn read_hex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
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
