//! How a command ends badly: an exit code, one sentence, a hint; and the last net that keeps Secrets out of both.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::credential::CredentialError;
use crate::model::ParseError;
use crate::model::text::escape;
use crate::registry::Refusal;
use crate::store::StoreError;

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The reader of our output has gone: nothing is wrong, and nothing is said.
    ReaderGone = 0,
    /// It failed.
    Failed = 1,
    /// Wrong usage, a bad value included.
    Usage = 2,
    /// Invalid API Key.
    InvalidApiKey = 3,
    /// Insufficient Permissions.
    InsufficientPermissions = 4,
    /// The store is damaged, or refused for its permissions.
    Store = 5,
    /// A check found something.
    Findings = 6,
    /// Another process holds the store.
    Held = 7,
}

/// Why a command did not do it.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    sentence: String,
    details: Vec<String>,
    hint: String,
}

impl Failure {
    /// A sentence and the next step, both as they may be shown.
    pub fn new(exit: Exit, sentence: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit, sentence: sentence.into(), details: Vec::new(), hint: hint.into() }
    }

    /// With lines between sentence and hint.
    #[must_use]
    pub fn with_details(mut self, details: Vec<String>) -> Self {
        self.details = details;
        self
    }

    /// Standard output could not be written. A closed pipe (`| head`) is nobody's fault.
    pub fn output(error: &io::Error) -> Self {
        let exit = if error.kind() == io::ErrorKind::BrokenPipe { Exit::ReaderGone } else { Exit::Failed };
        Self::new(
            exit,
            format!("Standard output could not be written: {error}"),
            "free space there, then run it again",
        )
    }

    /// What is wrong, as it was given.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// What goes to standard error.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.sentence);
        for line in &self.details {
            let _ = writeln!(text, "  {line}");
        }
        let _ = writeln!(text, "hint: {}", self.hint);
        text.lines().fold(String::new(), |mut all, line| {
            let _ = writeln!(all, "{}", hide_secrets(&escape(line)));
            all
        })
    }

    /// Says it on standard error, unless there is nothing to say; the exit code.
    pub fn report(&self) -> u8 {
        if self.exit != Exit::ReaderGone {
            // A standard error that is closed leaves the exit code, which says enough.
            let _ = io::stderr().write_all(self.text().as_bytes());
        }
        self.exit as u8
    }
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        Self::new(Exit::Usage, error.sentence, error.hint)
    }
}

impl From<CredentialError> for Failure {
    fn from(error: CredentialError) -> Self {
        Self::new(Exit::Failed, error.to_string(), "run it again; if it stays, look at the system's log")
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let exit = match &refusal {
            Refusal::Input(_) => Exit::Usage,
            Refusal::Unreadable { .. } => Exit::Store,
            _ => Exit::Failed,
        };
        let mut failure = Self::new(exit, refusal.to_string(), refusal.hint());
        if let Refusal::GroupInUse { count, keys, .. } = &refusal {
            failure.details = keys.iter().map(|(key, description)| format!("{key}  {description}")).collect();
            let more = count.saturating_sub(keys.len() as u64);
            if more > 0 {
                failure.details.push(format!("and {more} more"));
            }
        }
        failure
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let sentence = error.to_string();
        match error {
            StoreError::Refused { hint, .. } => Self::new(Exit::Store, sentence, hint),
            StoreError::Disk { hint, .. } => Self::new(Exit::Failed, sentence, hint),
            StoreError::Held { .. } => Self::new(
                Exit::Held,
                sentence,
                "claviger serve shares one store among any number of consoles and commands; to start it, close that process first",
            ),
        }
    }
}

/// Whether a text holds something of the form of a Secret, whole or cut.
pub fn holds_secret(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["cs_dev_", "cs_stg_", "cs_prd_"].iter().any(|prefix| {
        lower.match_indices(prefix).any(|(at, _)| {
            lower[at + prefix.len()..].bytes().take_while(u8::is_ascii_alphanumeric).count() >= 8
        })
    })
}

/// The text without words that could be a Secret: by its prefix, or by its length and mix of letters when the prefix
/// was lost.
pub fn hide_secrets(text: &str) -> Cow<'_, str> {
    let part_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let suspicious = |word: &str| {
        let long = word.len() >= 43
            && word.bytes().any(|b| b.is_ascii_lowercase())
            && word.bytes().any(|b| b.is_ascii_uppercase())
            && word.bytes().any(|b| b.is_ascii_digit());
        long || holds_secret(word)
    };
    if !text.split(|c| !part_of_word(c)).any(suspicious) {
        return Cow::Borrowed(text);
    }
    let words = text.split_inclusive(|c| !part_of_word(c)).map(|piece| {
        let word = piece.trim_end_matches(|c| !part_of_word(c));
        if suspicious(word) { format!("(hidden){}", &piece[word.len()..]) } else { piece.to_owned() }
    });
    Cow::Owned(words.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::mint_secret;
    use crate::model::Environment;

    #[test]
    fn no_secret_survives_in_a_message_whole_cut_or_without_its_prefix() {
        let secret = mint_secret(Environment::Production).unwrap();
        let secret = secret.expose();
        for shown in
            [secret.to_owned(), format!("'{secret}'"), secret[..30].to_owned(), secret.to_ascii_uppercase()]
        {
            let text =
                Failure::new(Exit::Failed, format!("Before {shown} after"), format!("x={shown}")).text();
            assert!(!text.contains(&secret[8..20]), "{text}");
            assert!(text.contains("Before ") && text.contains(" after\nhint: x="), "{text}");
        }
        assert_eq!(hide_secrets("what is ck_prd_0123456789abcdef?"), "what is ck_prd_0123456789abcdef?");
        let bare = format!("0Aa{}", &"x".repeat(46));
        assert_eq!(hide_secrets(&bare), "(hidden)");
    }

    #[test]
    fn a_message_is_a_sentence_its_details_and_a_hint() {
        let failure =
            Failure::new(Exit::Failed, "It\u{1b} failed", "try again").with_details(vec!["line 2".into()]);
        assert_eq!(failure.text(), "It\\u{1b} failed\n  line 2\nhint: try again\n");
    }

    #[test]
    fn a_group_in_use_names_its_keys() {
        let refusal = Refusal::GroupInUse {
            code: "HR".parse().unwrap(),
            count: 3,
            keys: vec![("ck_prd_0123456789abcdef".parse().unwrap(), "HR System".parse().unwrap())],
        };
        let text = Failure::from(refusal).text();
        assert!(text.contains("  ck_prd_0123456789abcdef  HR System\n  and 2 more\nhint: "), "{text}");
    }
}
