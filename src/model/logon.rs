//! One logon or verification: who asked for what from where, and what came of it. Never a Secret, nor a part of one.
//!
//! [`Logon`] is one event as its witness tells it; [`LogonRow`] is what is kept: equal events of a minute in one row.

mod reference;
mod result;

pub use reference::Reference;
pub use result::{LogonResult, ResultFilter};

use serde::{Deserialize, Serialize};

use super::decision::Operation;
use super::key::{KeyId, Time};

/// One logon or verification as its witness tells it.
#[derive(Debug, Clone, Copy)]
pub struct Logon<'a> {
    /// The Key that was presented, where it has the form of one. Other text is not kept: it may be a Secret.
    pub key: Option<KeyId>,
    /// What the key is for, where that is at hand.
    pub description: Option<&'a str>,
    /// Where it came from: an address, or `local`.
    pub source: &'a str,
    /// The program that called; may be empty.
    pub agent: &'a str,
    /// The table that was asked for.
    pub table: Option<&'a str>,
    /// What was to be done to it.
    pub operation: Option<Operation>,
    /// The menu item that was asked for.
    pub menu: Option<&'a str>,
    /// What came of it.
    pub result: LogonResult,
    /// Whether the caller proved to have the Secret: such events are evidence, others may be anybody's garbage.
    pub proved: bool,
    /// The reference that a refusal was given.
    pub reference: Option<Reference>,
}

impl<'a> Logon<'a> {
    /// An accepted call of a key.
    pub const fn accepted(key: KeyId, source: &'a str) -> Self {
        Self { key: Some(key), proved: true, ..Self::invalid(source) }.with(LogonResult::Accepted)
    }

    /// A refusal as invalid, by nobody in particular.
    pub const fn invalid(source: &'a str) -> Self {
        Self {
            key: None,
            description: None,
            source,
            agent: "",
            table: None,
            operation: None,
            menu: None,
            result: LogonResult::Invalid,
            proved: false,
            reference: None,
        }
    }

    /// A refusal of a proved key for want of permissions.
    pub const fn insufficient(key: KeyId, source: &'a str) -> Self {
        Self { key: Some(key), proved: true, ..Self::invalid(source) }.with(LogonResult::Insufficient)
    }

    const fn with(self, result: LogonResult) -> Self {
        Self { result, ..self }
    }
}

/// One row of the logon history: equal events of one minute, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogonRow {
    /// Its number, growing with time; the row keeps it.
    pub id: u64,
    /// When it happened last.
    pub time: Time,
    /// When it happened first.
    pub first: Time,
    /// The Key; none where none was presented, or several by one source that proved none.
    pub key: Option<KeyId>,
    /// What the key was for at the time; empty where no key of that name lived.
    pub description: String,
    /// Where it came from.
    pub source: String,
    /// The program that called; may be empty.
    pub agent: String,
    /// The table that was asked for.
    pub table: Option<String>,
    /// What was to be done to it.
    pub operation: Option<Operation>,
    /// The menu item that was asked for.
    pub menu: Option<String>,
    /// What came of it.
    pub result: LogonResult,
    /// Whether the caller proved to have the Secret.
    pub proved: bool,
    /// How often.
    pub count: u64,
    /// The references of the last refusals among them, oldest first.
    pub references: Vec<Reference>,
}

impl LogonRow {
    /// The reference of the last refusal.
    pub fn reference(&self) -> Option<Reference> {
        self.references.last().copied()
    }

    /// Table and operation, or the menu item, in words; empty for a plain logon.
    pub fn target(&self) -> String {
        let operation = self.operation.map_or("", Operation::code);
        let table = self.table.as_deref().unwrap_or_default();
        let menu = self.menu.as_deref().unwrap_or_default();
        [operation, table, menu].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// When a key was accepted last, and by whom it was used then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUse {
    /// When.
    pub time: Time,
    /// Where the call came from.
    pub source: String,
    /// The program that called; may be empty.
    pub agent: String,
}

/// Longest text of a caller that is kept, in characters.
const LONGEST: usize = 200;

/// A caller's text as it is kept: cut to 200 characters, and without anything in it that looks like a Secret.
pub fn kept(text: &str) -> String {
    let mut kept = String::with_capacity(text.len().min(LONGEST * 4));
    let mut rest = text;
    while let Some(at) = ["cs_dev_", "cs_stg_", "cs_prd_"].iter().filter_map(|mark| rest.find(mark)).min() {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        kept.push_str("(a Secret, not kept)");
        rest = from.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    }
    kept.push_str(rest);
    match kept.char_indices().nth(LONGEST) {
        Some((end, _)) => kept[..end].to_owned(),
        None => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_secret_is_kept_of_what_a_caller_says() {
        let secret = "cs_prd_0123456789abcdefghijABCDEFGHIJ0123456789abcABCDEF";
        for text in [secret.to_owned(), format!("curl {secret}"), format!("a {secret}, {secret} b")] {
            let kept = kept(&text);
            assert!(!kept.contains("012345") && kept.contains("not kept"), "{kept}");
        }
        assert_eq!(kept("Mozilla/5.0 (docs_x)"), "Mozilla/5.0 (docs_x)");
        assert_eq!(kept(&"ü".repeat(500)).chars().count(), 200);
    }
}
