//! New keys: a Key that nobody has, a Secret with its proof, and the record that a draft begins with.
//!
//! Knows nothing of what a new key is for: created, imported, or the successor of another.

use super::command::KeyDraft;
use super::{Refusal, Registry};
use crate::credential::{CredentialError, Proof, Secret, mint_key, mint_secret};
use crate::model::{ApiKey, Environment, KeyId, Mark, Status};

/// A Key that nobody has, and a Secret for it.
pub(super) struct Minted {
    pub(super) key: KeyId,
    pub(super) secret: Secret,
    pub(super) proof: Proof,
}

impl Registry {
    /// A Key and its Secret, hashed: that takes its time, so it is done before anything is locked.
    pub(super) fn mint(&self, environment: Environment) -> Result<Minted, Refusal> {
        let key = self.unused_key(environment)?;
        let (secret, proof) = self.mint_secret(environment)?;
        Ok(Minted { key, secret, proof })
    }

    /// A Secret alone, hashed.
    pub(super) fn mint_secret(&self, environment: Environment) -> Result<(Secret, Proof), Refusal> {
        let secret = mint_secret(environment).map_err(|e| no_credential(&e))?;
        let proof = Proof::of(&secret, &self.hasher, &self.store_key).map_err(|e| no_credential(&e))?;
        Ok((secret, proof))
    }

    fn unused_key(&self, environment: Environment) -> Result<KeyId, Refusal> {
        loop {
            let key = mint_key(environment).map_err(|e| no_credential(&e))?;
            if self.read().slot(&key).is_none() {
                return Ok(key);
            }
        }
    }
}

/// The record that a draft begins with.
pub(super) fn record_of(draft: KeyDraft, key: KeyId, number: u64, made: Mark, copied: bool) -> ApiKey {
    ApiKey {
        number,
        key,
        description: draft.description,
        group: draft.group,
        status: Status::Active,
        created: made.time,
        modified: made.time,
        modified_by: made.by,
        last_used: None,
        expires: draft.expires,
        rotate_every: draft.rotate_every,
        owner: draft.owner,
        secret_copied: copied,
    }
}

pub(super) fn no_credential(error: &CredentialError) -> Refusal {
    Refusal::NotSaved { sentence: error.to_string(), hint: "nothing was changed; try again".to_owned() }
}
