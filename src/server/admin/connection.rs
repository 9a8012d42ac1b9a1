//! One visitor: greeted, heard, answered, one request at a time.
//!
//! One thread listens, so that a withdrawal or a hang-up is noticed while another thread does the work.

mod job;

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::rights::Peer;
use super::{IDLE, Shared, lock};
use crate::client::frame::{Fault, Frame, Outlet, Patience, read_frame};
use crate::client::too_large;
use crate::client::wire::{self, Greeting, Kind, Welcome};
use crate::registry::{Actor, Refusal, Rights, Ticket};
use job::{Answer, Job, Pieces, misunderstood, work};

/// Progress goes out at most so often.
const PROGRESS: Duration = Duration::from_millis(50);

/// One visitor.
pub(super) struct Connection {
    stream: UnixStream,
    outlet: Arc<Outlet>,
    peer: Peer,
    /// Ticket of the request that is being worked on.
    current: Mutex<Option<Ticket>>,
}

impl Connection {
    pub(super) fn new(stream: UnixStream, peer: Peer) -> io::Result<Self> {
        // What a listener that does not block hands out may not block either, on some systems.
        stream.set_nonblocking(false)?;
        let outlet = Arc::new(Outlet::new(stream.try_clone()?));
        Ok(Self { stream, outlet, peer, current: Mutex::default() })
    }

    pub(super) fn peer(&self) -> &Peer {
        &self.peer
    }

    pub(super) fn stream(&self) -> io::Result<UnixStream> {
        self.stream.try_clone()
    }

    /// Says no before anything was heard. Never waits.
    pub(super) fn dismiss(&self, refusal: &Refusal) {
        let greeting = wire::greeting();
        let flags = rustix::net::SendFlags::DONTWAIT | rustix::net::SendFlags::NOSIGNAL;
        if rustix::net::send(&self.stream, &greeting, flags).is_ok_and(|sent| sent == greeting.len())
            && let Ok(json) = wire::to_json(refusal)
        {
            // One who takes nothing is closed without a word.
            let _ = self.outlet.offer(Kind::Refused as u8, &json);
        }
    }

    /// The last word before the connection is closed.
    fn refuse(&self, shared: &Shared, refusal: &Refusal) {
        if let Ok(json) = wire::to_json(refusal) {
            // One who is gone or takes nothing is closed without it.
            let _ = self.outlet.send(Kind::Refused as u8, &json, &*shared.clock, wire::TRANSFER);
        }
    }

    /// Serves the visitor until it leaves, misbehaves, or the server closes.
    pub(super) fn serve(&self, shared: &Arc<Shared>, id: u64) {
        if self.welcome(shared).is_none() {
            return;
        }
        let (send, receive) = sync_channel(1);
        std::thread::scope(|scope| {
            let worker = std::thread::Builder::new().name("admin-work".to_owned());
            if worker.spawn_scoped(scope, || self.work(shared, receive)).is_ok() {
                self.listen(shared, id, &send);
                if let Some(ticket) = &*lock(&self.current)
                    && !shared.closing.load(Ordering::SeqCst)
                {
                    ticket.cancel();
                }
            }
            drop(send);
        });
        self.outlet.shut();
    }

    fn welcome(&self, shared: &Shared) -> Option<()> {
        wire::greet(&self.stream, &*shared.clock).ok()?;
        let heard = wire::hear(&self.stream, &*shared.clock).ok()??;
        // Another version has read ours by now, and says so to its person.
        let Greeting { version: wire::VERSION, .. } = heard else { return None };
        let actor = match self.actor(shared) {
            Ok(actor) => actor,
            Err(refusal) => {
                self.refuse(shared, &refusal);
                return None;
            }
        };
        let json = wire::to_json(&Welcome { actor }).ok()?;
        self.outlet.send(Kind::Welcome as u8, &json, &*shared.clock, wire::TRANSFER).ok()
    }

    /// Who this is and what it may do now.
    fn actor(&self, shared: &Shared) -> Result<Actor, Refusal> {
        let account = self.peer.account.clone();
        match shared.book.rights(&self.peer) {
            Some(rights) => Ok(Actor { account, rights }),
            None => Err(Refusal::NotAdmitted { account }),
        }
    }

