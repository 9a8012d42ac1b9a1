//! The lines of an import: read and checked, all of them, before anything is made.

use csv::{ByteRecord, ReaderBuilder};
use memchr::{memchr, memchr_iter};
use std::collections::HashSet;

use crate::cli::failure::{Exit, Failure, holds_secret};
use crate::cli::keys::parse_expiry;
use crate::model::text::escape;
use crate::model::{Description, Environment, GroupCode, Owner, ParseError, Time};
use crate::registry::{KeyDraft, Refusal};

/// So many lines' faults are shown.
const SHOWN: usize = 20;
const COLUMNS: [&str; 5] = ["description", "group", "environment", "expires", "owner"];
const HINT: &str = "nothing was imported; correct these lines, then run it again";

/// A key to be made, and the line it stands on.
#[derive(Debug)]
pub struct Row {
    line: u64,
    draft: KeyDraft,
}

/// What is wrong, line by line; the first few are kept.
#[derive(Debug, Default)]
struct Faults {
    shown: Vec<String>,
    lines: u64,
}

impl Faults {
    fn note(&mut self, line: u64, what: &str) {
        self.lines += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(format!("line {line}: {what}"));
        }
    }

    /// The failure, if there is anything wrong.
    fn verdict(mut self) -> Result<(), Failure> {
        if self.lines == 0 {
            return Ok(());
        }
        let more = self.lines - self.shown.len() as u64;
        if more > 0 {
            self.shown.push(format!("and {more} more"));
        }
        let lines = if self.lines == 1 { "line is" } else { "lines are" };
        Err(Failure::new(Exit::Failed, format!("{} {lines} wrong", self.lines), HINT)
            .with_details(self.shown))
    }
}

fn refused(sentence: impl Into<String>) -> Failure {
    let hint = "the first line names the columns: description,group,environment,expires,owner";
    Failure::new(Exit::Failed, sentence, hint)
}

/// Reads the file and checks each line by itself.
///
/// # Errors
/// With all that is wrong, by line.
pub fn parse(bytes: &[u8], now: Time) -> Result<Vec<Row>, Failure> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if memchr(0, bytes).is_some() {
        return Err(refused("The file is not text: it holds a zero byte"));
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        let line = 1 + memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count();
        return Err(refused(format!("The file is not UTF-8 text: line {line}")));
    }
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut lines = Lines { bytes, place: 0, line: 1 };
    let mut record = ByteRecord::new();
    let mut next = |record: &mut ByteRecord| {
        let read =
            reader.read_byte_record(record).map_err(|e| refused(format!("The file cannot be read: {e}")))?;
        let at = record.position().map_or(0, csv::Position::byte);
        Ok::<_, Failure>(read.then(|| lines.of(usize::try_from(at).unwrap_or(usize::MAX))))
    };
    if next(&mut record)?.is_none() {
        return Err(refused("The file is empty"));
    }
    let columns = Columns::read(&record)?;
    let (mut rows, mut faults) = (Vec::new(), Faults::default());
    while let Some(line) = next(&mut record)? {
        match columns.draft(&record, now) {
            Ok(draft) => rows.push(Row { line, draft }),
            Err(error) => faults.note(line, &error.sentence),
        }
    }
    faults.verdict()?;
    if rows.is_empty() { Err(refused("The file names columns but no keys")) } else { Ok(rows) }
}

/// The drafts, all of their groups being there.
///
/// # Errors
/// With the lines whose group is not there; or when the door refuses to tell.
pub fn with_known_groups(
    rows: Vec<Row>,
    known: &mut impl FnMut(&GroupCode) -> Result<bool, Refusal>,
) -> Result<Vec<KeyDraft>, Failure> {
    let mut faults = Faults::default();
    for Row { line, draft } in &rows {
        if !known(&draft.group)? {
            faults.note(*line, &format!("There is no user group {}", draft.group));
        }
    }
    faults.verdict()?;
    Ok(rows.into_iter().map(|row| row.draft).collect())
}

/// From a byte to its line, ever onwards: the reader's own count does not step over `\r\n` and empty lines in time.
struct Lines<'a> {
    bytes: &'a [u8],
    place: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, byte: usize) -> u64 {
        let mut start = byte.min(self.bytes.len()).max(self.place);
        while self.bytes.get(start).is_some_and(|b| matches!(b, b'\r' | b'\n')) {
            start += 1;
        }
        self.line += memchr_iter(b'\n', &self.bytes[self.place..start]).count() as u64;
        self.place = start;
        self.line
    }
}

/// Which field stands at which place.
struct Columns {
    places: [Option<usize>; 5],
    count: usize,
}

