//! What the two sides of the admin socket say to each other: the greeting, the kinds of frames, and their limits.
//!
//! Commands, queries and their answers travel as JSON. A fresh Secret, one to be verified, and the store key have
//! frames of their own, written by hand: those types know no serialisation. Knows nothing of sockets' names or rights.

mod secrets;

pub use secrets::{
    Attempt, fresh_payload, read_fresh, read_store_key, read_trace, read_verify, trace_payload,
    verify_payload,
};

use std::io;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::frame::{Fault, read_exact, write_all};
use crate::clock::Clock;
use crate::model::ParseError;
use crate::registry::{Actor, Outcome, Refusal};

/// Version of everything said here; two sides of different versions do not talk.
pub const VERSION: u8 = 2;
/// What both sides say first.
const MAGIC: &[u8; 8] = b"claviger";
/// How long a greeting may take.
pub const GREETING: Duration = Duration::from_secs(5);
/// How long the other side may take to send the rest of a frame, or to take one from us.
pub const TRANSFER: Duration = Duration::from_secs(30);
/// Largest frame that an administrator may send: an import of some 600,000 keys.
pub const LARGEST_COMMAND: usize = 256 << 20;
/// Largest frame that anyone else may send, or that is no command or query.
pub const LARGEST_SMALL: usize = 1 << 20;
/// Largest answer.
pub const LARGEST_ANSWER: usize = 64 << 20;
/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// To the server: a command, JSON.
    Execute = 0x01,
    /// To the server: a query, JSON.
    Ask = 0x02,
    /// To the server: Key and Secret to be verified.
    Verify = 0x03,
    /// To the server: the store key is wanted.
    WantStoreKey = 0x04,
    /// To the server: from now on tell revisions.
    Watch = 0x05,
    /// To the server: the answer to what was asked is no longer wanted.
    Cancel = 0x06,
    /// To the server: a backup is wanted.
    Backup = 0x07,
    /// To the server: Secrets whose keys are wanted.
    Trace = 0x08,
    /// To the client: who you are, JSON.
    Welcome = 0x81,
    /// To the client: no, and why, JSON.
    Refused = 0x82,
    /// To the client: the request is here and begins now. Before this nothing was done.
    Taken = 0x83,
    /// To the client: so much of so much is done.
    Progress = 0x84,
    /// To the client: answer to a query, JSON.
    Answer = 0x85,
    /// To the client: the command is saved, JSON.
    Done = 0x86,
    /// To the client: Key and Secret that the command made; comes before [`Kind::Done`].
    Fresh = 0x87,
    /// To the client: what came of a verification, JSON.
    Verdict = 0x88,
    /// To the client: the store key.
    StoreKey = 0x89,
    /// To the client: the store's revision.
    Revision = 0x8a,
    /// To the client: the next piece of a backup.
    Piece = 0x8b,
    /// To the client: the backup is whole, JSON.
    BackedUp = 0x8c,
    /// To the client: whose Secrets they are, JSON.
    Traced = 0x8d,
}

impl Kind {
    const ALL: [Self; 21] = [
        Self::Execute,
        Self::Ask,
        Self::Verify,
        Self::WantStoreKey,
        Self::Watch,
        Self::Cancel,
        Self::Backup,
        Self::Trace,
        Self::Welcome,
        Self::Refused,
        Self::Taken,
        Self::Progress,
        Self::Answer,
        Self::Done,
        Self::Fresh,
        Self::Verdict,
        Self::StoreKey,
        Self::Revision,
        Self::Piece,
        Self::BackedUp,
        Self::Traced,
    ];

    /// From its byte.
    pub fn of(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// The first frame to a client that is let in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Welcome {
    /// Who the client is to the server.
    pub actor: Actor,
}

/// [`crate::registry::Done`] without what may not be serialised.
#[derive(Debug, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Revision of the store after it.
    pub revision: u64,
    /// What came of it.
    pub outcome: Outcome,
}

/// What the other side calls itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// Version of the wire.
    pub version: u8,
    /// Version of the program, in words.
    pub program: String,
}

/// Says who we are.
///
/// # Errors
/// When the other side is gone.
pub fn greet(stream: &UnixStream, clock: &dyn Clock) -> io::Result<()> {
    write_all(stream, &greeting(), clock, GREETING)
}

/// The bytes that both sides say first.
pub fn greeting() -> Vec<u8> {
    let program = env!("CARGO_PKG_VERSION").as_bytes();
    let mut bytes = MAGIC.to_vec();
    bytes.extend([VERSION, u8::try_from(program.len()).unwrap_or(0)]);
    bytes.extend_from_slice(program);
    bytes
}

/// Hears who the other side is; `None` when it speaks something else altogether.
///
/// # Errors
/// When it says nothing, or not enough.
pub fn hear(stream: &UnixStream, clock: &dyn Clock) -> Result<Option<Greeting>, Fault> {
    let deadline = clock.ticks() + GREETING;
    let mut start = [0; MAGIC.len() + 2];
    read_exact(stream, &mut start[..MAGIC.len()], clock, deadline)?;
    if !start.starts_with(MAGIC) {
        return Ok(None);
    }
    read_exact(stream, &mut start[MAGIC.len()..], clock, deadline)?;
    let [.., version, length] = start;
    let mut program = vec![0; usize::from(length)];
    read_exact(stream, &mut program, clock, deadline)?;
    Ok(Some(Greeting { version, program: String::from_utf8_lossy(&program).into_owned() }))
}

/// As JSON.
///
/// # Errors
/// When the value has no JSON, as a number that is none.
pub fn to_json<T: Serialize>(value: &T) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(value).map_err(|e| {
        ParseError::new(format!("This cannot be sent: {e}"), "leave out what is no text, number or list")
            .into()
    })
}

/// From JSON; `None` when it is not what it should be.
pub fn from_json<T: DeserializeOwned>(payload: &[u8]) -> Option<T> {
    serde_json::from_slice(payload).ok()
}

/// One or two numbers.
pub fn numbers<const N: usize>(values: [u64; N]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// Reads what [`numbers`] wrote.
pub fn read_numbers<const N: usize>(payload: &[u8]) -> Option<[u64; N]> {
    let (pieces, rest) = payload.as_chunks::<8>();
    let values: Vec<u64> = pieces.iter().map(|piece| u64::from_be_bytes(*piece)).collect();
    if rest.is_empty() { values.try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_back_and_torn_ones_refused() {
        assert_eq!(read_numbers(&numbers([7, u64::MAX])), Some([7, u64::MAX]));
        assert_eq!(read_numbers::<1>(&[0; 7]), None);
        assert_eq!(read_numbers::<1>(&[0; 16]), None);
    }

    #[test]
    fn every_kind_has_a_byte_of_its_own() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of(kind as u8), Some(kind));
        }
        assert_eq!(Kind::of(0), None);
    }
}
