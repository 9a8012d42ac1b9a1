//! The server: one process holds the store. It says, for any API, whether a credential is good and may do what it asks;
//! `admin` answers administrators.
//!
//! HTTP/1 only; TLS is the proxy's. It asks the registry for every request anew: nothing here remembers a decision.
//! [`Limits`] says what a peer may cost. Knows nothing of the console, of the store or of how a Secret is hashed.
//!
//! ```text
//! listen -> connection -> endpoint -> verify | logon | forward_auth, fastcgi -> presented -> authority -> admission -> registry
//!                                   path_policy, routes                              answer, metrics
//! ```

pub mod admin;
mod admission;
mod answer;
mod authority;
mod bell;
mod body;
mod caller;
mod connection;
mod endpoint;
mod fastcgi;
mod form;
mod forward_auth;
mod limits;
mod listen;
mod logon;
mod metrics;
mod path_policy;
mod presented;
mod routes;
mod verify;
mod wire;

pub use limits::Limits;
pub use listen::{Address, Listener};
pub use routes::{Routes, RoutesError};

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::registry::Registry;
use authority::Authority;
use connection::Connections;

/// After an accept that failed for want of descriptors or memory, so that the loop does not spin.
const BREATH: Duration = Duration::from_millis(50);

/// What to serve, where, and how much of it.
#[derive(Debug)]
pub struct Serving {
    /// The registry to ask.
    pub registry: Arc<Registry>,
    /// Bound already.
    pub listeners: Vec<Listener>,
    /// What paths are about.
    pub routes: Routes,
    /// What a peer may cost.
    pub limits: Limits,
}

/// Serves until `shutdown` comes true; then takes no more connections and gives those that are being answered
/// [`Limits::farewell`] to end.
pub async fn serve(serving: Serving, shutdown: impl Future<Output = ()>) {
    let authority =
        Arc::new(Authority::new(serving.registry, serving.routes, serving.limits.within_descriptors()));
    let connections = Connections::new(Arc::clone(&authority));
    let closing = tokio::spawn(Arc::clone(&connections).close_silent());
    let loops: Vec<_> =
        serving.listeners.into_iter().map(|l| tokio::spawn(accept(l, Arc::clone(&connections)))).collect();
    shutdown.await;
    for accepting in &loops {
        accepting.abort();
    }
    connections.end();
    let ended = async {
        while connections.open() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let _ = tokio::time::timeout(authority.limits.farewell, ended).await;
    closing.abort();
}

async fn accept(listener: Listener, connections: Arc<Connections>) {
    loop {
        if let Ok(stream) = listener.accept().await {
            connections.take(stream);
        } else {
            connections.relieve();
            tokio::time::sleep(BREATH).await;
        }
    }
}
