//! The forms of Keys and Secrets in words that other programs read: the rules for secret scanners.
//!
//! One definition, from the environments and the alphabets: a test compares it with the files in `assets/scanners`.
//! A checksum cannot be said in a pattern, so a scanner's find may be none; `claviger scan` tells.

use crate::model::{Environment, KeyId};

/// What a scanner is to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// `claviger-secret`, `claviger-key`
    pub name: &'static str,
    /// What it is, in a sentence without its stop.
    pub description: &'static str,
    /// A pattern that every regular expression engine reads alike.
    pub pattern: String,
    /// How each of them begins.
    pub prefixes: Vec<String>,
}

/// The Secret, then the Key.
pub fn forms() -> [Form; 2] {
    let key_letters = format!("0-9{}", ranges(&KeyId::ALPHABET[10..]));
    [
        Form {
            name: "claviger-secret",
            description: "Secret of an API key kept by claviger: rotate the key at once",
            pattern: pattern("cs", "0-9A-Za-z", 49),
            prefixes: prefixes("cs"),
        },
        Form {
            name: "claviger-key",
            description: "Key (public identifier) of an API key kept by claviger: look for its Secret nearby",
            pattern: pattern("ck", &key_letters, 16),
            prefixes: prefixes("ck"),
        },
    ]
}

fn codes() -> [&'static str; 3] {
    let mut codes = Environment::ALL.map(Environment::code);
    codes.sort_unstable();
    codes
}

fn pattern(prefix: &str, letters: &str, count: usize) -> String {
    format!("{prefix}_(?:{})_[{letters}]{{{count}}}", codes().join("|"))
}

fn prefixes(prefix: &str) -> Vec<String> {
    codes().iter().map(|code| format!("{prefix}_{code}_")).collect()
}

/// Sorted letters as the ranges of a character class.
fn ranges(letters: &[u8]) -> String {
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for letter in letters {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *letter => *last = *letter,
            _ => runs.push((*letter, *letter)),
        }
    }
    let run = |(first, last): (u8, u8)| match last - first {
        0 => char::from(first).to_string(),
        1 => format!("{}{}", char::from(first), char::from(last)),
        _ => format!("{}-{}", char::from(first), char::from(last)),
    };
    runs.into_iter().map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::{Secret, SecretError, mint_key, mint_secret};
    use proptest::prelude::*;
    use proptest::string::string_regex;

    #[test]
    fn the_patterns_are_the_alphabets() {
        let [secret, key] = forms();
        assert_eq!(secret.pattern, "cs_(?:dev|prd|stg)_[0-9A-Za-z]{49}");
        assert_eq!(key.pattern, "ck_(?:dev|prd|stg)_[0-9a-hjkmnp-tv-z]{16}");
    }

    proptest! {
        #[test]
        fn what_a_pattern_takes_has_the_form(key in string_regex(&forms()[1].pattern).unwrap(), secret in string_regex(&forms()[0].pattern).unwrap()) {
            prop_assert!(key.parse::<KeyId>().is_ok());
            prop_assert_ne!(Secret::parse(&secret).err(), Some(SecretError::Form));
        }
    }

    #[test]
    fn what_is_minted_begins_as_the_forms_say() {
        let [secrets, keys] = forms();
        for environment in Environment::ALL {
            let (key, secret) = (mint_key(environment).unwrap(), mint_secret(environment).unwrap());
            assert!(keys.prefixes.iter().any(|p| key.as_str().starts_with(p)));
            assert!(secrets.prefixes.iter().any(|p| secret.expose().starts_with(p)));
        }
    }
}
