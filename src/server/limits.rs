//! How much a peer may ask of the server, in one place.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::time::Duration;

/// Descriptors that the store, the administrators and the log keep for themselves.
const KEPT: u64 = 256;

/// The limits of the verification server. The defaults are what the documentation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; beyond it the one that has been useless for longest is closed.
    pub connections: usize,
    /// Bytes of a request's line and headers together: beyond it 431. At most 100 headers.
    pub head: usize,
    /// Bytes of a body: beyond it 413.
    pub body: usize,
    /// Time for a whole head to arrive, and for a connection to stay without a request.
    pub head_time: Duration,
    /// Time for a whole body to arrive: beyond it 400.
    pub body_time: Duration,
    /// Credentials that wait for Argon2: beyond it 503.
    pub queue: usize,
    /// Time that a credential waits for Argon2: beyond it 503.
    pub deadline: Duration,
    /// Time that requests under way have to end once the server is asked to stop.
    pub farewell: Duration,
}

impl Limits {
    /// Asks the system for as many descriptors as it grants, and takes no more connections than that bears: without
    /// one, nobody could be let in at all, however useful.
    pub(super) fn within_descriptors(self) -> Self {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let wanted = Some(self.connections as u64 + KEPT);
        let wanted = maximum.map_or(wanted, |maximum| wanted.map(|wanted| wanted.min(maximum)));
        if current.is_some_and(|current| wanted.is_some_and(|wanted| current < wanted)) {
            let _ = setrlimit(Resource::Nofile, Rlimit { current: wanted, maximum });
        }
        let Some(granted) = getrlimit(Resource::Nofile).current else { return self };
        let places = usize::try_from(granted.saturating_sub(KEPT).max(granted / 2)).unwrap_or(usize::MAX);
        Self { connections: self.connections.min(places.max(1)), ..self }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            head: 32 * 1024,
            body: 64 * 1024,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(10),
            queue: 4_096,
            deadline: Duration::from_secs(10),
            farewell: Duration::from_secs(10),
        }
    }
}
