//! One connection to the server: dialled, greeted, and one request at a time upon it.
//!
//! Its one hard duty is to know, when a connection breaks, whether the request had begun: a server says "taken" before
//! it begins, and does not begin when nobody is there to hear it.

use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use rustix::net::sockopt::{Timeout, set_socket_timeout, socket_peercred};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use serde::de::DeserializeOwned;

use super::frame::{Fault, Frame, Outlet, Patience, read_frame};
use super::wire::{self, Greeting, Kind, Welcome};
use super::{Socket, unreadable};
use crate::clock::Clock;
use crate::model::text::escape;
use crate::registry::{Actor, Fresh, Refusal, Ticket};

/// Why a request has no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It never began.
    NotTaken(String),
    /// It began, and how it ended is unknown.
    Lost(String),
}

/// The last frame of an answer, and the Secret that came with it.
#[derive(Debug)]
pub(super) struct Reply {
    frame: Frame,
    pub(super) fresh: Option<Fresh>,
}

impl Reply {
    /// The value in it, if it is of this kind and can be read.
    pub(super) fn read<T: DeserializeOwned>(&self, kind: Kind) -> Result<Option<T>, Refusal> {
        if Kind::of(self.frame.kind) == Some(Kind::Refused) {
            return Err(wire::from_json(&self.frame.payload).unwrap_or_else(unreadable));
        }
        let right = Kind::of(self.frame.kind) == Some(kind);
        Ok(right.then(|| wire::from_json(&self.frame.payload)).flatten())
    }

    /// The frame itself, if it is of this kind.
    pub(super) fn expect_kind(self, kind: Kind) -> Result<Frame, Refusal> {
        match Kind::of(self.frame.kind) {
            Some(found) if found == kind => Ok(self.frame),
            Some(Kind::Refused) => Err(wire::from_json(&self.frame.payload).unwrap_or_else(unreadable)),
            _ => Err(unreadable()),
        }
    }
}

/// A connection that was let in.
pub(super) struct Line {
    stream: UnixStream,
    outlet: Arc<Outlet>,
    clock: Arc<dyn Clock>,
}

fn gone(sentence: impl Into<String>) -> Refusal {
    Refusal::ServerGone { sentence: sentence.into() }
}

