//! The API key: the record an administrator sees, without its Secret.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::field::{Account, Days, Description, Owner, ParseError};
use super::group::GroupCode;
use super::text;

/// A moment in whole seconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

/// Where a key is used; part of the Key itself and fixed at creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Environment {
    /// `dev`
    #[serde(rename = "dev")]
    Development,
    /// `stg`
    #[serde(rename = "stg")]
    Staging,
    /// `prd`
    #[serde(rename = "prd")]
    Production,
}

impl Environment {
    /// All three, in the order a form offers them.
    pub const ALL: [Self; 3] = [Self::Production, Self::Staging, Self::Development];

    /// The three letters used in Keys, Secrets and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Development => "dev",
            Self::Staging => "stg",
            Self::Production => "prd",
        }
    }

    /// The word for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

impl FromStr for Environment {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|e| text.eq_ignore_ascii_case(e.code()) || text.eq_ignore_ascii_case(e.name()))
            .ok_or_else(|| {
                ParseError::new(
                    format!("Environment \"{}\" is not one of dev, stg, prd", text::escape(text)),
                    "dev is development, stg staging, prd production",
                )
            })
    }
}

/// Whether a key may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// May log on.
    Active,
    /// Refused as Invalid API Key.
    Disabled,
}

impl Status {
    /// The word of the documentation.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Disabled => "Disabled",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn flipped(self) -> Self {
        match self {
            Self::Active => Self::Disabled,
            Self::Disabled => Self::Active,
        }
    }
}

/// The public identifier `ck_<env>_<16 of Crockford base32, lower case>`: 23 ASCII bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId([u8; Self::LEN]);

impl KeyId {
    /// Length in bytes and characters.
    pub const LEN: usize = 23;
    /// Crockford's base32 in lower case: no i, l, o, u.
    pub const ALPHABET: &'static [u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

    /// The Key of an environment with these 16 base32 digits (each below 32).
    pub fn from_digits(environment: Environment, digits: [u8; 16]) -> Self {
        let mut bytes = [0; Self::LEN];
        bytes[..3].copy_from_slice(b"ck_");
        bytes[3..6].copy_from_slice(environment.code().as_bytes());
        bytes[6] = b'_';
        for (place, digit) in bytes[7..].iter_mut().zip(digits) {
            *place = Self::ALPHABET[usize::from(digit & 31)];
        }
        Self(bytes)
    }

    /// The Key that these bytes are, if they are one.
    fn read(text: &[u8]) -> Option<Self> {
        let bytes: [u8; Self::LEN] = text.try_into().ok()?;
        let [b'c', b'k', b'_', environment @ .., b'_', _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
            &bytes
        else {
            return None;
        };
        // Without a branch for each digit: a million of them are read at once.
        let digits = bytes[7..].iter().fold(true, |good, byte| good & LETTERS[usize::from(*byte)]);
        (matches!(environment, b"dev" | b"stg" | b"prd") && digits).then_some(Self(bytes))
    }

    /// Its bytes.
    pub const fn bytes(self) -> [u8; Self::LEN] {
        self.0
    }

    /// The bytes of one.
    pub(super) const fn known(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The environment written into the Key.
    pub const fn environment(&self) -> Environment {
        match self.0[3] {
            b'd' => Environment::Development,
            b's' => Environment::Staging,
            _ => Environment::Production,
        }
    }
}

/// Which bytes are of [`KeyId::ALPHABET`]: each request is read by it.
const LETTERS: [bool; 256] = {
    let mut letters = [false; 256];
    let mut place = 0;
    while place < KeyId::ALPHABET.len() {
        letters[KeyId::ALPHABET[place] as usize] = true;
        place += 1;
    }
    letters
};

impl FromStr for KeyId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let refuse = |sentence: String| {
            ParseError::new(
                sentence,
                "a Key looks like ck_prd_0123456789abcdef; `claviger keys list` shows them",
            )
        };
        if let Some(key) = Self::read(text.as_bytes()) {
            return Ok(key);
        }
        if text.starts_with("cs_") {
            return Err(ParseError::new(
                "A Secret was given where the Key belongs",
                "the Key starts with ck_; treat that Secret as exposed if it is on your screen or in your shell history",
            ));
        }
        let shown = text::escape(text);
        Err(refuse(if text.len() == Self::LEN {
            format!("Key \"{shown}\" is not of the form ck_<env>_<16 characters>")
        } else {
            format!("Key \"{shown}\" is not 23 characters long")
        }))
    }
}

impl TryFrom<String> for KeyId {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<KeyId> for String {
    fn from(key: KeyId) -> Self {
        key.as_str().to_owned()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The record of one key. The Secret is not in it, nor anything made from the Secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Number of its creation, from 1, never used again: the default order.
    pub number: u64,
    /// The public identifier.
    pub key: KeyId,
    /// What it is for.
    pub description: Description,
    /// The user group whose permissions it has.
    pub group: GroupCode,
    /// Active or Disabled.
    pub status: Status,
    /// When it was created.
    pub created: Time,
    /// When it was last changed by an administrator.
    pub modified: Time,
    /// By whom.
    pub modified_by: Account,
    /// Last accepted call.
    pub last_used: Option<Time>,
    /// From when on it is refused.
    pub expires: Option<Time>,
    /// How often it should be rotated.
    pub rotate_every: Option<Days>,
    /// Who answers for it.
    pub owner: Option<Owner>,
    /// Whether its Secret was ever confirmed as copied (or never shown to a person at all).
    pub secret_copied: bool,
}

impl ApiKey {
    /// Whether it is past its expiry at this moment.
    pub fn expired_at(&self, now: Time) -> bool {
        self.expires.is_some_and(|at| at <= now)
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "small numbers of a test")]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_as_it_was_written() {
        let key = KeyId::from_digits(Environment::Staging, std::array::from_fn(|i| i as u8 * 2));
        assert_eq!(key.as_str().parse::<KeyId>(), Ok(key));
        assert_eq!(key.environment(), Environment::Staging);
        assert_eq!(key.as_str().len(), KeyId::LEN);
    }

    #[test]
    fn a_digit_is_what_stands_in_the_alphabet() {
        for byte in 0..=u8::MAX {
            assert_eq!(LETTERS[usize::from(byte)], KeyId::ALPHABET.contains(&byte), "{byte}");
        }
    }

    #[test]
    fn keys_with_a_wrong_letter_length_or_environment_are_refused() {
        for bad in [
            "",
            "ck_prd_0123456789abcdei",
            "ck_prd_0123456789ABCDEF",
            "ck_tst_0123456789abcdef",
            "ck_prd_0123",
        ] {
            assert!(bad.parse::<KeyId>().is_err(), "{bad}");
        }
    }
}
