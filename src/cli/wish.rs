//! What somebody wants to do, from the words of the command line, and the answer with its ladder.

use serde::Serialize;

use super::arguments::Wish;
use super::failure::{Exit, Failure, holds_secret};
use super::pages::{ask, mismatch};
use crate::model::text::escape;
use crate::model::{GroupCode, ParseError, Record, RecordFilter};
use crate::registry::{Answer, Asked, Door, Explained, Query, Rung};

/// Longest record that is taken, in bytes.
const LONGEST: usize = 1024 * 1024;

/// What was asked for; `None` where nothing was.
///
/// # Errors
/// When a name is empty, the operation is none, or the record is no JSON object: with the place.
pub fn read(wish: &Wish) -> Result<Option<Asked>, Failure> {
    let operation = wish.operation.as_deref().map(|text| text.trim().parse()).transpose()?;
    let table = match (&wish.table, operation) {
        (Some(table), Some(operation)) => Some((name("Table", table)?, operation)),
        _ => None,
    };
    let menu = wish.menu.as_deref().map(|item| name("Menu item", item)).transpose()?;
    let record = wish.record.as_deref().map(record).transpose()?;
    let asked = Asked { table, menu, record };
    Ok((asked != Asked::default()).then_some(asked))
}

fn name(what: &str, text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.trim_matches('/').is_empty() {
        let hint = "name it as the application does, such as Asset or \"Reports/Asset Register\"";
        return Err(ParseError::new(format!("{what} is empty"), hint).into());
    }
    Ok(text.to_owned())
}

fn record(text: &str) -> Result<Record, Failure> {
    let refused = |reason: String, hint: &str| {
        Failure::new(Exit::Usage, format!("The record is not a JSON object of fields: {reason}"), hint)
    };
    if holds_secret(text) {
        return Err(refused("it holds a Secret".into(), "take it out, and treat that Secret as exposed"));
    }
    if text.len() > LONGEST {
        return Err(refused("it is larger than 1 MiB".into(), "give only the fields that the filter names"));
    }
    serde_json::from_str(text).map_err(|error| {
        refused(error.to_string(), "write it like {\"Department\":\"HR\",\"Status\":\"Active\"}")
    })
}

/// Asks the door.
///
/// # Errors
/// When it refuses, for one because there is no such group.
pub fn explain(door: &dyn Door, code: &GroupCode, asked: &Asked) -> Result<Explained, Failure> {
    match ask(door, Query::Explain { code: code.clone(), asked: asked.clone() })? {
        Answer::Explained(explained) => Ok(explained),
        _ => Err(mismatch()),
    }
}

/// The ladder, a step a line.
pub fn ladder(rungs: &[Rung]) -> Vec<String> {
    let step = |rung: &Rung| format!("{} {}", if rung.passed { '✔' } else { '✘' }, escape(&rung.name));
    rungs.iter().map(step).collect()
}

/// What would mend a refusal.
pub fn mend(explained: &Explained) -> String {
    let failed = explained.ladder.iter().find(|rung| !rung.passed);
    failed.map_or_else(String::new, |rung| escape(&rung.mend).into_owned())
}

/// The answer for scripts.
#[derive(Debug, Serialize)]
pub struct ExplainedJson<'a> {
    allowed: bool,
    ladder: &'a [Rung],
    mend: String,
    filter: Option<&'a RecordFilter>,
    expression: Option<&'a str>,
}

impl<'a> From<&'a Explained> for ExplainedJson<'a> {
    fn from(explained: &'a Explained) -> Self {
        Self {
            allowed: explained.allowed,
            ladder: &explained.ladder,
            mend: mend(explained),
            filter: explained.record_filter.as_ref(),
            expression: explained.filter.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(table: Option<&str>, operation: Option<&str>, record: Option<&str>) -> Wish {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Wish { table: owned(table), operation: owned(operation), menu: None, record: owned(record) }
    }

    #[test]
    fn a_bad_wish_is_refused_with_the_place() {
        assert_eq!(read(&wish(None, None, None)).unwrap(), None);
        assert!(read(&wish(Some("Asset"), Some("SELECT"), Some("{\"a\":1}"))).unwrap().is_some());
        for (record, place) in
            [("{\"a\":1,\n\"A\":2}", "line 2"), ("[1]", "line 1"), ("{", "line 1"), ("", "line 1")]
        {
            let text = read(&wish(Some("T"), Some("select"), Some(record))).unwrap_err().text();
            assert!(text.contains(place), "{text}");
        }
        assert!(read(&wish(Some(" "), Some("select"), None)).unwrap_err().text().contains("Table is empty"));
        assert!(read(&wish(Some("T"), Some("drop"), None)).unwrap_err().text().contains("\"drop\""));
        assert!(read(&wish(Some("T"), Some("select"), Some(&"[".repeat(200_000)))).is_err());
    }
}