impl Line {
    /// Connects and greets; who we are to the server.
    pub(super) fn dial(socket: &Socket, clock: &Arc<dyn Clock>) -> Result<(Self, Actor), Refusal> {
        let shown = socket.path.to_string_lossy();
        let shown = escape(&shown);
        let stream = connect(socket).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                gone(format!("nobody answers at {shown}"))
            }
            io::ErrorKind::WouldBlock => gone(format!("it does not answer at {shown}")),
            _ => gone(format!("{shown} could not be reached ({error})")),
        })?;
        if let Some(owner) = socket.owner {
            let peer = socket_peercred(&stream).map_err(|e| gone(e.to_string()))?.uid.as_raw();
            if peer != owner && peer != 0 {
                return Err(gone(format!(
                    "account {peer} listens at {shown}, not the store's owner {owner}"
                )));
            }
        }
        let outlet = stream.try_clone().map_err(|e| gone(e.to_string()))?;
        let line = Self { stream, outlet: Arc::new(Outlet::new(outlet)), clock: Arc::clone(clock) };
        line.greet().map(|welcome| (line, welcome.actor))
    }

    fn greet(&self) -> Result<Welcome, Refusal> {
        // A server that refuses at once may have closed before it heard us: what it said still counts.
        let greeted = wire::greet(&self.stream, &*self.clock);
        match wire::hear(&self.stream, &*self.clock).map_err(|e| gone(e.to_string()))? {
            None => return Err(gone("something else than claviger answers at its socket")),
            Some(Greeting { version: wire::VERSION, .. }) => {}
            Some(Greeting { version, program }) => {
                return Err(Refusal::OtherVersion {
                    server: format!("{} (socket version {version})", escape(&program)),
                    client: format!("{} (socket version {})", env!("CARGO_PKG_VERSION"), wire::VERSION),
                });
            }
        }
        let patience = Patience { first: Some(wire::GREETING), rest: wire::GREETING };
        let frame = read_frame(&self.stream, &*self.clock, patience, |_| wire::LARGEST_SMALL)
            .map_err(|e| gone(e.to_string()))?;
        let reply = Reply { frame, fresh: None };
        let welcome = reply.read(Kind::Welcome)?.ok_or_else(unreadable)?;
        greeted.map_err(|e| gone(e.to_string()))?;
        Ok(welcome)
    }

    /// One request, and what comes of it. After trouble the connection cannot be used any more.
    pub(super) fn call(
        &self,
        kind: Kind,
        payload: &[u8],
        ticket: &Ticket,
        silence: Duration,
        pieces: &mut dyn Write,
    ) -> Result<Reply, Trouble> {
        // A server that refuses a request for its size closes while we still write: what it said still counts.
        let sent = self.outlet.send(kind as u8, payload, &*self.clock, wire::TRANSFER);
        let outlet = Arc::clone(&self.outlet);
        ticket.on_cancel(Some(Box::new(move || {
            // If it cannot be sent now, the answer comes all the same and is thrown away.
            let _ = outlet.offer(Kind::Cancel as u8, &[]);
        })));
        let result = self.answer(ticket, if sent.is_ok() { silence } else { Duration::ZERO }, pieces);
        ticket.on_cancel(None);
        match (result, sent) {
            (Err(Trouble::NotTaken(_)), Err(error)) => Err(Trouble::NotTaken(error.to_string())),
            (result, _) => result,
        }
    }

    fn answer(&self, ticket: &Ticket, silence: Duration, pieces: &mut dyn Write) -> Result<Reply, Trouble> {
        let (mut taken, mut fresh) = (false, None);
        loop {
            let frame = match self.next(Some(silence)) {
                Ok(frame) => frame,
                Err(fault) => {
                    let sentence = fault.to_string();
                    return Err(if taken || self.was_taken() {
                        Trouble::Lost(sentence)
                    } else {
                        Trouble::NotTaken(sentence)
                    });
                }
            };
            match Kind::of(frame.kind) {
                Some(Kind::Taken) => taken = true,
                Some(Kind::Progress) => {
                    if let Some([done, total]) = wire::read_numbers(&frame.payload) {
                        ticket.progress(done, total);
                    }
                }
                Some(Kind::Piece) => {
                    pieces.write_all(&frame.payload).map_err(|e| Trouble::Lost(e.to_string()))?;
                }
                Some(Kind::Fresh) => fresh = wire::read_fresh(&frame.payload),
                _ => return Ok(Reply { frame, fresh }),
            }
        }
    }

    /// Closes the connection, and looks whether "taken" had come: from here on the server cannot say it any more.
    fn was_taken(&self) -> bool {
        self.outlet.shut();
        while let Ok(frame) = self.next(Some(Duration::ZERO)) {
            if Kind::of(frame.kind) == Some(Kind::Taken) {
                return true;
            }
        }
        false
    }

    fn next(&self, first: Option<Duration>) -> Result<Frame, Fault> {
        let patience = Patience { first, rest: wire::TRANSFER };
        read_frame(&self.stream, &*self.clock, patience, |_| wire::LARGEST_ANSWER)
    }

    /// From now on this connection only hears revisions.
    pub(super) fn watch(&self) -> io::Result<()> {
        self.outlet.send(Kind::Watch as u8, &[], &*self.clock, wire::TRANSFER)
    }

    /// The next revision, however long it takes.
    pub(super) fn revision(&self, first: Option<Duration>) -> Option<u64> {
        let frame = self.next(first).ok()?;
        let [revision] = wire::read_numbers(&frame.payload).filter(|_| frame.kind == Kind::Revision as u8)?;
        Some(revision)
    }

    /// What closes the connection from another thread.
    pub(super) fn stopper(&self) -> Arc<Outlet> {
        Arc::clone(&self.outlet)
    }
}

/// Connects, but not for ever: a server that is stopped fills its queue and would hold us.
fn connect(socket: &Socket) -> io::Result<UnixStream> {
    let stream: OwnedFd =
        rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    set_socket_timeout(&stream, Timeout::Send, Some(wire::GREETING))?;
    rustix::net::connect(&stream, &SocketAddrUnix::new(&socket.path)?)?;
    Ok(stream.into())
}
