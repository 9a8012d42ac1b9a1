//! The door as a trait, so that faces need not know whether the store is in this process or behind a socket.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::command::{Command, Done};
use super::query::{Answer, Query, Verdict};
use super::refusal::Refusal;
use crate::credential::{Secret, StoreKey};
use crate::model::Account;

/// Who wants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account of the operating system.
    pub account: Account,
}

/// Goes with one command or query: lets the caller cancel a query and see how far a long command is.
#[derive(Debug, Clone, Default)]
pub struct Ticket {
    inner: Arc<TicketState>,
}

#[derive(Debug, Default)]
struct TicketState {
    cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
}

impl Ticket {
    /// A new one.
    pub fn new() -> Self {
        Self::default()
    }

    /// The answer is no longer wanted.
    pub fn cancel(&self) {
        self.inner.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the answer is no longer wanted: asked between steps of long work. Commands are never cut short by it.
    pub fn is_cancelled(&self) -> bool {
        self.inner.cancelled.load(Ordering::Relaxed)
    }

    /// So much of so much is done.
    pub fn progress(&self, done: u64, total: u64) {
        self.inner.total.store(total, Ordering::Relaxed);
        self.inner.done.store(done, Ordering::Relaxed);
    }

    /// How much of how much is done; `None` before the first word of it.
    pub fn seen(&self) -> Option<(u64, u64)> {
        let total = self.inner.total.load(Ordering::Relaxed);
        (total > 0).then(|| (self.inner.done.load(Ordering::Relaxed), total))
    }
}

/// The one way in, already bound to an account.
pub trait Door: Send + Sync {
    /// Changes something. Returns when the change is saved.
    ///
    /// # Errors
    /// [`Refusal`]: nothing was changed, except where it says so.
    fn execute(&self, command: Command, ticket: &Ticket) -> Result<Done, Refusal>;

    /// Reads something.
    ///
    /// # Errors
    /// [`Refusal`]
    fn ask(&self, query: Query, ticket: &Ticket) -> Result<Answer, Refusal>;

    /// Verifies a Key and what was presented as its Secret.
    ///
    /// # Errors
    /// [`Refusal`] only where the question could not be answered; a wrong Secret is a [`Verdict`].
    fn verify(&self, key: &str, secret: &Secret) -> Result<Verdict, Refusal>;

    /// The key of the pre-check, for callers that hash Secrets themselves.
    ///
    /// # Errors
    /// [`Refusal`]
    fn store_key(&self) -> Result<StoreKey, Refusal>;

    /// The account this door is bound to.
    fn actor(&self) -> &Actor;

    /// Blocks until the store is beyond this revision or the door closes; the revision then.
    fn watch(&self, after: u64) -> Option<u64>;

    /// Wakes all watchers for good, so that their threads can end. Commands and queries still work.
    fn close(&self) {}
}
