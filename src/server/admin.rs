//! The admin socket: other consoles and commands of this machine come to the door that this process holds.
//!
//! Who they are the system says (peer credentials); what they may do is looked up for every request. Each connection
//! has its own threads and limits, so that a slow or broken client harms nobody. Knows the door and the wire; nothing
//! of the store's inside, and nothing of HTTP.

mod connection;
mod hub;
mod place;
mod rights;

pub use place::SocketError;
pub use rights::sockets_of;

use std::collections::HashMap;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::clock::Clock;
use crate::registry::{Actor, Door, Embedded, Refusal};
use connection::Connection;
use hub::Hub;
use place::Place;
use rights::{Book, Peer};

/// Connections at once, of all accounts together.
const CONNECTIONS: usize = 256;
/// Connections at once of one account: a console has up to six.
const PER_ACCOUNT: usize = 64;
/// How long accepting rests when the system has no more descriptors.
const REST: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// What the visitors come for.
pub trait House: Send + Sync {
    /// The door for one account.
    fn door(&self, actor: Actor) -> Box<dyn Door>;
    /// As [`Door::watch`].
    fn watch(&self, after: u64) -> Option<u64>;
    /// Wakes all watchers for good.
    fn close(&self);
}

impl House for Embedded {
    fn door(&self, actor: Actor) -> Box<dyn Door> {
        Box::new(self.on_behalf_of(actor))
    }

    fn watch(&self, after: u64) -> Option<u64> {
        Door::watch(self, after)
    }

    fn close(&self) {
        Self::close(self);
    }
}

/// What all connections share.
struct Shared {
    house: Arc<dyn House>,
    clock: Arc<dyn Clock>,
    book: Book,
    hub: Hub,
    closing: AtomicBool,
    gate: Arc<Gate>,
}

/// Who is here. Apart from the rest, so that one who has left holds nothing of the house any more.
#[derive(Default)]
struct Gate {
    guests: Mutex<Guests>,
    left: Condvar,
}

#[derive(Default)]
struct Guests {
    next: u64,
    present: HashMap<u64, Guest>,
}

struct Guest {
    uid: u32,
    stream: UnixStream,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The admin socket, open as long as this lives. Dropping it lets what runs come to its end and closes it.
pub struct Admin {
    shared: Arc<Shared>,
    places: Vec<Place>,
    /// Closed to wake the thread that accepts.
    wake: Option<UnixStream>,
    threads: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Admin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admin").field("places", &self.places).finish_non_exhaustive()
    }
}

impl Admin {
    /// Listens on `<store>/admin.sock`, and on `named` or the socket that the store's `claviger.toml` names. The
    /// caller holds the store's lock.
    ///
    /// # Errors
    /// [`SocketError`]: a socket is taken or cannot be made, or `claviger.toml` is not as it should be.
    pub fn open(
        store: &Path,
        named: Option<&Path>,
        house: Arc<dyn House>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SocketError> {
        let (book, settings) = Book::open(store)?;
        let named = named.map(Path::to_owned).or_else(|| settings.admin_socket.clone().map(PathBuf::from));
        let (places, listeners) =
            place::listen(store, named.as_deref(), settings.admin_socket_group.as_deref())?;
        let (wake, asleep) = UnixStream::pair().map_err(|e| SocketError::system(&e))?;
        let shared = Arc::new(Shared {
            house,
            clock,
            book,
            hub: Hub::default(),
            closing: AtomicBool::new(false),
            gate: Arc::default(),
        });
        let mut admin = Self { shared: Arc::clone(&shared), places, wake: Some(wake), threads: Vec::new() };
        admin.start("admin-revisions", {
            let shared = Arc::clone(&shared);
            move || shared.hub.run(&*shared.house)
        })?;
        admin.start("admin-accept", move || accept(&listeners, &asleep, &shared))?;
        Ok(admin)
    }

    fn start(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), SocketError> {
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work);
        self.threads.push(thread.map_err(|e| SocketError::system(&e))?);
        Ok(())
    }

    /// Where it listens.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.places.iter().map(Place::path)
    }

    /// Lets nobody in any more, waits until what runs is done and answered, and closes the door for all watchers.
    pub fn close(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        self.places.clear();
        self.wake.take();
        let mut guests = lock(&self.shared.gate.guests);
        for guest in guests.present.values() {
            // Nothing more is heard from them; the answer to what runs still goes out.
            let _ = guest.stream.shutdown(std::net::Shutdown::Read);
        }
        while !guests.present.is_empty() {
            guests = self.shared.gate.left.wait(guests).unwrap_or_else(PoisonError::into_inner);
        }
        drop(guests);
        self.shared.house.close();
        for thread in self.threads.drain(..) {
            // One that panicked has ended, which is all that is wanted.
            let _ = thread.join();
        }
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        self.finish();
    }
}

fn accept(listeners: &[UnixListener], asleep: &UnixStream, shared: &Arc<Shared>) {
    loop {
        let mut watched: Vec<PollFd<'_>> = listeners
            .iter()
            .map(|listener| PollFd::from_borrowed_fd(listener.as_fd(), PollFlags::IN))
            .collect();
        watched.push(PollFd::new(asleep, PollFlags::IN));
        if poll(&mut watched, None).is_err() {
            continue;
        }
        if shared.closing.load(Ordering::SeqCst) {
            return;
        }
        let ready = listeners.iter().zip(&watched).filter(|(_, poll)| !poll.revents().is_empty());
        for (listener, _) in ready {
            match listener.accept() {
                Ok((stream, _)) => receive(stream, shared),
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                // No descriptor left, most likely: those who are here may leave before the next try.
                Err(_) => _ = poll(&mut [PollFd::new(asleep, PollFlags::IN)], Some(&REST)),
            }
        }
    }
}

/// Lets one in, or says in a word why not; never waits for the other side.
fn receive(stream: UnixStream, shared: &Arc<Shared>) {
    let Ok(peer) = Peer::of(&stream) else { return };
    let Ok(connection) = Connection::new(stream, peer) else { return };
    if shared.book.rights(connection.peer()).is_none() {
        return connection.dismiss(&Refusal::NotAdmitted { account: connection.peer().account.clone() });
    }
    let id = {
        let mut guests = lock(&shared.gate.guests);
        if shared.closing.load(Ordering::SeqCst) {
            return;
        }
        let uid = connection.peer().uid;
        let same = guests.present.values().filter(|guest| guest.uid == uid).count();
        if guests.present.len() >= CONNECTIONS || same >= PER_ACCOUNT {
            return connection.dismiss(&Refusal::ServerGone {
                sentence: "it has as many consoles and commands as it takes".to_owned(),
            });
        }
        let Ok(stream) = connection.stream() else { return };
        guests.next += 1;
        let id = guests.next;
        guests.present.insert(id, Guest { uid, stream });
        id
    };
    let leaving = Leaving { gate: Arc::clone(&shared.gate), shared: Some(Arc::clone(shared)), id };
    // Dropped with the closure if there is no thread to be had.
    let _ = std::thread::Builder::new().name("admin-connection".to_owned()).spawn(move || {
        if let Some(shared) = &leaving.shared {
            connection.serve(shared, leaving.id);
        }
    });
}

/// Takes a guest off the list, however its thread ends.
struct Leaving {
    gate: Arc<Gate>,
    shared: Option<Arc<Shared>>,
    id: u64,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.take() {
            shared.hub.forget(self.id);
        }
        lock(&self.gate.guests).present.remove(&self.id);
        self.gate.left.notify_all();
    }
}

/// How long a connection may be silent between two requests; the client dials again when it needs to.
const IDLE: Duration = Duration::from_mins(10);
