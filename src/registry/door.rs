//! The door as a trait, so that faces need not know whether the store is in this process or behind a socket.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::command::{Command, Done};
use super::query::{Answer, Asked, Query, Traced, Verdict};
use super::refusal::Refusal;
use crate::credential::{Secret, SecretError, StoreKey};
use crate::model::Account;
use crate::store::Saved;

/// What an account may do at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rights {
    /// Everything.
    Administrator,
    /// Read: every command is refused.
    Auditor,
}

/// Who wants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account of the operating system.
    pub account: Account,
    /// What it may do.
    pub rights: Rights,
}

impl Actor {
    /// One who may do everything: whoever holds the store in the own process.
    pub const fn administrator(account: Account) -> Self {
        Self { account, rights: Rights::Administrator }
    }
}

/// Goes with one command or query: lets the caller cancel a query and see how far a long command is.
#[derive(Debug, Clone, Default)]
pub struct Ticket {
    inner: Arc<TicketState>,
}

#[derive(Default)]
struct TicketState {
    cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    /// Told of each step, for callers that pass it on.
    report: Option<Box<dyn Fn(u64, u64) + Send + Sync>>,
    /// Whom to tell that the answer is no longer wanted.
    withdraw: Mutex<Option<Box<dyn Fn() + Send>>>,
}

impl fmt::Debug for TicketState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cancelled, done, total, .. } = self;
        write!(f, "TicketState({cancelled:?}, {done:?} of {total:?})")
    }
}

impl Ticket {
    /// A new one.
    pub fn new() -> Self {
        Self::default()
    }

    /// A new one that passes each step on. The closure is called in the middle of the work: it must not wait.
    pub fn reporting(report: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Self { inner: Arc::new(TicketState { report: Some(Box::new(report)), ..TicketState::default() }) }
    }

    /// The answer is no longer wanted.
    pub fn cancel(&self) {
        self.inner.cancelled.store(true, Ordering::SeqCst);
        if let Some(withdraw) = &*self.inner.withdraw.lock().unwrap_or_else(PoisonError::into_inner) {
            withdraw();
        }
    }

    /// Whom [`Ticket::cancel`] tells, while the work is done elsewhere; told at once if it was cancelled already.
    pub fn on_cancel(&self, withdraw: Option<Box<dyn Fn() + Send>>) {
        let mut place = self.inner.withdraw.lock().unwrap_or_else(PoisonError::into_inner);
        *place = withdraw;
        if let (Some(withdraw), true) = (&*place, self.is_cancelled()) {
            withdraw();
        }
    }

    /// Whether the answer is no longer wanted: asked between steps of long work. Commands are never cut short by it.
    pub fn is_cancelled(&self) -> bool {
        self.inner.cancelled.load(Ordering::SeqCst)
    }

    /// So much of so much is done.
    pub fn progress(&self, done: u64, total: u64) {
        self.inner.total.store(total, Ordering::Relaxed);
        self.inner.done.store(done, Ordering::Relaxed);
        if let Some(report) = &self.inner.report {
            report(done, total);
        }
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

    /// Verifies a Key and what was presented as its Secret, and whether its holder may do what is asked for.
    ///
    /// # Errors
    /// [`Refusal`] only where the question could not be answered; a wrong Secret is a [`Verdict`].
    fn attempt(
        &self,
        key: &str,
        secret: Result<&Secret, SecretError>,
        asked: Option<&Asked>,
    ) -> Result<Verdict, Refusal>;

    /// As [`Door::attempt`], with a Secret that has the form of one, and nothing asked for.
    ///
    /// # Errors
    /// As [`Door::attempt`].
    fn verify(&self, key: &str, secret: &Secret) -> Result<Verdict, Refusal> {
        self.attempt(key, Ok(secret), None)
    }

    /// Whose Secrets these are, for those who found them somewhere; at most [`Traced::MOST`] at once.
    ///
    /// # Errors
    /// [`Refusal`]
    fn trace(&self, secrets: &[Secret]) -> Result<Traced, Refusal>;

    /// The key of the pre-check, for callers that hash Secrets themselves.
    ///
    /// # Errors
    /// [`Refusal`]
    fn store_key(&self) -> Result<StoreKey, Refusal>;

    /// Writes a backup of everything saved so far, while changes go on. Whole only if this returns well.
    ///
    /// # Errors
    /// [`Refusal`]: the store could not be read, or `out` not be written.
    fn backup(&self, out: &mut dyn Write, ticket: &Ticket) -> Result<Saved, Refusal>;

    /// The account this door is bound to, with its rights as they were when the door was opened.
    fn actor(&self) -> &Actor;

    /// Blocks until the store is beyond this revision or the door closes for good (`None`); the revision then. Returns
    /// early, perhaps with the same revision, when what is behind the door went away or came back: ask again then.
    fn watch(&self, after: u64) -> Option<u64>;

    /// Wakes all watchers for good, so that their threads can end. Commands and queries still work.
    fn close(&self) {}
}
