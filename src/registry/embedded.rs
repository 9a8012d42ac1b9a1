//! The door to a store that this very process holds.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::command::{Command, Done};
use super::door::{Actor, Door, Rights, Ticket};
use super::query::{Answer, Asked, Query, Traced, Verdict};
use super::{Refusal, Registry, unreadable};
use crate::clock::Clock;
use crate::credential::{Cost, Hasher, Secret, SecretError, StoreKey};
use crate::store::{Opening, Saved, Store, StoreError, Watch};

/// Which store to hold, and how.
#[derive(Debug, Clone)]
pub struct Embedding {
    /// Directory of the store.
    pub store: PathBuf,
    /// Make it when it is not there.
    pub create: bool,
    /// Refuse a store older than this revision.
    pub expect_revision: Option<u64>,
    /// What the hash of a new Secret costs.
    pub cost: Cost,
}

/// The door to a store in this process, bound to one account. Dropping the last one closes the store.
#[derive(Debug, Clone)]
pub struct Embedded {
    registry: Arc<Registry>,
    actor: Actor,
}

impl Embedded {
    /// Opens the store.
    ///
    /// # Errors
    /// [`StoreError`]: held by another process, damaged, refused for its permissions, or absent and not to be made.
    pub fn open(embedding: &Embedding, clock: Arc<dyn Clock>, actor: Actor) -> Result<Self, StoreError> {
        Self::open_watched(embedding, clock, actor, &|_| ())
    }

    /// As [`Self::open`]; `watch` is told how far it is.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_watched(
        embedding: &Embedding,
        clock: Arc<dyn Clock>,
        actor: Actor,
        watch: Watch<'_>,
    ) -> Result<Self, StoreError> {
        let opening = Opening { create: embedding.create, expect_revision: embedding.expect_revision };
        let (store, contents) = Store::open_watched(&embedding.store, &opening, watch)?;
        let hasher = Hasher::for_this_machine(embedding.cost);
        Ok(Self { registry: Arc::new(Registry::new(store, contents, hasher, clock)), actor })
    }

    /// The same store for another account.
    #[must_use]
    pub fn on_behalf_of(&self, actor: Actor) -> Self {
        Self { registry: Arc::clone(&self.registry), actor }
    }

    /// The registry behind it: for the server, which asks on behalf of many.
    pub fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.registry)
    }

    /// Wakes all watchers for good, so that their threads can end.
    pub fn close(&self) {
        self.registry.close();
    }
}

impl Door for Embedded {
    fn execute(&self, command: Command, ticket: &Ticket) -> Result<Done, Refusal> {
        self.registry.execute(&self.actor, command, ticket)
    }

    fn ask(&self, query: Query, ticket: &Ticket) -> Result<Answer, Refusal> {
        self.registry.ask(&self.actor, query, ticket)
    }

    fn attempt(
        &self,
        key: &str,
        secret: Result<&Secret, SecretError>,
        asked: Option<&Asked>,
    ) -> Result<Verdict, Refusal> {
        self.registry.attempt(key, secret, asked)
    }

    fn trace(&self, secrets: &[Secret]) -> Result<Traced, Refusal> {
        self.registry.trace(secrets)
    }

    fn store_key(&self) -> Result<StoreKey, Refusal> {
        Ok(StoreKey::from_bytes(*self.registry.store_key.bytes()))
    }

    fn backup(&self, out: &mut dyn Write, ticket: &Ticket) -> Result<Saved, Refusal> {
        // It holds the hashes of all Secrets: no part of reading.
        if self.actor.rights != Rights::Administrator {
            return Err(Refusal::ReadOnly(self.actor.account.clone()));
        }
        let progress = |done, total| ticket.progress(done, total);
        self.registry.reader.backup_into(out, Path::new("The backup"), &progress).map_err(|e| unreadable(&e))
    }

    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn watch(&self, after: u64) -> Option<u64> {
        self.registry.watch(after)
    }

    fn close(&self) {
        self.registry.close();
    }
}
