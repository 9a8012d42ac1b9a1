//! How a record filter compares: the ten operators and how each is written.
//!
//! What an operator holds of a record is told by `evaluate`, not here.

use serde::{Deserialize, Serialize};

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// Same.
    #[serde(rename = "=")]
    Equal,
    /// Not the same; holds for a missing field.
    #[serde(rename = "!=")]
    NotEqual,
    /// Smaller.
    #[serde(rename = "<")]
    Less,
    /// Smaller or same.
    #[serde(rename = "<=")]
    LessOrEqual,
    /// Greater.
    #[serde(rename = ">")]
    Greater,
    /// Greater or same.
    #[serde(rename = ">=")]
    GreaterOrEqual,
    /// The text holds the value.
    #[serde(rename = "contains")]
    Contains,
    /// The text begins with the value.
    #[serde(rename = "starts-with")]
    StartsWith,
    /// Equal to one of a list.
    #[serde(rename = "in")]
    In,
    /// Missing, null or an empty text; takes no value.
    #[serde(rename = "is-empty")]
    IsEmpty,
}

impl Operator {
    /// All of them, in the contract's order.
    pub const ALL: [Self; 10] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Contains,
        Self::StartsWith,
        Self::In,
        Self::IsEmpty,
    ];

    /// As it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Contains => "contains",
            Self::StartsWith => "starts-with",
            Self::In => "in",
            Self::IsEmpty => "is-empty",
        }
    }
}
