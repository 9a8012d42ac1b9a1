//! What is stored beside a record to prove its Secret: an Argon2id string and a keyed 64-bit pre-check.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::keyed::KeyedHash;
use super::{CredentialError, Hasher, Secret, random_bytes};

/// The key of the pre-check: one a store, in every backup.
pub struct StoreKey {
    bytes: Zeroizing<[u8; 32]>,
    hash: KeyedHash,
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey(..)")
    }
}

impl StoreKey {
    /// A new one.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn generate() -> Result<Self, CredentialError> {
        random_bytes().map(Self::from_bytes)
    }

    /// From the file that the store keeps.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { hash: KeyedHash::new(&bytes), bytes: Zeroizing::new(bytes) }
    }

    /// For the file that the store keeps, and for backups.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The first 64 bits of HMAC-SHA256(store key, Secret).
    pub fn precheck(&self, secret: &Secret) -> u64 {
        let tag = self.hash.tag(&[secret.expose().as_bytes()]);
        let mut first = [0; 8];
        first.copy_from_slice(&tag[..8]);
        u64::from_be_bytes(first)
    }
}

/// Argon2id string and pre-check of one Secret. Opaque outside `store` and `credential`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    phc: Arc<str>,
    precheck: u64,
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(..)")
    }
}

impl Proof {
    /// Hashes a Secret: 13 to 14 ms at the default cost.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn of(secret: &Secret, hasher: &Hasher, store_key: &StoreKey) -> Result<Self, CredentialError> {
        Ok(Self { phc: hasher.hash(secret)?.into(), precheck: store_key.precheck(secret) })
    }

    /// From its stored parts.
    pub(crate) fn from_parts(phc: &str, precheck: u64) -> Self {
        Self { phc: phc.into(), precheck }
    }

    /// The Argon2id string: for `store` alone.
    pub(crate) fn phc(&self) -> &str {
        &self.phc
    }

    /// The 64 bits that a guess must meet before Argon2 is asked.
    pub fn precheck(&self) -> u64 {
        self.precheck
    }

    /// Whether the Secret is the one, by Argon2 alone.
    ///
    /// # Errors
    /// When the stored string is damaged.
    pub fn proves(&self, secret: &Secret, hasher: &Hasher) -> Result<bool, CredentialError> {
        hasher.verify(&self.phc, secret)
    }
}

/// Whether the pre-check of a presented Secret is the stored one, in constant time.
pub fn precheck_fits(stored: u64, presented: u64) -> bool {
    bool::from(stored.ct_eq(&presented))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::{Cost, mint_secret};
    use crate::model::Environment;

    #[test]
    fn precheck_and_hash_agree_on_the_secret() {
        let (hasher, key) = (Hasher::new(Cost::TEST, 1), StoreKey::generate().unwrap());
        let (right, wrong) =
            (mint_secret(Environment::Production).unwrap(), mint_secret(Environment::Production).unwrap());
        let proof = Proof::of(&right, &hasher, &key).unwrap();
        assert!(
            precheck_fits(proof.precheck(), key.precheck(&right)) && proof.proves(&right, &hasher).unwrap()
        );
        assert!(
            !precheck_fits(proof.precheck(), key.precheck(&wrong)) && !proof.proves(&wrong, &hasher).unwrap()
        );
        assert_eq!(format!("{proof:?} {key:?}"), "Proof(..) StoreKey(..)");
    }
}
