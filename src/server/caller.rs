//! Who calls, for the logon history: where a connection comes from, and what the program calls itself.
//!
//! The address is the peer's own, never a header's: anybody can send a header. Behind a proxy it is the proxy's, unless the
//! application tells the end user's by `/v1/verify`.

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;

use super::authority::Authority;
use crate::model::{KeyId, Logon, LogonResult};
use crate::registry::{Allowed, Denied, DeniedText, Wish};

/// The peer of a connection: its address, or `unix`.
#[derive(Debug)]
pub(super) struct Peer(pub(super) Box<str>);

/// One caller.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller<'a> {
    pub(super) source: &'a str,
    pub(super) agent: &'a str,
}

impl<'a> Caller<'a> {
    /// The caller of a request.
    pub(super) fn of(peer: &'a Peer, headers: &'a HeaderMap) -> Self {
        Self { source: &peer.0, ..Self::by(headers) }
    }

    /// A caller whose connection has no address.
    pub(super) fn by(headers: &'a HeaderMap) -> Self {
        let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        Self { source: "unix", agent: agent.unwrap_or_default() }
    }

    /// The caller as the application tells it, as far as it does.
    pub(super) fn told(self, source: Option<&'a str>, agent: Option<&'a str>) -> Self {
        Self { source: source.unwrap_or(self.source), agent: agent.unwrap_or(self.agent) }
    }

    fn logon(self, wish: &Wish<'a>) -> Logon<'a> {
        let (table, menu) = match wish {
            Wish::Request(request, _) => (request.table, request.menu),
            Wish::Open | Wish::Unanswered | Wish::Unclear(_) => (None, None),
        };
        let (table, operation) = table.unzip();
        Logon { agent: self.agent, table, operation, menu, ..Logon::invalid(self.source) }
    }
}

impl Authority {
    /// Notes a request that may be, or why it may not.
    pub(super) fn note(&self, caller: Caller<'_>, wish: &Wish<'_>, outcome: Result<&Allowed, &Denied>) {
        match outcome {
            Ok(allowed) => self.note_accepted(caller, wish, allowed.key, Some(allowed.description.as_str())),
            Err(denied) => {
                let result = match denied.text {
                    DeniedText::InvalidApiKey => LogonResult::Invalid,
                    DeniedText::InsufficientPermissions => LogonResult::Insufficient,
                };
                let Denied { key, proved, reference, .. } = *denied;
                let reference = Some(reference);
                self.registry.note(&Logon { key, result, proved, reference, ..caller.logon(wish) });
            }
        }
    }

    /// Notes an accepted call of a key.
    pub(super) fn note_accepted(&self, caller: Caller<'_>, wish: &Wish<'_>, key: KeyId, what: Option<&str>) {
        let (key, result) = (Some(key), LogonResult::Accepted);
        self.registry.note(&Logon { key, result, proved: true, description: what, ..caller.logon(wish) });
    }
}
