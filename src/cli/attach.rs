//! The door to the store that a server holds, if one does.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::failure::{Exit, Failure};
use crate::client::{Client, Socket};
use crate::clock::Clock;
use crate::registry::Refusal;
use crate::server::admin::sockets_of;

/// What was found where a server might be.
pub enum Found {
    /// It answers.
    Attached(Box<Client>),
    /// No server is there: the store may be opened here.
    Nobody,
    /// Something is there that does not answer: why. If the store is held, that is the reason to be told.
    Silent(Refusal),
}

/// The server at a socket that the person named.
///
/// # Errors
/// When it does not answer or does not let this account in.
pub fn named(path: PathBuf, clock: &Arc<dyn Clock>) -> Result<Client, Failure> {
    Ok(Client::connect(Socket { path, owner: None }, Arc::clone(clock))?)
}

/// The server of a store, by the sockets in it and in its `claviger.toml`.
///
/// # Errors
/// When it does not let this account in or is of another version.
pub fn of_store(store: &Path, clock: &Arc<dyn Clock>) -> Result<Found, Failure> {
    // A store of a stranger could hold a socket of a stranger, who would hear the Secrets that go in.
    let own = rustix::process::geteuid().as_raw();
    let Some(owner) =
        fs::symlink_metadata(store).ok().map(|meta| meta.uid()).filter(|uid| *uid == own || own == 0)
    else {
        return Ok(Found::Nobody);
    };
    let mut silent = None;
    for path in sockets_of(store) {
        if matches!(fs::symlink_metadata(&path), Err(error) if error.kind() == io::ErrorKind::NotFound) {
            continue;
        }
        match Client::connect(Socket { path, owner: Some(owner) }, Arc::clone(clock)) {
            Ok(client) => return Ok(Found::Attached(Box::new(client))),
            Err(refusal @ Refusal::ServerGone { .. }) => silent = Some(refusal),
            Err(refusal) => return Err(refusal.into()),
        }
    }
    Ok(silent.map_or(Found::Nobody, Found::Silent))
}

/// The store is held, and its socket says nothing.
pub fn held_in_silence(held: &Failure, why: &Refusal) -> Failure {
    Failure::new(Exit::Held, format!("{}; {why}", held.sentence()), why.hint())
}
