//! Findings, as they are asked for.

use serde::{Deserialize, Serialize};

use crate::model::{About, Acceptance, Fix, GroupCode, KeyId, Limits, Practice, Time};

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was found.
    pub practice: Practice,
    /// The key; none where it is about a group.
    pub key: Option<KeyId>,
    /// The group, of the key or alone.
    pub group: GroupCode,
    /// What the key or group is for.
    pub description: String,
    /// What it rests on, escaped.
    pub evidence: String,
}

impl Finding {
    /// Whom it is about.
    pub fn about(&self) -> About {
        self.key.map_or_else(|| About::Group(self.group.clone()), About::Key)
    }

    /// What mends it, as a command line.
    pub fn remedy(&self) -> String {
        let key = self.key.map_or_else(String::new, |key| key.to_string());
        match self.practice.remedy() {
            Fix::Disable => format!("claviger keys disable {key}"),
            Fix::Rotate => format!("claviger keys rotate {key}"),
            Fix::Separate => format!("claviger keys create --group {} --description NAME", self.group),
            Fix::EditGroup => format!("claviger groups edit {}", self.group),
            Fix::EditKey if self.practice == Practice::KeySeen => format!("claviger review forget {key}"),
            Fix::EditKey if self.practice == Practice::NoOwner => {
                format!("claviger keys edit --owner NAME {key}")
            }
            Fix::EditKey => format!("claviger keys edit --expires 365d {key}"),
        }
    }
}

/// A window of the findings, the worst first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPage {
    /// Equal for pages of one review.
    pub stamp: u64,
    /// How many findings there are.
    pub total: u64,
    /// How many there are, whatever the words.
    pub of: u64,
    /// How many more are left out because they are accepted.
    pub accepted: u64,
    /// How many of each.
    pub counts: Vec<(Practice, u64)>,
    /// Rows before the first one here.
    pub offset: u64,
    /// The rows.
    pub rows: Vec<Finding>,
    /// How many Active keys were looked at.
    pub looked_at: u64,
    /// What could not be known, in sentences.
    pub gaps: Vec<String>,
    /// What they rest on.
    pub basis: Basis,
}

/// What a review rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// When it was made.
    pub made: Time,
    /// The revision of the store that was looked at.
    pub revision: u64,
    /// From when on something counted.
    pub limits: Limits,
    /// From when on calls are known; none if no call was ever noted.
    pub since: Option<Time>,
}

/// How an acceptance stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holding {
    /// The finding is left out of the review.
    Holds,
    /// Nothing of the kind is found any more.
    NotFound,
    /// Its date is over: it is a finding again.
    Lapsed,
    /// A scan met the key in another place since: it is a finding again.
    SeenAgain,
}

impl Holding {
    /// The word in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::NotFound => "not-found",
            Self::Lapsed => "lapsed",
            Self::SeenAgain => "seen-again",
        }
    }

    /// The words on screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holds => "accepted",
            Self::NotFound => "not found any more",
            Self::Lapsed => "lapsed: a finding again",
            Self::SeenAgain => "found in another place since: a finding again",
        }
    }
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedRow {
    /// What is accepted, why, until when, by whom.
    pub acceptance: Acceptance,
    /// The group, of the key or alone.
    pub group: GroupCode,
    /// What the key or group is for.
    pub description: String,
    /// How it stands.
    pub holding: Holding,
}

/// A window of the acceptances, the one that ends first on top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedPage {
    /// Revision these rows belong to.
    pub revision: u64,
    /// How many there are.
    pub total: u64,
    /// How many there are, whatever the words.
    pub of: u64,
    /// Rows before the first one here.
    pub offset: u64,
    /// The rows.
    pub rows: Vec<AcceptedRow>,
}

/// One key of the review, with all that was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Which.
    pub key: KeyId,
    /// What it is for.
    pub description: String,
    /// Its findings, the worst first.
    pub findings: Vec<Finding>,
}

/// The keys of the review, each once, the worst first: to be decided on one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deck {
    /// At most [`Deck::MOST`] of them.
    pub cards: Vec<Card>,
    /// How many keys have findings.
    pub total: u64,
    /// How many findings are about groups, and on no card.
    pub groups: u64,
    /// How many findings more are accepted.
    pub accepted: u64,
    /// How many Active keys were looked at.
    pub looked_at: u64,
    /// When.
    pub made: Time,
    /// What could not be known, in sentences.
    pub gaps: Vec<String>,
}

impl Deck {
    /// More than these nobody decides on at one sitting.
    pub const MOST: usize = 500;
}
