//! A door that counts the rows of every answer.

use claviger::credential::{Secret, SecretError, StoreKey};
use claviger::registry::{
    Actor, Answer, Asked, BackedUp, Command, Done, Door, Query, Refusal, Ticket, Traced, Verdict,
};
use std::io;
use std::sync::{Arc, Mutex};

/// Counts the rows of every answer.
pub(super) struct Counting {
    pub(super) inner: Arc<dyn Door>,
    pub(super) widest: Arc<Mutex<usize>>,
}

impl Door for Counting {
    fn execute(&self, command: Command, ticket: &Ticket) -> Result<Done, Refusal> {
        self.inner.execute(command, ticket)
    }

    fn ask(&self, query: Query, ticket: &Ticket) -> Result<Answer, Refusal> {
        let answer = self.inner.ask(query, ticket)?;
        let rows = match &answer {
            Answer::Keys(page) => page.rows.len(),
            Answer::Groups(page) => page.rows.len(),
            Answer::Changes(page) => page.rows.len(),
            _ => 0,
        };
        let mut widest = self.widest.lock().unwrap();
        *widest = rows.max(*widest);
        Ok(answer)
    }

    fn attempt(
        &self,
        key: &str,
        secret: Result<&Secret, SecretError>,
        asked: Option<&Asked>,
    ) -> Result<Verdict, Refusal> {
        self.inner.attempt(key, secret, asked)
    }

    fn trace(&self, secrets: &[Secret]) -> Result<Traced, Refusal> {
        self.inner.trace(secrets)
    }

    fn store_key(&self) -> Result<StoreKey, Refusal> {
        self.inner.store_key()
    }

    fn backup(&self, out: &mut dyn io::Write, ticket: &Ticket) -> Result<BackedUp, Refusal> {
        self.inner.backup(out, ticket)
    }

    fn actor(&self) -> &Actor {
        self.inner.actor()
    }

    // A journey has a door for each console; watchers of an earlier one must not end the later ones.
    fn watch(&self, _after: u64) -> Option<u64> {
        None
    }
}