    fn listen(&self, shared: &Arc<Shared>, id: u64, jobs: &SyncSender<Job>) {
        let patience = Patience { first: Some(IDLE), rest: wire::TRANSFER };
        let administrator = shared.book.rights(&self.peer) == Some(Rights::Administrator);
        let limit = |kind| match Kind::of(kind) {
            Some(Kind::Execute | Kind::Ask) if administrator => wire::LARGEST_COMMAND,
            // A record of 1 MiB may come with it.
            Some(Kind::Verify) => wire::LARGEST_SMALL + wire::LARGEST_SMALL / 2,
            _ => wire::LARGEST_SMALL,
        };
        let mut watching = false;
        loop {
            let Frame { kind, payload } = match read_frame(&self.stream, &*shared.clock, patience, limit) {
                Ok(frame) => frame,
                Err(Fault::Idle) if watching || lock(&self.current).is_some() => continue,
                Err(Fault::TooLarge { len, limit }) => return self.refuse(shared, &too_large(len, limit)),
                Err(_) => return,
            };
            match Kind::of(kind) {
                Some(Kind::Cancel) => {
                    if let Some(ticket) = &*lock(&self.current) {
                        ticket.cancel();
                    }
                }
                Some(Kind::Watch) if !watching => {
                    watching = true;
                    shared.hub.admit(id, Arc::clone(&self.outlet));
                }
                Some(
                    kind @ (Kind::Execute
                    | Kind::Ask
                    | Kind::Verify
                    | Kind::Trace
                    | Kind::WantStoreKey
                    | Kind::Backup),
                ) if !watching => {
                    let ticket = self.ticket(shared);
                    if lock(&self.current).replace(ticket.clone()).is_some() {
                        return self
                            .refuse(shared, &misunderstood("a request came before the last was answered"));
                    }
                    if jobs.send(Job { kind, payload, ticket }).is_err() {
                        return;
                    }
                }
                _ => return self.refuse(shared, &misunderstood("this is nothing that a server is asked")),
            }
        }
    }

    /// A ticket that passes the steps of the work on.
    fn ticket(&self, shared: &Shared) -> Ticket {
        let (outlet, clock) = (Arc::clone(&self.outlet), Arc::clone(&shared.clock));
        let last = Mutex::new(None::<Duration>);
        Ticket::reporting(move |done, total| {
            let (now, mut last) = (clock.ticks(), lock(&last));
            if done >= total || last.is_none_or(|last| now >= last + PROGRESS) {
                *last = Some(now);
                // The work goes on whether or not anybody hears how far it is.
                let _ = outlet.offer(Kind::Progress as u8, &wire::numbers([done, total]));
            }
        })
    }

    fn work(&self, shared: &Shared, jobs: Receiver<Job>) {
        // However this ends, by a fault of ours too: whoever listens on this connection wakes up and leaves.
        let _closing = Closing(&self.outlet);
        for job in jobs {
            if self.obey(shared, job).is_err() {
                return;
            }
        }
    }

    /// Does one request and answers it. Nothing is done unless "taken" was heard by somebody.
    fn obey(&self, shared: &Shared, job: Job) -> io::Result<()> {
        let send = |kind: Kind, payload: &[u8]| {
            self.outlet.send(kind as u8, payload, &*shared.clock, wire::TRANSFER)
        };
        let actor = match self.actor(shared) {
            Ok(actor) => actor,
            Err(refusal) => {
                self.refuse(shared, &refusal);
                return Err(io::ErrorKind::PermissionDenied.into());
            }
        };
        if shared.closing.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        send(Kind::Taken, &[])?;
        let rights = actor.rights;
        let mut pieces = Pieces { outlet: &self.outlet, clock: &*shared.clock };
        let answer = work(&*shared.house.door(actor), rights, job, &mut pieces);
        let answer = answer.or_else(|refusal| Ok(vec![(Kind::Refused, wire::to_json(&refusal)?.into())]));
        let answer: Answer = answer.map_err(|refusal: Refusal| io::Error::other(refusal))?;
        // Free before the answer is out: the next request may follow it at once.
        lock(&self.current).take();
        answer.iter().try_for_each(|(kind, payload)| send(*kind, payload))
    }
}

struct Closing<'a>(&'a Outlet);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.shut();
    }
}
