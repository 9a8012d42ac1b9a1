//! Is this Secret the one of that Key, and may the key be used now?

use super::keys::details;
use super::query::Verdict;
use super::{Refusal, Registry, unreadable};
use crate::credential::{Secret, precheck_fits};
use crate::model::{KeyId, Status};

impl Registry {
    /// Verifies a Key and a Secret: pre-check, then Argon2, then the live record once more.
    ///
    /// # Errors
    /// Where the stored hash could not be read; a wrong Secret is a [`Verdict`].
    pub fn verify(&self, key: &str, secret: &Secret) -> Result<Verdict, Refusal> {
        let presented = self.store_key.precheck(secret);
        let Ok(key) = key.parse::<KeyId>() else { return Ok(Verdict::Invalid) };
        let Some((number, precheck)) =
            self.read().by_key(&key).map(|live| (live.record.number, live.precheck))
        else {
            return Ok(Verdict::Invalid);
        };
        if precheck.is_some_and(|precheck| !precheck_fits(precheck, presented)) {
            return Ok(Verdict::Invalid);
        }
        let Some(proof) = self.reader.proof(number).map_err(|e| unreadable(&e))? else {
            return Ok(Verdict::Invalid);
        };
        let fits = proof.proves(secret, &self.hasher).map_err(|error| Refusal::Unreadable {
            sentence: error.to_string(),
            hint: "`claviger store check` tells more; a new key for the integration helps at once".to_owned(),
        })?;
        let index = self.read();
        let now = self.clock.now();
        let live = index.by_key(&key).filter(|live| {
            live.record.number == number
                && live.record.status == Status::Active
                && live.held.is_none()
                && !live.record.expired_at(now)
        });
        Ok(match live.filter(|_| fits).and_then(|_| details(&index, key)) {
            Some(details) => Verdict::Valid(Box::new(details)),
            None => Verdict::Invalid,
        })
    }
}
