//! What a scan has read, and what not and why: the figure without which "nothing found" would mean nothing.

use serde::Serialize;

use crate::cli::failure::hide_secrets;
use crate::cli::output::remark;
use crate::model::counted;
use crate::model::text::escape;

/// So many inputs that were not read are named; the others are counted.
const NAMED: usize = 100;

/// What a scan has read.
#[derive(Debug, Default, Serialize)]
pub struct Coverage {
    /// Inputs that were read to their end.
    pub files: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Symbolic links that were not followed.
    pub links: u64,
    /// Inputs that hold packed data: read as they are, not unpacked.
    pub packed: u64,
    /// Whether the store's own directory lay among what was read; it was left out.
    pub own_store: bool,
    /// Inputs that were not read, or not to their end.
    pub unread: u64,
    /// The first of them.
    pub unread_named: Vec<Unread>,
}

/// One input that was not read, or not to its end.
#[derive(Debug, Serialize)]
pub struct Unread {
    /// Where.
    pub path: String,
    /// Why.
    pub why: String,
}

impl Coverage {
    /// An input was not read, or not to its end.
    pub fn leave(&mut self, path: &str, why: impl Into<String>) {
        self.unread += 1;
        if self.unread_named.len() < NAMED {
            self.unread_named.push(Unread { path: hide_secrets(path).into_owned(), why: why.into() });
        }
    }

    /// Says on standard error what was read and what not.
    pub fn tell(&self) {
        let mut said = format!("Read {} and {}", counted(self.files, "file"), size(self.bytes));
        let mut add = |count: u64, what: String| {
            if count > 0 {
                said.push_str("; ");
                said.push_str(&what);
            }
        };
        add(self.unread, format!("{} not read", counted(self.unread, "input")));
        add(self.links, format!("{} not followed", counted(self.links, "symbolic link")));
        add(
            self.packed,
            format!(
                "{} not unpacked (try `git log -p --all | claviger scan -`)",
                counted(self.packed, "packed file")
            ),
        );
        add(u64::from(self.own_store), "the store itself left out".to_owned());
        remark(&said);
        for Unread { path, why } in &self.unread_named {
            remark(&format!("not read: {}: {why}", escape(path)));
        }
        let more = self.unread.saturating_sub(self.unread_named.len() as u64);
        if more > 0 {
            remark(&format!("not read: {more} more"));
        }
    }
}

/// `12 bytes`, `3.4 MB`.
fn size(bytes: u64) -> String {
    let units = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let Some((unit, name)) = units.into_iter().find(|(unit, _)| bytes >= *unit) else {
        return counted(bytes, "byte");
    };
    format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
}

/// Reads `500`, `64k`, `500M`, `2G`, `1T`.
pub fn read_size(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match text[digits.len()..].to_ascii_lowercase().trim_end_matches('b').trim() {
        "" => 1,
        "k" => 1_000,
        "m" => 1_000_000,
        "g" => 1_000_000_000,
        "t" => 1_000_000_000_000,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_for_people() {
        assert_eq!(
            (counted(1, "file").as_str(), counted(12_345, "file").as_str()),
            ("1 file", "12,345 files")
        );
        assert_eq!([7, 1_500, 33_140_000].map(size), ["7 bytes", "1.5 kB", "33.1 MB"]);
        assert_eq!(
            ["500", "64k", "2G", "1 MB"].map(read_size),
            [Some(500), Some(64_000), Some(2_000_000_000), Some(1_000_000)]
        );
        assert_eq!(["", "x", "5Q", "-1", "99999999999999T"].map(read_size), [None; 5]);
    }

    #[test]
    fn a_path_that_holds_a_secret_is_not_told_whole() {
        let mut coverage = Coverage::default();
        coverage.leave("dir/cs_prd_0123456789abcdefghijklmnop", "gone");
        assert!(!coverage.unread_named[0].path.contains("012345"), "{coverage:?}");
    }
}
