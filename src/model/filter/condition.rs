//! One numbered condition of a record filter: field, operator, value; when it is sound, and how it reads in a line.
//!
//! Knows neither the scheme that joins conditions nor the records they are held to.

use serde::{Deserialize, Serialize};

use super::{FilterError, Operator, wrong};

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// true or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// For `in`.
    List(Vec<Value>),
}

/// One numbered condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Name of the record's field.
    pub field: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what; absent for `is-empty`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

impl Condition {
    pub(super) fn check(&self, number: usize) -> Result<(), FilterError> {
        if self.field.trim().is_empty() {
            return wrong(number, " names no field");
        }
        if let Some(c) = crate::model::text::first_hostile(&self.field) {
            return wrong(
                number,
                &format!(": its field has the invisible or control character {}", c.escape_unicode()),
            );
        }
        let symbol = self.operator.symbol();
        match (self.operator, &self.value) {
            (Operator::IsEmpty, Some(_)) => wrong(number, ": is-empty takes no value"),
            (Operator::In, Some(Value::List(values))) if values.is_empty() => {
                wrong(number, ": in needs at least one value")
            }
            (Operator::In, Some(Value::List(values)))
                if values.iter().any(|v| matches!(v, Value::List(_))) =>
            {
                wrong(number, ": a list holds texts, numbers and booleans, not lists")
            }
            (Operator::IsEmpty, None) | (Operator::In, Some(Value::List(_))) => Ok(()),
            (Operator::In, _) => wrong(number, ": in takes a list of values"),
            (_, Some(Value::List(_))) => wrong(number, &format!(": only in takes a list, not {symbol}")),
            (_, Some(_)) => Ok(()),
            (_, None) => wrong(number, &format!(": {symbol} needs a value")),
        }
    }

    pub(super) fn write(&self, line: &mut String) {
        // A field that could be read as a word of the line itself is quoted as well.
        let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let words = ["and", "or", "true", "false", "in", "contains", "starts-with", "is-empty"];
        let ambiguous = self.field.starts_with(|c: char| c.is_numeric() || c == '.')
            || words.iter().any(|word| self.field.eq_ignore_ascii_case(word));
        if self.field.chars().all(plain) && !ambiguous {
            line.push_str(&self.field);
        } else {
            line.push('"');
            line.push_str(&self.field.replace('"', "\"\""));
            line.push('"');
        }
        line.push(' ');
        line.push_str(self.operator.symbol());
        if let Some(value) = &self.value {
            line.push(' ');
            value.write(line);
        }
    }
}

impl Value {
    fn write(&self, line: &mut String) {
        match self {
            Self::Bool(value) => line.push_str(if *value { "true" } else { "false" }),
            Self::Number(value) => line.push_str(&value.to_string()),
            Self::Text(value) => {
                line.push('\'');
                line.push_str(&crate::model::text::escape(value).replace('\'', "''"));
                line.push('\'');
            }
            Self::List(values) => {
                line.push('(');
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        line.push_str(", ");
                    }
                    value.write(line);
                }
                line.push(')');
            }
        }
    }
}
