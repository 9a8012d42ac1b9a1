//! Argon2id with a fixed number of pooled buffers: memory stays flat however many threads ask.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::sync::{Condvar, Mutex, PoisonError};
use subtle::ConstantTimeEq;

use super::{CredentialError, Secret, random_bytes};

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// OWASP's figure, the contract's default: 19 MiB, two passes, one lane; 13 to 14 ms a hash.
    pub const DEFAULT: Self = Self { memory: 19_456, passes: 2, lanes: 1 };
    /// For tests only: a hash in microseconds that protects nothing.
    pub const TEST: Self = Self { memory: 8, passes: 1, lanes: 1 };

    /// What a stored string may ask for: beyond it a damaged store could take all memory.
    const fn bearable(self) -> bool {
        self.memory >= 8
            && self.memory <= 262_144
            && self.passes >= 1
            && self.passes <= 16
            && self.lanes >= 1
            && self.lanes <= 4
    }

    fn params(self) -> Result<Params, CredentialError> {
        Params::new(self.memory, self.passes, self.lanes, Some(32))
            .map_err(|e| CredentialError::StoredHash(e.to_string()))
    }
}

/// Hashes and verifies with as many buffers as permits.
pub struct Hasher {
    cost: Cost,
    pool: Mutex<Vec<Vec<Block>>>,
    free: Condvar,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl Hasher {
    /// New hashes cost `cost`; at most `permits` run at once (one buffer each, allocated on first use).
    pub fn new(cost: Cost, permits: usize) -> Self {
        Self {
            cost,
            pool: Mutex::new((0..permits.max(1)).map(|_| Vec::new()).collect()),
            free: Condvar::new(),
        }
    }

    /// One permit for each core.
    pub fn for_this_machine(cost: Cost) -> Self {
        Self::new(cost, std::thread::available_parallelism().map_or(1, usize::from))
    }

    /// The Argon2id PHC string of a Secret with a fresh salt of 16 bytes.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub(super) fn hash(&self, secret: &Secret) -> Result<String, CredentialError> {
        let salt: [u8; 16] = random_bytes()?;
        let hash = self.raw(self.cost, &salt, secret)?;
        let Cost { memory, passes, lanes } = self.cost;
        Ok(format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${}${}", b64(&salt), b64(&hash)))
    }

    /// Whether a Secret fits a PHC string; costs what the string says.
    ///
    /// # Errors
    /// When the string is damaged or asks for more than is bearable.
    pub(super) fn verify(&self, phc: &str, secret: &Secret) -> Result<bool, CredentialError> {
        let (cost, salt, wanted) =
            read_phc(phc).ok_or_else(|| CredentialError::StoredHash("it does not parse".into()))?;
        if !cost.bearable() {
            return Err(CredentialError::StoredHash(format!(
                "m={},t={},p={} is out of bounds",
                cost.memory, cost.passes, cost.lanes
            )));
        }
        let hash = self.raw(cost, &salt, secret)?;
        Ok(bool::from(hash[..].ct_eq(&wanted)))
    }

    fn raw(&self, cost: Cost, salt: &[u8], secret: &Secret) -> Result<[u8; 32], CredentialError> {
        let params = cost.params()?;
        let needed = params.block_count();
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut buffer = self.take();
        if buffer.len() < needed {
            buffer.resize(needed, Block::default());
        }
        let mut out = [0; 32];
        let result = argon.hash_password_into_with_memory(
            secret.expose().as_bytes(),
            salt,
            &mut out,
            &mut buffer[..needed],
        );
        self.give(buffer);
        result.map(|()| out).map_err(|e| CredentialError::StoredHash(e.to_string()))
    }

    fn take(&self) -> Vec<Block> {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(buffer) = pool.pop() {
                return buffer;
            }
            pool = self.free.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give(&self, buffer: Vec<Block>) {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
        self.free.notify_one();
    }
}

fn b64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes)
}

/// Cost, salt and hash of `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
fn read_phc(phc: &str) -> Option<(Cost, Vec<u8>, Vec<u8>)> {
    use base64::Engine;
    let mut parts = phc.strip_prefix("$argon2id$v=19$")?.split('$');
    let mut numbers = parts
        .next()?
        .split(',')
        .zip(["m=", "t=", "p="])
        .map(|(part, name)| part.strip_prefix(name)?.parse().ok());
    let mut next = || numbers.next().flatten();
    let cost = Cost { memory: next()?, passes: next()?, lanes: next()? };
    let decode = |text: &str| base64::engine::general_purpose::STANDARD_NO_PAD.decode(text).ok();
    let (salt, hash) = (decode(parts.next()?)?, decode(parts.next()?)?);
    (parts.next().is_none() && (8..=64).contains(&salt.len()) && hash.len() == 32)
        .then_some((cost, salt, hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::mint_secret;
    use crate::model::Environment;

    #[test]
    fn the_right_secret_fits_and_another_does_not() {
        let hasher = Hasher::new(Cost::TEST, 1);
        let (right, wrong) =
            (mint_secret(Environment::Production).unwrap(), mint_secret(Environment::Production).unwrap());
        let phc = hasher.hash(&right).unwrap();
        assert!(hasher.verify(&phc, &right).unwrap());
        assert!(!hasher.verify(&phc, &wrong).unwrap());
    }

    #[test]
    fn a_stored_string_that_asks_for_a_gigabyte_is_refused() {
        let hasher = Hasher::new(Cost::TEST, 1);
        let secret = mint_secret(Environment::Production).unwrap();
        let phc = hasher.hash(&secret).unwrap().replace("m=8,", "m=1048576,");
        assert!(matches!(hasher.verify(&phc, &secret), Err(CredentialError::StoredHash(_))));
    }

    #[test]
    fn the_default_is_the_figure_of_the_contract() {
        let phc = Hasher::new(Cost::DEFAULT, 1).hash(&mint_secret(Environment::Production).unwrap()).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }
}
