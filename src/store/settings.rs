//! What `claviger.toml` of the store says of the logon history and of the review; what it does not say is as ever.
//!
//! Knows these lines of the file; who may do what by its other lines is the server's matter.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;
use serde::Deserialize;

use super::entry::StoreError;
use super::history::Budget;
use super::medium::{disk, shown};
use crate::model::Limits;
use crate::model::text::escape;

/// The file's name in the store.
const NAME: &str = "claviger.toml";
/// More than this is no file of settings.
const LARGEST: u64 = 64 * 1024;

/// What the store needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Settings {
    /// How much the history may hold.
    pub budget: Budget,
    /// From when on something counts in a review.
    pub limits: Limits,
}

/// Days that rows may be kept: ten years and a bit at most.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
struct Days(u16);

impl TryFrom<i64> for Days {
    type Error = String;

    fn try_from(days: i64) -> Result<Self, String> {
        u16::try_from(days)
            .ok()
            .filter(|days| (1..=3_700).contains(days))
            .map(Self)
            .ok_or_else(|| format!("history_days is {days}: it must be 1 to 3700"))
    }
}

/// Rows that may be kept: each takes about a hundred bytes of disk.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
struct Rows(u64);

impl TryFrom<i64> for Rows {
    type Error = String;

    fn try_from(rows: i64) -> Result<Self, String> {
        u64::try_from(rows)
            .ok()
            .filter(|rows| (1_000..=100_000_000).contains(rows))
            .map(Self)
            .ok_or_else(|| format!("history_rows is {rows}: it must be 1000 to 100000000"))
    }
}

/// Days after which something counts in a review: as many as `--unused` and the like take.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
struct Patience(u16);

impl TryFrom<i64> for Patience {
    type Error = String;

    fn try_from(days: i64) -> Result<Self, String> {
        u16::try_from(days)
            .ok()
            .filter(|days| (1..=3_650).contains(days))
            .map(Self)
            .ok_or_else(|| format!("a limit of the review is {days} days: it must be 1 to 3650"))
    }
}

/// What this room reads of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Lines {
    history_days: Option<Days>,
    history_rows: Option<Rows>,
    review_unused_days: Option<Patience>,
    review_silent_days: Option<Patience>,
    review_unrotated_days: Option<Patience>,
}

impl Settings {
    /// As the store's `claviger.toml` says.
    ///
    /// # Errors
    /// When the file is not TOML or says what cannot be: with the line.
    pub(super) fn of(store: &Path) -> Result<Self, StoreError> {
        let path = store.join(NAME);
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let file = match OpenOptions::new().read(true).custom_flags(flags).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(disk(&path, "opened", &error)),
        };
        let mut text = String::new();
        file.take(LARGEST).read_to_string(&mut text).map_err(|e| disk(&path, "read", &e))?;
        let lines: Lines = toml::from_str(&text).map_err(|error| {
            let place = error.span().map_or(0, |span| span.start);
            let line = 1 + text.get(..place).map_or(0, |before| before.matches('\n').count());
            StoreError::Refused {
                sentence: format!("{} line {line}: {}", shown(&path), escape(error.message())),
                hint:
                    "correct that line: history_days = 90, history_rows = 5000000, review_unused_days = 30, \
                       review_silent_days = 90 and review_unrotated_days = 180 are what holds without one"
                        .to_owned(),
            }
        })?;
        let Self { budget, limits } = Self::default();
        let days = |line: Option<Patience>, usual| line.map_or(usual, |days| days.0);
        Ok(Self {
            budget: Budget {
                days: lines.history_days.map_or(budget.days, |days| days.0),
                evidence: lines.history_rows.map_or(budget.evidence, |rows| rows.0),
                ..budget
            },
            limits: Limits {
                unused: days(lines.review_unused_days, limits.unused),
                silent: days(lines.review_silent_days, limits.silent),
                unrotated: days(lines.review_unrotated_days, limits.unrotated),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Settings, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(NAME), text).unwrap();
        Settings::of(dir.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_file_sets_days_and_rows_and_leaves_the_rest_to_others() {
        let usual = Settings::default();
        assert_eq!(of("").unwrap(), usual);
        let text = "administrators = [\"ada\"]\nhistory_days = 400\nhistory_rows = 20000000\n";
        let budget = Budget { days: 400, evidence: 20_000_000, ..usual.budget };
        assert_eq!(of(text).unwrap(), Settings { budget, ..usual });
        let text = "review_unused_days = 7\nreview_unrotated_days = 90\n";
        let limits = Limits { unused: 7, unrotated: 90, ..usual.limits };
        assert_eq!(of(text).unwrap(), Settings { limits, ..usual });
        assert_eq!(Settings::of(tempfile::tempdir().unwrap().path()).unwrap(), usual, "without a file");
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_line() {
        for (text, told) in [
            ("history_days = 0", "line 1: history_days is 0: it must be 1 to 3700"),
            ("\nhistory_days = 4000", "line 2: history_days is 4000"),
            ("auditors = []\n\nhistory_rows = -1", "line 3: history_rows is -1: it must be 1000 to"),
            ("history_rows = 999", "line 1: history_rows is 999"),
            ("history_days = \"90\"", "line 1: "),
            ("history_days = 90\nhistory_days = 91", "line 2: "),
            ("\nreview_silent_days = 0", "line 2: a limit of the review is 0 days: it must be 1 to 3650"),
            ("review_unused_days = 3651", "line 1: a limit of the review is 3651 days"),
            ("review_unrotated_days = \"90d\"", "line 1: "),
            ("auditors = [\nhistory_days", "line "),
        ] {
            let error = of(text).unwrap_err();
            assert!(error.contains("claviger.toml line") && error.contains(told), "{text}: {error}");
        }
    }
}