impl Columns {
    fn read(header: &ByteRecord) -> Result<Self, Failure> {
        let mut seen = HashSet::new();
        let mut places = [None; 5];
        for (place, name) in header.iter().enumerate() {
            let name = String::from_utf8_lossy(name).trim().to_lowercase();
            let Some(column) = COLUMNS.iter().position(|known| *known == name) else {
                let cut: String = name.chars().take(40).collect();
                return Err(refused(format!("Column \"{}\" is unknown", escape(&cut))));
            };
            if !seen.insert(column) {
                return Err(refused(format!("Column {name} stands twice")));
            }
            places[column] = Some(place);
        }
        for (column, name) in COLUMNS.iter().enumerate().take(2) {
            if places[column].is_none() {
                return Err(refused(format!("Column {name} is missing")));
            }
        }
        Ok(Self { places, count: header.len() })
    }

    fn draft(&self, record: &ByteRecord, now: Time) -> Result<KeyDraft, ParseError> {
        if record.len() != self.count {
            let sentence = format!("it has {} fields, the first line names {}", record.len(), self.count);
            return Err(ParseError::new(sentence, HINT));
        }
        let field = |column: usize| {
            let bytes = self.places[column].and_then(|place| record.get(place)).unwrap_or_default();
            std::str::from_utf8(bytes).unwrap_or_default().trim()
        };
        if (0..COLUMNS.len()).any(|column| holds_secret(field(column))) {
            return Err(ParseError::new(
                "it holds a Secret: take it out, and treat that Secret as exposed",
                HINT,
            ));
        }
        let optional = |column| Some(field(column)).filter(|text| !text.is_empty());
        Ok(KeyDraft {
            description: Description::parse(field(0))?,
            group: field(1).parse()?,
            environment: optional(2).map_or(Ok(Environment::Production), str::parse)?,
            expires: optional(3).map(|when| parse_expiry(when, now)).transpose()?,
            rotate_every: None,
            owner: optional(4).map(Owner::parse).transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_772_323_200); // 2026-03-01 00:00 UTC

    fn faults(text: &[u8]) -> String {
        parse(text, NOW).unwrap_err().text()
    }

    #[test]
    fn columns_come_in_any_order_with_bom_crlf_and_quotes() {
        let text = "\u{feff}Group, Description ,owner\r\nHR,\"Payroll, \"\"new\"\"\",Ada\r\n\r\nIT,ci,\r\n";
        let rows = parse(text.as_bytes(), NOW).unwrap();
        assert_eq!(rows[0].draft.description.as_str(), "Payroll, \"new\"");
        assert_eq!((rows[0].line, rows[1].line), (2, 4));
        assert_eq!(rows[0].draft.owner.as_ref().unwrap().as_str(), "Ada");
        assert_eq!(rows[1].draft.owner, None);
        assert_eq!(rows[1].draft.environment, Environment::Production);
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let text = b"description,group,environment,expires,owner\n,HR,prd,,\nok,hr,prd,,\nok,HR,test,,\nok,HR,prd,2020-01-01,\nok,HR\n\"two\nlines\",HR,,,\nok,HR,,,";
        let told = faults(text);
        for wanted in [
            "6 lines are wrong",
            "line 2: Description is empty",
            "line 3: Group code \"hr\"",
            "line 4: Environment \"test\"",
            "line 5: Expires 2020",
            "line 6: it has 2 fields, the first line names 5",
            "line 7: Description has the invisible or control character",
        ] {
            assert!(told.contains(wanted), "{wanted} in {told}");
        }
        assert!(!told.contains("line 9"), "{told}");
    }

    #[test]
    fn at_most_twenty_faults_are_shown_and_the_rest_counted() {
        let told = faults(format!("description,group\n{}", "x,bad group\n".repeat(1000)).as_bytes());
        assert!(told.contains("1000 lines are wrong") && told.contains("and 980 more"), "{told}");
        assert_eq!(told.lines().count(), 1 + 20 + 1 + 1);
    }

    #[test]
    fn hostile_files_are_refused_in_a_sentence() {
        assert!(faults(b"").contains("empty"));
        assert!(faults(b"description,group\n").contains("no keys"));
        assert!(faults(b"\x7fELF\x00\x01").contains("zero byte"));
        assert!(faults(b"description,group\na,B\n\xff\xfe,B\n").contains("line 3"));
        assert!(faults(b"description\nx\n").contains("group is missing"));
        assert!(faults(b"description,group,secret\n").contains("\"secret\" is unknown"));
        assert!(faults(b"description,group,Group\n").contains("twice"));
        assert!(faults(b"description,group\n\"never closed,HR\n").contains("line 2"));
        let told = faults(b"description,group\ncs_prd_0123456789abcdef,HR\n");
        assert!(told.contains("line 2: it holds a Secret") && !told.contains("0123"), "{told}");
    }

    #[test]
    fn groups_that_are_not_there_are_told_by_line() {
        let rows = parse(b"description,group\na,HR\nb,IT\n", NOW).unwrap();
        let told = with_known_groups(rows, &mut |code| Ok(code.as_str() == "HR")).unwrap_err().text();
        assert!(told.contains("line 3: There is no user group IT") && !told.contains("line 2"), "{told}");
    }
}
