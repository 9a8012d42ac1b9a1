//! One request at the door, and its answer in frames.
//!
//! Knows nothing of the visitor's socket but where the pieces of a backup go.

use std::io::{self, Write};

use zeroize::Zeroizing;

use crate::client::frame::Outlet;
use crate::client::wire::{self, Acknowledged, Kind};
use crate::clock::Clock;
use crate::model::ParseError;
use crate::registry::{Door, Refusal, Rights, Ticket};

/// One request as it came.
pub(super) struct Job {
    pub(super) kind: Kind,
    pub(super) payload: Zeroizing<Vec<u8>>,
    pub(super) ticket: Ticket,
}

/// Frames that answer a request.
pub(super) type Answer = Vec<(Kind, Zeroizing<Vec<u8>>)>;

/// A backup on its way, a frame a write.
pub(super) struct Pieces<'a> {
    pub(super) outlet: &'a Outlet,
    pub(super) clock: &'a dyn Clock,
}

impl Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = &bytes[..bytes.len().min(wire::LARGEST_SMALL)];
        self.outlet.send(Kind::Piece as u8, piece, self.clock, wire::TRANSFER)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One request at the door, and its answer in frames.
pub(super) fn work(
    door: &dyn Door,
    rights: Rights,
    job: Job,
    pieces: &mut Pieces<'_>,
) -> Result<Answer, Refusal> {
    let garbled = || misunderstood("the request cannot be read");
    let Job { kind, payload, ticket } = job;
    match kind {
        Kind::Execute => {
            let command = wire::from_json(&payload).ok_or_else(garbled)?;
            drop(payload);
            let done = door.execute(command, &ticket)?;
            let acknowledged = Acknowledged { revision: done.revision, outcome: done.outcome };
            let mut answer: Answer = Vec::with_capacity(2);
            answer.extend(done.fresh.as_ref().map(|fresh| (Kind::Fresh, wire::fresh_payload(fresh))));
            answer.push((Kind::Done, wire::to_json(&acknowledged)?.into()));
            Ok(answer)
        }
        Kind::Ask => {
            let query = wire::from_json(&payload).ok_or_else(garbled)?;
            drop(payload);
            Ok(vec![(Kind::Answer, wire::to_json(&door.ask(query, &ticket)?)?.into())])
        }
        Kind::Verify => {
            let (key, secret, asked) = wire::read_verify(&payload).ok_or_else(garbled)?;
            let verdict = door.attempt(key, secret.as_ref().map_err(|error| *error), asked.as_ref())?;
            Ok(vec![(Kind::Verdict, wire::to_json(&verdict)?.into())])
        }
        Kind::Trace => {
            let secrets = wire::read_trace(&payload).ok_or_else(garbled)?;
            drop(payload);
            Ok(vec![(Kind::Traced, wire::to_json(&door.trace(&secrets)?)?.into())])
        }
        Kind::Backup => {
            let saved = door.backup(pieces, &ticket)?;
            Ok(vec![(Kind::BackedUp, wire::to_json(&saved)?.into())])
        }
        // Whoever has it can test guesses by themselves: no part of reading.
        Kind::WantStoreKey if rights != Rights::Administrator => {
            Err(Refusal::ReadOnly(door.actor().account.clone()))
        }
        Kind::WantStoreKey => Ok(vec![(Kind::StoreKey, Zeroizing::new(door.store_key()?.bytes().to_vec()))]),
        _ => Err(garbled()),
    }
}

pub(super) fn misunderstood(what: &str) -> Refusal {
    ParseError::new(
        format!("The server did not understand: {what}"),
        "run the same version of claviger on both sides; restart the server after an update",
    )
    .into()
}
