//! The JSON that scripts read: the contract's fields in the contract's order.
//!
//! Hostile characters leave as `\u….` escapes: the same text to a program, harmless on a terminal.

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};
use serde_json::{Map, Value};
use std::io;

use super::failure::{Exit, Failure};
use super::output::Output;
use crate::clock::rfc3339;
use crate::model::text::is_hostile;
use crate::model::{ApiKey, Change, Field, FieldValue, Group, LogonRow, Time};

/// Compact, with hostile characters escaped.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, hostile)) = rest.char_indices().find(|(_, c)| is_hostile(*c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in hostile.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + hostile.len_utf8()..];
        }
        CompactFormatter.write_string_fragment(writer, rest)
    }
}

/// A value on one line.
///
/// # Errors
/// Never in practice: our values have no keys but texts.
pub fn line<T: Serialize>(value: &T) -> Result<String, Failure> {
    let broken = |error: String| {
        Failure::new(Exit::Failed, format!("JSON could not be written: {error}"), "report this")
    };
    let mut bytes = Vec::new();
    value
        .serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Harmless))
        .map_err(|e| broken(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| broken(e.to_string()))
}

/// An array written while its items come, an item a line.
#[derive(Debug, Default)]
pub struct Array {
    begun: bool,
}

impl Array {
    /// One more item.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn item<T: Serialize>(&mut self, out: &mut Output, value: &T) -> Result<(), Failure> {
        out.text(if self.begun { ",\n" } else { "[\n" })?;
        self.begun = true;
        out.text(&line(value)?)
    }

    /// The end.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn end(self, out: &mut Output) -> Result<(), Failure> {
        out.line(if self.begun { "\n]" } else { "[]" })
    }
}

/// A key as the contract has it.
#[derive(Debug, Serialize)]
pub struct KeyJson<'a> {
    key: &'a str,
    description: &'a str,
    group: &'a str,
    environment: &'static str,
    status: &'static str,
    created: String,
    modified: String,
    modified_by: &'a str,
    last_used: Option<String>,
    expires: Option<String>,
    rotate_every_days: Option<u16>,
    owner: Option<&'a str>,
}

impl<'a> From<&'a ApiKey> for KeyJson<'a> {
    fn from(record: &'a ApiKey) -> Self {
        Self {
            key: record.key.as_str(),
            description: record.description.as_str(),
            group: record.group.as_str(),
            environment: record.key.environment().code(),
            status: record.status.name(),
            created: rfc3339(record.created),
            modified: rfc3339(record.modified),
            modified_by: record.modified_by.as_str(),
            last_used: record.last_used.map(rfc3339),
            expires: record.expires.map(rfc3339),
            rotate_every_days: record.rotate_every.map(crate::model::Days::get),
            owner: record.owner.as_ref().map(crate::model::Owner::as_str),
        }
    }
}

/// A group of a list: as its file, and how many keys use it.
#[derive(Debug, Serialize)]
pub struct GroupJson<'a> {
    /// The group.
    #[serde(flatten)]
    pub group: &'a Group,
    /// How many keys use it.
    pub keys: u64,
}

/// A change as the contract has it.
#[derive(Debug, Serialize)]
pub struct ChangeJson<'a> {
    revision: u64,
    time: String,
    actor: &'a str,
    action: &'static str,
    key: Option<&'a str>,
    group: Option<&'a str>,
    before: Option<Map<String, Value>>,
    after: Option<Map<String, Value>>,
}

impl<'a> From<&'a Change> for ChangeJson<'a> {
    fn from(change: &'a Change) -> Self {
        Self {
            revision: change.revision,
            time: rfc3339(change.time),
            actor: change.actor.as_str(),
            action: change.kind.code(),
            key: change.key.as_ref().map(crate::model::KeyId::as_str),
            group: change.group.as_ref().map(crate::model::GroupCode::as_str),
            before: object(&change.before),
            after: object(&change.after),
        }
    }
}

/// A row of the logon history as the contract has it.
#[derive(Debug, Serialize)]
pub struct LogonJson<'a> {
    time: String,
    key: Option<&'a str>,
    description: Option<&'a str>,
    source: &'a str,
    agent: Option<&'a str>,
    table: Option<&'a str>,
    operation: Option<&'static str>,
    menu: Option<&'a str>,
    result: &'static str,
    count: u64,
    r#ref: Option<String>,
}

impl<'a> From<&'a LogonRow> for LogonJson<'a> {
    fn from(row: &'a LogonRow) -> Self {
        let said = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        Self {
            time: rfc3339(row.time),
            key: row.key.as_ref().map(crate::model::KeyId::as_str),
            description: said(&row.description),
            source: &row.source,
            agent: said(&row.agent),
            table: row.table.as_deref(),
            operation: row.operation.map(crate::model::Operation::code),
            menu: row.menu.as_deref(),
            result: row.result.code(),
            count: row.count,
            r#ref: row.reference().map(|reference| reference.to_string()),
        }
    }
}

fn object(fields: &[FieldValue]) -> Option<Map<String, Value>> {
    let value = |field: &FieldValue| (field.field.code().to_owned(), field_value(field));
    (!fields.is_empty()).then(|| fields.iter().map(value).collect())
}

/// What a field held, by the type it has in every other place.
fn field_value(field: &FieldValue) -> Value {
    let Some(text) = &field.value else { return Value::Null };
    let typed = match field.field {
        time if time.is_time() => text.parse().ok().map(|seconds| Value::String(rfc3339(Time(seconds)))),
        Field::RotateEveryDays
        | Field::MonitoringDays
        | Field::SecretCopied
        | Field::SecretSeen
        | Field::Restricted
        | Field::Tables
        | Field::Menus => serde_json::from_str(text).ok(),
        _ => None,
    };
    typed.unwrap_or_else(|| Value::String(text.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_are_escaped_and_come_back_the_same() {
        let text = "a\u{202e}b\u{1b}\"\\\u{e0001}ü東";
        let json = line(&text).unwrap();
        assert!(!json.chars().any(is_hostile), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn fields_of_changes_have_their_types() {
        let held = |field, text: &str| field_value(&FieldValue { field, value: Some(text.into()) });
        assert_eq!(held(Field::Expires, "1772323200"), "2026-03-01T00:00:00Z");
        assert_eq!(held(Field::RotateEveryDays, "90"), 90);
        assert_eq!(held(Field::Restricted, "true"), true);
        assert_eq!(held(Field::Description, "90"), "90");
        assert_eq!(field_value(&FieldValue { field: Field::Owner, value: None }), Value::Null);
        assert_eq!(object(&[]), None);
    }
}
