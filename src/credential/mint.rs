//! New Keys and Secrets from the operating system's randomness.

use rand::TryRng;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use super::CredentialError;
use super::secret::{BASE62, Secret};
use crate::model::{Environment, KeyId};

/// Random bytes of the operating system.
///
/// # Errors
/// When it gives none.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], CredentialError> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(|e| CredentialError::Randomness(e.to_string()))?;
    Ok(bytes)
}

/// A new Key: 80 random bits. The caller checks that it is not taken.
///
/// # Errors
/// When the operating system gives no randomness.
pub fn mint_key(environment: Environment) -> Result<KeyId, CredentialError> {
    let bytes: [u8; 16] = random_bytes()?;
    Ok(KeyId::from_digits(environment, bytes.map(|b| b & 31)))
}

/// 256 random bits as 43 base62 digits (62^43 > 2^256).
pub(super) fn random_base62() -> Result<Zeroizing<[u8; 43]>, CredentialError> {
    let mut number = Zeroizing::new(random_bytes::<32>()?);
    let mut digits = Zeroizing::new([b'0'; 43]);
    for digit in digits.iter_mut().rev() {
        let mut rest = 0u32;
        for byte in number.iter_mut() {
            let value = (rest << 8) | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(0);
            rest = value % 62;
        }
        *digit = BASE62[rest as usize];
    }
    Ok(digits)
}

/// A new Secret: 256 random bits and their checksum.
///
/// # Errors
/// When the operating system gives no randomness.
pub fn mint_secret(environment: Environment) -> Result<Secret, CredentialError> {
    Ok(Secret::assemble(environment, &*random_base62()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minted_secrets_have_the_form_and_differ() {
        let (one, two) =
            (mint_secret(Environment::Staging).unwrap(), mint_secret(Environment::Staging).unwrap());
        assert!(one.expose().starts_with("cs_stg_") && Secret::parse(one.expose()).is_ok());
        assert_ne!(one.expose(), two.expose());
        assert_ne!(mint_key(Environment::Staging).unwrap(), mint_key(Environment::Staging).unwrap());
    }
}
