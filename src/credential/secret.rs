//! The Secret: `cs_<env>_<43 base62: 256 random bits><6 base62: CRC32 of all before it>`.

use std::fmt;
use zeroize::Zeroizing;

use crate::model::Environment;

/// The digits of base62, in order of value.
pub(super) const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A Secret: zeroised on drop, no `Display`, no `Clone`, no serde.
pub struct Secret(Zeroizing<String>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Why a text has not the form of a Secret; says nothing of the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Wrong length, prefix or letters.
    #[error("What was given has not the form of a Secret")]
    Form,
    /// The last six characters do not fit the others: a typing slip or a cut.
    #[error("The Secret's checksum does not fit: a character is wrong, missing or cut off")]
    Checksum,
}

impl Secret {
    /// Length in bytes and characters.
    pub const LEN: usize = 56;

    /// Takes a text that has the form of a Secret with the right checksum.
    ///
    /// # Errors
    /// [`SecretError`]: which of the two does not hold.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let bytes = text.as_bytes();
        let good = bytes.len() == Self::LEN
            && bytes.starts_with(b"cs_")
            && matches!(&bytes[3..7], b"dev_" | b"stg_" | b"prd_")
            // All of them are looked at, so that it is done many at a time.
            && bytes[7..].iter().fold(true, |good, byte| good & byte.is_ascii_alphanumeric());
        if !good {
            return Err(SecretError::Form);
        }
        if checksum(&bytes[..50]) != bytes[50..] {
            return Err(SecretError::Checksum);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The Secret of an environment made from 43 base62 digits.
    pub(super) fn assemble(environment: Environment, digits: &[u8; 43]) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(Self::LEN));
        text.push_str("cs_");
        text.push_str(environment.code());
        text.push('_');
        for digit in digits {
            text.push(char::from(*digit));
        }
        for digit in checksum(text.as_bytes()) {
            text.push(char::from(digit));
        }
        Self(text)
    }

    /// What tells one Secret from all others: all but the letters that each begins with, and the checksum, which follows
    /// from the rest. With eight bytes more it still fits into one block of SHA-256.
    pub(super) fn told(&self) -> &str {
        self.0.get(3..50).unwrap_or(&self.0)
    }

    /// The text itself: search for this word to find every place that sees a Secret.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// CRC32 (IEEE) as six base62 digits, padded with `0` on the left.
fn checksum(bytes: &[u8]) -> [u8; 6] {
    let mut rest = crc32fast::hash(bytes);
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_one_character_fails_the_checksum() {
        let secret = Secret::assemble(Environment::Production, &[b'a'; 43]);
        assert!(Secret::parse(secret.expose()).is_ok());
        let mut wrong = secret.expose().to_owned();
        wrong.replace_range(20..21, "b");
        assert_eq!(Secret::parse(&wrong).unwrap_err(), SecretError::Checksum);
        assert_eq!(Secret::parse(&wrong[..55]).unwrap_err(), SecretError::Form);
        assert_eq!(secret.told(), format!("prd_{}", "a".repeat(43)));
    }

    #[test]
    fn debug_never_shows_the_secret() {
        let secret = Secret::assemble(Environment::Production, &[b'a'; 43]);
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }
}
