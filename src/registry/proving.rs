//! Is this Secret the one of that Key? In the order that keeps a stranger's guess cheap: live record, keyed pre-check,
//! verified set, Argon2. What follows a proof, the decision, is in `judging` and reads the live record again.
//!
//! [`Registry::look`] never hashes with Argon2 and takes about a microsecond; [`Registry::hash`] does and takes 13 ms,
//! so whoever must not block calls it elsewhere. Nothing is locked out: the Key is public, so anyone could do that.

use std::time::Duration;

use super::reasons::Fault;
use super::{Refusal, Registry, unreadable};
use crate::credential::{Mark, Secret, TokenMark, precheck_fits};
use crate::model::KeyId;

/// Whose credential was proved. Says nothing of what the key may do, nor that it may be used at all.
#[derive(Debug, Clone)]
pub struct Proven {
    pub(super) by: By,
}

impl Proven {
    /// The Key, where it was not a session token that was proved.
    pub const fn key(&self) -> Option<KeyId> {
        match self.by {
            By::Secret { key, .. } => Some(key),
            By::Token(_) => None,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum By {
    /// Key and Secret of this record. A slot is one record's for ever, so it is found without a search.
    Secret { slot: u32, number: u64, key: KeyId },
    /// A session token.
    Token(TokenMark),
}

/// A credential whose pre-check is right but that only Argon2 can prove.
#[derive(Debug, Clone, Copy)]
pub struct Pending {
    slot: u32,
    number: u64,
    key: KeyId,
    presented: u64,
    /// Whether the store knows the pre-check of this record.
    checked: bool,
    mark: Option<Mark>,
}

impl Pending {
    /// The Key.
    pub const fn key(&self) -> KeyId {
        self.key
    }

    /// Equal for equal credentials and for no others; `None` where that cannot be told.
    pub fn identity(&self) -> Option<(u64, Mark)> {
        self.mark.map(|mark| (self.number, mark))
    }
}

/// What a first look at a credential tells.
#[derive(Debug)]
pub enum Look {
    /// It is right.
    Proven(Proven),
    /// It is wrong, or its key is of no use now; the Key as far as it is known.
    Invalid(Option<KeyId>, Fault),
    /// Only Argon2 can tell.
    Pending(Pending),
}

impl Registry {
    /// A first look at Key and Secret. Whatever is refused costs the same.
    pub fn look(&self, key: &str, secret: &Secret) -> Look {
        let Ok(key) = key.parse::<KeyId>() else { return Look::Invalid(None, Fault::Form) };
        let (slot, number, precheck, fault) = {
            let (index, now) = (self.read(), self.clock.now());
            let live = index.by_key(&key);
            // A number that no record has stands in for one that is not there, so that all below is done all the same.
            live.map_or((0, 0, None, Some(Fault::Unknown)), |live| {
                (
                    live.slot,
                    live.record.number,
                    live.precheck(),
                    Fault::of(live.record, live.is_held(), || now),
                )
            })
        };
        let mark = self.verified.mark(number, secret);
        let remembered = mark.is_some_and(|mark| self.verified.remembers(number, mark));
        if remembered && fault.is_none() {
            return Look::Proven(Proven { by: By::Secret { slot, number, key } });
        }
        // All that is refused goes through here, whatever it is refused for.
        let presented = self.store_key.precheck(secret);
        let stored = if number == 0 { Some(!presented) } else { precheck };
        let fits = stored.is_none_or(|stored| precheck_fits(stored, presented));
        if !fits {
            return Look::Invalid(Some(key), if number == 0 { Fault::Unknown } else { Fault::Precheck });
        }
        if let Some(fault) = fault {
            return Look::Invalid(Some(key), fault);
        }
        Look::Pending(Pending { slot, number, key, presented, checked: precheck.is_some(), mark })
    }

    /// A look at a session token: whether it is one. Whether the session is open is for the judgement to say.
    pub fn look_at_token(&self, token: &str) -> Look {
        self.sessions
            .mark(token)
            .map_or(Look::Invalid(None, Fault::Form), |mark| Look::Proven(Proven { by: By::Token(mark) }))
    }

    /// Proves a pending credential by Argon2: never [`Look::Pending`] again. Blocks for 13 ms at the default cost,
    /// longer when all buffers are in use.
    ///
    /// # Errors
    /// Where the stored hash could not be read.
    pub fn hash(&self, pending: &Pending, secret: &Secret) -> Result<Look, Refusal> {
        let Pending { slot, number, key, presented, checked, mark } = *pending;
        let Some(proof) = self.reader.proof(number).map_err(|e| unreadable(&e))? else {
            return Ok(Look::Invalid(Some(key), Fault::Unknown));
        };
        let fits = proof.proves(secret, &self.hasher).map_err(|error| Refusal::Unreadable {
            sentence: error.to_string(),
            hint: "`claviger store check` tells more; a new key for the integration helps at once".to_owned(),
        })?;
        if !fits {
            return Ok(Look::Invalid(Some(key), Fault::Hash));
        }
        if let Some(mark) = mark {
            self.verified.remember(number, mark);
        }
        if !checked {
            // The store key was lost; from here on guesses at this key are cheap again.
            self.write().learn_precheck(number, presented);
        }
        Ok(Look::Proven(Proven { by: By::Secret { slot, number, key } }))
    }

    /// The clock's ticks: what sessions are measured by.
    pub(super) fn ticks(&self) -> Duration {
        self.clock.ticks()
    }
}
