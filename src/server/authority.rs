//! What every endpoint asks: who is it, and how many were told what. Joins the registry, the queue for hashing, the
//! routes and the counters; knows nothing of sockets.

use std::sync::Arc;

use super::admission::{Admission, Hashed};
use super::limits::Limits;
use super::metrics::Metrics;
use super::presented::Presented;
use super::routes::Routes;
use crate::credential::{Secret, SecretError};
use crate::registry::{Denied, Fault, Look, Proven, Registry};

/// The one authority behind all listeners.
#[derive(Debug)]
pub(super) struct Authority {
    pub(super) registry: Arc<Registry>,
    pub(super) routes: Routes,
    pub(super) limits: Limits,
    pub(super) metrics: Metrics,
    pub(super) admission: Arc<Admission>,
}

/// Why nobody was proved.
#[derive(Debug)]
pub(super) enum Unproved {
    /// The credential is no good.
    Denied(Denied),
    /// It could not be told now.
    Unavailable,
}

impl Authority {
    pub(super) fn new(registry: Arc<Registry>, routes: Routes, limits: Limits) -> Self {
        let admission = Arc::new(Admission::new(limits.queue, limits.deadline));
        Self { registry, routes, limits, metrics: Metrics::default(), admission }
    }

    /// Proves what was presented. Only Argon2 takes time, and that on a thread of its own.
    ///
    /// # Errors
    /// [`Unproved`]
    pub(super) async fn prove(&self, presented: Result<Presented, Fault>) -> Result<Proven, Unproved> {
        let deny = |key: Option<&str>, fault| {
            Err(Unproved::Denied(self.registry.deny(key.and_then(|key| key.parse().ok()), fault)))
        };
        let pair = match presented {
            Err(fault) => return deny(None, fault),
            Ok(Presented::Token(token)) => return self.settled(self.registry.look_at_token(token.expose())),
            Ok(Presented::Pair(pair)) => pair,
        };
        let secret = match Secret::parse(pair.secret()) {
            Ok(secret) => secret,
            Err(SecretError::Form) => return deny(Some(pair.key()), Fault::Form),
            Err(SecretError::Checksum) => return deny(Some(pair.key()), Fault::Checksum),
        };
        let pending = match self.registry.look(pair.key(), &secret) {
            Look::Pending(pending) => pending,
            look => return self.settled(look),
        };
        match self.admission.prove(&self.registry, pending, secret).await {
            Hashed::Right(proven) => Ok(proven),
            Hashed::Wrong(fault) => Err(Unproved::Denied(self.registry.deny(Some(pending.key()), fault))),
            Hashed::Overloaded | Hashed::Unreadable => Err(Unproved::Unavailable),
        }
    }

    fn settled(&self, look: Look) -> Result<Proven, Unproved> {
        self.registry.proven(look).map_err(Unproved::Denied)
    }
}
