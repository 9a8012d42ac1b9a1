//! Record filters: numbered conditions and a scheme such as `1 AND (2 OR 3)` over their numbers.
//!
//! AND binds before OR; an empty scheme joins all conditions with AND; a scheme that names a missing condition or
//! leaves one out is an error with its place. Nesting has an end.

use serde::{Deserialize, Serialize};
use std::fmt;

mod condition;
mod evaluate;
mod operator;
mod scheme;

pub use condition::{Condition, Value};
pub use operator::Operator;
use scheme::Scheme;

/// How many conditions a filter may have.
pub const MAX_CONDITIONS: usize = 1000;

/// How many characters its scheme may have.
pub const MAX_SCHEME: usize = 20_000;

/// Conditions and the scheme that joins them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordFilter {
    /// Numbered from 1 by their place.
    pub conditions: Vec<Condition>,
    /// Such as `1 AND (2 OR 3)`; empty joins all with AND.
    #[serde(default)]
    pub scheme: String,
}

/// What is wrong with a filter, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    /// What is wrong.
    pub sentence: String,
    /// Character of the scheme at which it shows, from 1; `None` when it is not the scheme.
    pub at: Option<usize>,
    /// Number of the condition it is about; `None` when it is no single one.
    pub condition: Option<usize>,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)?;
        self.at.map_or(Ok(()), |at| write!(f, " (scheme, character {at})"))
    }
}

impl std::error::Error for FilterError {}

fn error<T>(sentence: impl Into<String>, at: Option<usize>) -> Result<T, FilterError> {
    Err(FilterError { sentence: sentence.into(), at, condition: None })
}

/// About one condition, which the sentence names too.
fn wrong<T>(number: usize, what: &str) -> Result<T, FilterError> {
    Err(FilterError { sentence: format!("Condition {number}{what}"), at: None, condition: Some(number) })
}

impl RecordFilter {
    /// Checks conditions and scheme together.
    ///
    /// # Errors
    /// The first thing found wrong, with its place in the scheme.
    pub fn check(&self) -> Result<(), FilterError> {
        self.tree().map(drop)
    }

    /// One readable line: `Department = 'HR' AND (Status = 'Active' OR Status = 'On Loan')`. Quotes in texts are doubled.
    ///
    /// # Errors
    /// As [`RecordFilter::check`].
    pub fn expression(&self) -> Result<String, FilterError> {
        let mut line = String::new();
        self.write(&self.tree()?, false, &mut line);
        Ok(line)
    }

    fn tree(&self) -> Result<Scheme, FilterError> {
        self.sizes()?;
        for (index, condition) in self.conditions.iter().enumerate() {
            condition.check(index + 1)?;
        }
        let count = self.conditions.len();
        if self.scheme.trim().is_empty() {
            return Ok(Scheme::All((1..=count).map(Scheme::Condition).collect()));
        }
        scheme::read(&self.scheme, count, &mut scheme::Tree)
    }

    /// Neither none nor too much of anything.
    fn sizes(&self) -> Result<(), FilterError> {
        let count = self.conditions.len();
        if count == 0 {
            return error("A record filter needs at least one condition", None);
        }
        if count > MAX_CONDITIONS {
            return error(
                format!("{count} conditions are more than the {MAX_CONDITIONS} a filter may have"),
                None,
            );
        }
        if self.scheme.len() > MAX_SCHEME {
            let sentence = format!("The scheme is longer than the {MAX_SCHEME} characters it may have");
            return error(sentence, Some(MAX_SCHEME + 1));
        }
        Ok(())
    }

    fn write(&self, tree: &Scheme, inside: bool, line: &mut String) {
        match tree {
            Scheme::Condition(number) => {
                if let Some(condition) = self.conditions.get(number - 1) {
                    condition.write(line);
                }
            }
            Scheme::All(parts) => self.join(parts, " AND ", line),
            Scheme::Any(parts) if inside => {
                line.push('(');
                self.join(parts, " OR ", line);
                line.push(')');
            }
            Scheme::Any(parts) => self.join(parts, " OR ", line),
        }
    }

    fn join(&self, parts: &[Scheme], word: &str, line: &mut String) {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                line.push_str(word);
            }
            self.write(part, word == " AND ", line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(count: usize, scheme: &str) -> RecordFilter {
        let condition = |i| Condition {
            field: format!("f{i}"),
            operator: Operator::Equal,
            value: Some(Value::Text("it's".into())),
        };
        RecordFilter { conditions: (1..=count).map(condition).collect(), scheme: scheme.into() }
    }

    #[test]
    fn the_expression_is_one_line_safely_quoted() {
        let line = filter(3, "1 and (2 or 3)").expression().unwrap();
        assert_eq!(line, "f1 = 'it''s' AND (f2 = 'it''s' OR f3 = 'it''s')");
        assert_eq!(filter(2, "").expression().unwrap(), "f1 = 'it''s' AND f2 = 'it''s'");
    }

    #[test]
    fn errors_point_at_the_place() {
        let at = |count, scheme: &str| filter(count, scheme).check().unwrap_err().at;
        assert_eq!(at(2, "1 AND 3"), Some(7));
        assert_eq!(at(2, "1 AND (2"), Some(7));
        assert_eq!(at(2, "1 AND 2)"), Some(8));
        assert_eq!(at(2, "1 AND"), Some(6));
        assert_eq!(at(2, "1 XOR 2"), Some(3));
        assert_eq!(at(2, "1"), None);
    }

    #[test]
    fn errors_name_the_condition() {
        let condition = |count, scheme: &str| filter(count, scheme).check().unwrap_err().condition;
        assert_eq!(condition(3, "1 AND 3"), Some(2), "left out of the scheme");
        let mut bad = filter(3, "");
        bad.conditions[1].field = " ".into();
        assert_eq!(bad.check().unwrap_err().condition, Some(2));
        bad = filter(3, "");
        bad.conditions[2].operator = Operator::In;
        assert_eq!(bad.check().unwrap_err().to_string(), "Condition 3: in takes a list of values");
        bad.conditions[2].value = Some(Value::List(vec![Value::List(Vec::new())]));
        assert_eq!(bad.check().unwrap_err().condition, Some(3));
    }

    #[test]
    fn ten_thousand_conditions_or_an_endless_scheme_are_refused_in_no_time() {
        assert!(filter(10_000, "").check().unwrap_err().sentence.starts_with("10000 conditions are more"));
        assert!(filter(1_000, "").check().is_ok());
        let endless = format!("1{}", " AND 1".repeat(1_000_000));
        assert!(filter(1, &endless).check().unwrap_err().at.is_some());
    }

    #[test]
    fn a_field_that_reads_like_a_word_of_the_line_is_quoted() {
        for (field, shown) in
            [("OR", "\"OR\""), ("1", "\"1\""), ("On Loan", "\"On Loan\""), ("a\"b", "\"a\"\"b\"")]
        {
            let mut one = filter(1, "");
            one.conditions[0].field = field.into();
            assert_eq!(one.expression().unwrap(), format!("{shown} = 'it''s'"));
        }
    }

    #[test]
    fn nesting_has_an_end() {
        assert!(filter(1, &"(".repeat(100_000)).check().is_err());
    }
}
