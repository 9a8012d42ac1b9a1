//! Key and Secret tried on this machine's command line: proved, judged, counted and explained like a call over HTTP.

use super::judging::{Denied, DeniedText, FilterUse, Wanted, Wish};
use super::proving::Look;
use super::query::{Asked, Verdict};
use super::reasons::Fault;
use super::{Refusal, Registry};
use crate::credential::{Secret, SecretError};
use crate::model::{Logon, Request};

/// The source of such calls.
const LOCAL: &str = "local";
/// Their program.
const AGENT: &str = "claviger verify";

impl Registry {
    /// Verifies a Key and what was presented as its Secret, and what its holder asks for, on the calling thread.
    ///
    /// # Errors
    /// Where the stored hash could not be read; a wrong Secret is a [`Verdict`].
    pub fn attempt(
        &self,
        key: &str,
        secret: Result<&Secret, SecretError>,
        asked: Option<&Asked>,
    ) -> Result<Verdict, Refusal> {
        let look = match secret {
            Err(SecretError::Form) => Look::Invalid(key.parse().ok(), Fault::Form),
            Err(SecretError::Checksum) => Look::Invalid(key.parse().ok(), Fault::Checksum),
            Ok(secret) => match self.look(key, secret) {
                Look::Pending(pending) => self.hash(&pending, secret)?,
                look => look,
            },
        };
        let request = asked.map_or_else(Request::default, |asked| Request {
            table: asked.table.as_ref().map(|(table, operation)| (table.as_str(), *operation)),
            menu: asked.menu.as_deref(),
            record: asked.record.as_ref(),
        });
        let wish = if asked.is_some() { Wish::Request(request, FilterUse::Told) } else { Wish::Open };
        let judged = self.proven(look).and_then(|proven| self.judge(&proven, &Wanted::of(wish)));
        let (logon, verdict) = match judged {
            Ok(allowed) => {
                let details = self.key_details(allowed.key)?;
                (Logon::accepted(allowed.key, LOCAL), Verdict::Valid(Box::new(details)))
            }
            Err(Denied { text: DeniedText::InvalidApiKey, reference, key, proved }) => {
                let reference = Some(reference);
                (Logon { key, proved, reference, ..Logon::invalid(LOCAL) }, Verdict::Invalid)
            }
            Err(Denied { text: DeniedText::InsufficientPermissions, reference, key, .. }) => {
                let reason = Box::new(self.why(&reference.to_string())?);
                let logon = key.map_or_else(|| Logon::invalid(LOCAL), |key| Logon::insufficient(key, LOCAL));
                (Logon { reference: Some(reference), ..logon }, Verdict::Insufficient(reason))
            }
        };
        let (table, operation) = (request.table.map(|(table, _)| table), request.table.map(|(_, o)| o));
        self.note(&Logon { agent: AGENT, table, operation, menu: request.menu, ..logon });
        Ok(verdict)
    }

    /// Verifies a Key and a Secret that has the form of one.
    ///
    /// # Errors
    /// As [`Registry::attempt`].
    pub fn verify(&self, key: &str, secret: &Secret) -> Result<Verdict, Refusal> {
        self.attempt(key, Ok(secret), None)
    }
}
