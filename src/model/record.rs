//! A record of the protected application, as a caller hands it over: field names and plain values.
//!
//! Field names compare without case; two that differ in case alone are refused, since nobody could say which one a
//! filter means. Nested values are kept as [`Cell::Nested`], which no condition holds for.

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

use super::text::{fold, folded};

/// One value of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// Missing in all but name.
    Null,
    /// true or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// An array or object: equals nothing, is not empty, and differs from nothing either.
    Nested(Nested),
}

/// Stands for any array or object; written as an empty array, so that it is still nested at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nested;

impl Serialize for Nested {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [(); 0].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Nested {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// A record: cells by field name in lower case.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record(BTreeMap<String, Cell>);

impl Record {
    /// The record of these fields.
    ///
    /// # Errors
    /// The name that stands twice (names compare without case).
    pub fn new(fields: impl IntoIterator<Item = (String, Cell)>) -> Result<Self, String> {
        let mut cells = BTreeMap::new();
        for (name, cell) in fields {
            if cells.insert(fold(&name), cell).is_some() {
                return Err(name);
            }
        }
        Ok(Self(cells))
    }

    /// The cell of a field; `None` when it is missing or null.
    pub fn cell(&self, field: &str) -> Option<&Cell> {
        let named = |(name, _): &(&String, &Cell)| folded(name).eq(folded(field));
        let cell = self.0.get(field).or_else(|| self.0.iter().find(named).map(|(_, cell)| cell));
        cell.filter(|cell| **cell != Cell::Null)
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Record;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a record: an object of fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
                let mut cells = BTreeMap::new();
                while let Some((name, cell)) = map.next_entry::<String, Cell>()? {
                    if cells.insert(fold(&name), cell).is_some() {
                        return Err(A::Error::custom(
                            "a field of the record stands twice (names compare without case)",
                        ));
                    }
                }
                Ok(Record(cells))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_without_case_and_doubles_are_refused() {
        let record: Record =
            serde_json::from_str(r#"{"Department":"HR","n":1,"gone":null,"tags":["a"]}"#).unwrap();
        assert_eq!(record.cell("department"), Some(&Cell::Text("HR".into())));
        assert_eq!(record.cell("gone"), None);
        assert!(matches!(record.cell("TAGS"), Some(Cell::Nested(_))));
        let again: Record = serde_json::from_str(&serde_json::to_string(&record).unwrap()).unwrap();
        assert_eq!(again, record);
        assert!(serde_json::from_str::<Record>(r#"{"a":1,"A":2}"#).is_err());
        assert!(serde_json::from_str::<Record>(r#"{"a":1,"a":2}"#).is_err());
    }
}
