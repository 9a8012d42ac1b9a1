//! Who may hash when: as many Argon2 computations as there are cores, one for equal credentials, a fair queue for the
//! others, with a length and a deadline. Only credentials whose pre-check is right ever come here.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use crate::credential::{Mark, Secret};
use crate::registry::{Fault, Look, Pending, Proven, Registry};

/// What came of one computation, for everyone who waited for it.
#[derive(Debug, Clone)]
pub(super) enum Hashed {
    /// The Secret is right.
    Right(Proven),
    /// It is not, or its record is gone.
    Wrong(Fault),
    /// Too many wait, or it took too long.
    Overloaded,
    /// The stored hash could not be read.
    Unreadable,
}

type Flight = watch::Receiver<Option<Hashed>>;

/// The queue.
#[derive(Debug)]
pub(super) struct Admission {
    permits: Arc<Semaphore>,
    flights: Mutex<HashMap<(u64, Mark), Flight>>,
    /// Computations that run or wait.
    aboard: AtomicUsize,
    cores: usize,
    queue: usize,
    deadline: Duration,
    /// Computations so far.
    hashed: AtomicU64,
}

/// Leaves the queue whatever happens.
struct Seat<'a>(&'a Admission, Option<(u64, Mark)>);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        if let Some(identity) = self.1 {
            self.0.flights.lock().unwrap_or_else(PoisonError::into_inner).remove(&identity);
        }
        self.0.aboard.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Admission {
    /// At most `queue` computations wait, none longer than `deadline`.
    pub(super) fn new(queue: usize, deadline: Duration) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            permits: Arc::new(Semaphore::new(cores)),
            flights: Mutex::default(),
            aboard: AtomicUsize::new(0),
            cores,
            queue,
            deadline,
            hashed: AtomicU64::new(0),
        }
    }

    /// Computations so far, and how many run or wait.
    pub(super) fn seen(&self) -> (u64, usize) {
        (self.hashed.load(Ordering::Relaxed), self.aboard.load(Ordering::Relaxed))
    }

    /// Proves a pending credential, or joins whoever is about to prove the same one.
    pub(super) async fn prove(
        self: &Arc<Self>,
        registry: &Arc<Registry>,
        pending: Pending,
        secret: Secret,
    ) -> Hashed {
        let Some(mut flight) = self.board(registry, pending, secret) else { return Hashed::Overloaded };
        let landed = flight.wait_for(Option::is_some).await;
        landed.ok().and_then(|hashed| hashed.clone()).unwrap_or(Hashed::Overloaded)
    }

    fn board(self: &Arc<Self>, registry: &Arc<Registry>, pending: Pending, secret: Secret) -> Option<Flight> {
        let identity = pending.identity();
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = identity.and_then(|identity| flights.get(&identity)) {
            return Some(flight.clone());
        }
        if self.aboard.load(Ordering::Acquire) >= self.queue + self.cores {
            return None;
        }
        self.aboard.fetch_add(1, Ordering::AcqRel);
        let (landing, flight) = watch::channel(None);
        if let Some(identity) = identity {
            flights.insert(identity, flight.clone());
        }
        let (admission, registry) = (Arc::clone(self), Arc::clone(registry));
        // A task of its own: whoever asked first may hang up, and the others still wait.
        tokio::spawn(async move {
            let seat = Seat(&admission, identity);
            let hashed = admission.hash(registry, pending, secret).await;
            drop(seat);
            landing.send_replace(Some(hashed));
        });
        Some(flight)
    }

    async fn hash(&self, registry: Arc<Registry>, pending: Pending, secret: Secret) -> Hashed {
        // tokio's semaphore lets waiters in by their order of arrival.
        let turn = timeout(self.deadline, Arc::clone(&self.permits).acquire_owned());
        let Ok(Ok(permit)) = turn.await else { return Hashed::Overloaded };
        self.hashed.fetch_add(1, Ordering::Relaxed);
        let work = move || {
            let look = registry.hash(&pending, &secret);
            drop(permit);
            look
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(Look::Proven(proven))) => Hashed::Right(proven),
            Ok(Ok(Look::Invalid(_, fault))) => Hashed::Wrong(fault),
            Ok(Ok(Look::Pending(_)) | Err(_)) | Err(_) => Hashed::Unreadable,
        }
    }
}
