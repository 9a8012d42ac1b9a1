//! The door through a socket: the same commands, queries and answers, for a store that a server holds.
//!
//! One connection carries one request at a time; a few are kept, and one more hears of new revisions. When the server
//! is gone, whatever is asked is refused in words, and the next question tries again. Knows the door and the wire, and
//! nothing of registry, store or faces.

mod account;
pub mod frame;
mod line;
mod vigil;
pub mod wire;

pub use account::account_of;

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::credential::{Secret, SecretError, StoreKey};
use crate::model::ParseError;
use crate::registry::{
    Actor, Answer, Asked, BackedUp, Command, Done, Door, Query, Refusal, Ticket, Traced, Verdict,
};
use line::{Line, Reply, Trouble};
use vigil::Vigil;
use wire::{Acknowledged, Kind};

/// How long a command may run without a word before the server counts as gone.
const COMMAND_SILENCE: Duration = Duration::from_mins(10);
/// The same for a question.
const QUERY_SILENCE: Duration = Duration::from_mins(1);
/// How many connections are kept for the next request.
const KEPT: usize = 4;

/// Where the server listens, and who it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    /// The socket's path.
    pub path: PathBuf,
    /// Only a server of this account (or of root) is trusted; `None` when the person named the socket.
    pub owner: Option<u32>,
}

/// The door to the store of a server.
pub struct Client {
    socket: Socket,
    clock: Arc<dyn Clock>,
    actor: Actor,
    kept: Mutex<Vec<Line>>,
    vigil: Vigil,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("socket", &self.socket)
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Client {
    /// Attaches to the server.
    ///
    /// # Errors
    /// [`Refusal::ServerGone`] when nobody answers there, [`Refusal::OtherVersion`], [`Refusal::NotAdmitted`].
    pub fn connect(socket: Socket, clock: Arc<dyn Clock>) -> Result<Self, Refusal> {
        let (line, actor) = Line::dial(&socket, &clock)?;
        Ok(Self { socket, clock, actor, kept: Mutex::new(vec![line]), vigil: Vigil::default() })
    }

    /// One request and its answer, over a connection that is kept or a new one.
    fn call(&self, kind: Kind, payload: &[u8], ticket: &Ticket) -> Result<Reply, Refusal> {
        self.call_into(kind, payload, ticket, &mut io::sink())
    }

    fn call_into(
        &self,
        kind: Kind,
        payload: &[u8],
        ticket: &Ticket,
        pieces: &mut dyn Write,
    ) -> Result<Reply, Refusal> {
        let silence = if kind == Kind::Execute { COMMAND_SILENCE } else { QUERY_SILENCE };
        let kept = lock(&self.kept).pop();
        if let Some(line) = kept {
            match line.call(kind, payload, ticket, silence, pieces) {
                Ok(reply) => return Ok(self.keep(line, reply)),
                Err(Trouble::Lost(_)) if kind == Kind::Execute => return Err(Refusal::Unanswered),
                // Some pieces are written already: it is for the caller to begin again.
                Err(Trouble::Lost(sentence)) if kind == Kind::Backup => {
                    return Err(Refusal::ServerGone { sentence });
                }
                // A server that was started again, or that closed what was idle: it is asked anew.
                Err(Trouble::NotTaken(_) | Trouble::Lost(_)) => lock(&self.kept).clear(),
            }
        }
        let (line, _) = Line::dial(&self.socket, &self.clock)?;
        match line.call(kind, payload, ticket, silence, pieces) {
            Ok(reply) => Ok(self.keep(line, reply)),
            Err(Trouble::Lost(_)) if kind == Kind::Execute => Err(Refusal::Unanswered),
            Err(Trouble::Lost(sentence) | Trouble::NotTaken(sentence)) => {
                Err(Refusal::ServerGone { sentence })
            }
        }
    }

    fn keep(&self, line: Line, reply: Reply) -> Reply {
        let mut kept = lock(&self.kept);
        if kept.len() < KEPT {
            kept.push(line);
        }
        reply
    }
}

/// The server said something that this request has no answer in.
fn unreadable() -> Refusal {
    Refusal::ServerGone { sentence: "its answer could not be read".to_owned() }
}

impl Door for Client {
    fn execute(&self, command: Command, ticket: &Ticket) -> Result<Done, Refusal> {
        let payload = wire::to_json(&command)?;
        if payload.len() > wire::LARGEST_COMMAND {
            return Err(too_large(payload.len(), wire::LARGEST_COMMAND));
        }
        drop(command);
        let reply = self.call(Kind::Execute, &payload, ticket)?;
        // It was saved: whatever cannot be read now must not sound as if nothing had happened.
        let Some(Acknowledged { revision, outcome }) = reply.read(Kind::Done)? else {
            return Err(Refusal::Unanswered);
        };
        Ok(Done { revision, outcome, fresh: reply.fresh })
    }

    fn ask(&self, query: Query, ticket: &Ticket) -> Result<Answer, Refusal> {
        if ticket.is_cancelled() {
            return Err(Refusal::Cancelled);
        }
        let payload = wire::to_json(&query)?;
        if payload.len() > wire::LARGEST_COMMAND {
            return Err(too_large(payload.len(), wire::LARGEST_COMMAND));
        }
        self.call(Kind::Ask, &payload, ticket)?.read(Kind::Answer)?.ok_or_else(unreadable)
    }

    fn attempt(
        &self,
        key: &str,
        secret: Result<&Secret, SecretError>,
        asked: Option<&Asked>,
    ) -> Result<Verdict, Refusal> {
        let payload = wire::verify_payload(key, secret, &wire::to_json(&asked)?);
        self.call(Kind::Verify, &payload, &Ticket::new())?.read(Kind::Verdict)?.ok_or_else(unreadable)
    }

    fn trace(&self, secrets: &[Secret]) -> Result<Traced, Refusal> {
        let payload = wire::trace_payload(secrets);
        self.call(Kind::Trace, &payload, &Ticket::new())?.read(Kind::Traced)?.ok_or_else(unreadable)
    }

    fn store_key(&self) -> Result<StoreKey, Refusal> {
        let frame = self.call(Kind::WantStoreKey, &[], &Ticket::new())?.expect_kind(Kind::StoreKey)?;
        wire::read_store_key(&frame.payload).ok_or_else(unreadable)
    }

    fn backup(&self, out: &mut dyn Write, ticket: &Ticket) -> Result<BackedUp, Refusal> {
        self.call_into(Kind::Backup, &[], ticket, out)?.read(Kind::BackedUp)?.ok_or_else(unreadable)
    }

    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn watch(&self, after: u64) -> Option<u64> {
        self.vigil.watch(after, || Line::dial(&self.socket, &self.clock).map(|(line, _)| line))
    }

    fn close(&self) {
        self.vigil.close();
    }
}

/// What is said to a request that no frame takes.
pub(crate) fn too_large(len: usize, limit: usize) -> Refusal {
    let (len, limit) = (len.div_ceil(1 << 20), limit >> 20);
    ParseError::new(
        format!("This is {len} MiB large, and a server takes at most {limit} MiB at once"),
        "do it in several parts",
    )
    .into()
}
