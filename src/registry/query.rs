//! What anyone may want to know, as values, and the answers: windows, never the world.

use serde::{Deserialize, Serialize};

use super::command::{GroupEdit, Selection};
use crate::model::{About, GroupCode, KeyId, Practice, SomeLimits, Time};

mod change;
mod column;
mod due;
mod filter;
mod group;
mod history;
mod impact;
mod key;
mod ladder;
mod overview;
mod review;
mod rotation;
mod standing;
mod tightest;
mod trace;
mod window;

pub use change::ChangesPage;
pub use column::{Column, Sort};
pub use due::{DuePage, DueRow};
pub use filter::KeyFilter;
pub use group::{GroupDetails, GroupRow, GroupsPage, Touch};
pub use history::{HistoryPage, LogonColumn, LogonFilter, LogonSort, Rhythm};
pub use impact::{CallerImpact, Impact, KeyImpact, next_call, verdict, within};
pub use key::{KeyDetails, KeyRow, KeysPage, SelectionSummary};
pub use ladder::{Asked, Explained, Preview, Reason, Remedy, Rung};
pub use overview::{Health, Overview};
pub use review::{AcceptedPage, AcceptedRow, Basis, Card, Deck, Finding, Holding, ReviewPage};
pub use rotation::{Joined, RotationDetails, RotationsPage};
pub use standing::Standing;
pub use tightest::{Replayed, Tightest};
pub use trace::Traced;
pub use window::{Followed, Window};

/// Whatever anyone may want to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Query {
    /// A window of the table of keys.
    Keys {
        /// Which keys.
        filter: KeyFilter,
        /// In which order.
        sort: Sort,
        /// Which rows.
        window: Window,
        /// Also tell at which row this key stands now.
        find: Option<Followed>,
    },
    /// All about one key.
    Key {
        /// Which.
        key: KeyId,
    },
    /// What a selection amounts to.
    Selected {
        /// Which keys.
        keys: Selection,
    },
    /// A key that has this description already, if any (without case).
    DescriptionInUse {
        /// The text as typed.
        description: String,
        /// Not this key itself.
        except: Option<KeyId>,
    },
    /// A window of the user groups, by code.
    Groups {
        /// Words that must all be found in code, description or role.
        text: String,
        /// Which rows.
        window: Window,
    },
    /// All about one group.
    Group {
        /// Which.
        code: GroupCode,
    },
    /// A window of the journal, newest first.
    Changes {
        /// Only changes of this key.
        key: Option<KeyId>,
        /// Only changes at or after this time.
        since: Option<Time>,
        /// Words that must all be found.
        text: String,
        /// Which rows.
        window: Window,
    },
    /// May a member of this group do that, and why?
    Explain {
        /// Which group.
        code: GroupCode,
        /// What it would do.
        asked: Asked,
    },
    /// What an edit of a group would give and take.
    PreviewGroup {
        /// Which.
        code: GroupCode,
        /// The edit, not yet made.
        edit: GroupEdit,
    },
    /// A window of the logon history.
    History {
        /// Which rows.
        filter: LogonFilter,
        /// In which order.
        sort: LogonSort,
        /// Which of them.
        window: Window,
    },
    /// How a key is used.
    Rhythm {
        /// Which.
        key: KeyId,
    },
    /// A window of the keys whose rotation or expiry is due.
    Due {
        /// By when.
        until: Time,
        /// Which rows.
        window: Window,
    },
    /// Why a key stopped.
    Standing {
        /// Which.
        key: KeyId,
    },
    /// Who would break if these keys stopped.
    Impact {
        /// Which.
        keys: Selection,
    },
    /// The rotation that a key is half of.
    Rotation {
        /// Which key.
        key: KeyId,
    },
    /// A window of the rotations under way, the latest first.
    Rotations {
        /// Which rows.
        window: Window,
    },
    /// What an edit of a group would have refused in the last week.
    Replay {
        /// Which.
        code: GroupCode,
        /// The edit, not yet made.
        edit: GroupEdit,
    },
    /// The tightest group that a key needs.
    Tightest {
        /// Which.
        key: KeyId,
    },
    /// A window of the findings against the security practices, the worst first.
    Review {
        /// From when on something counts, where that is not as the store says.
        limits: SomeLimits,
        /// Words that must all be found.
        text: String,
        /// The review that these rows are to belong to, if it is still kept; none: as things are now.
        stamp: Option<u64>,
        /// With all that each rests on; else the first of several things.
        whole: bool,
        /// Which rows.
        window: Window,
    },
    /// A window of the findings that are accepted, the one that comes back first on top.
    Accepted {
        /// As with `Review`.
        limits: SomeLimits,
        /// Words that must all be found.
        text: String,
        /// Which rows.
        window: Window,
    },
    /// One finding with all that it rests on.
    Evidence {
        /// The review that it is of, if it is still kept; none: as things are now.
        stamp: Option<u64>,
        /// What was found.
        finding: Practice,
        /// In whom.
        about: About,
    },
    /// The keys with findings, each once, the worst first.
    Deck {
        /// Words that must all be found in one of the key's findings.
        text: String,
    },
    /// Counts, revision and health.
    Overview,
    /// Why a verification was refused.
    Why {
        /// The reference that the caller was given.
        reference: String,
    },
}

/// The answer to a query of the same name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Query::Keys`].
    Keys(KeysPage),
    /// To [`Query::Key`].
    Key(Box<KeyDetails>),
    /// To [`Query::Selected`].
    Selected(Box<SelectionSummary>),
    /// To [`Query::DescriptionInUse`].
    DescriptionInUse(Option<KeyId>),
    /// To [`Query::Groups`].
    Groups(GroupsPage),
    /// To [`Query::Group`].
    Group(Box<GroupDetails>),
    /// To [`Query::Changes`].
    Changes(ChangesPage),
    /// To [`Query::Explain`].
    Explained(Explained),
    /// To [`Query::PreviewGroup`].
    Preview(Preview),
    /// To [`Query::History`].
    History(HistoryPage),
    /// To [`Query::Rhythm`].
    Rhythm(Rhythm),
    /// To [`Query::Due`].
    Due(DuePage),
    /// To [`Query::Standing`].
    Standing(Standing),
    /// To [`Query::Impact`].
    Impact(Box<Impact>),
    /// To [`Query::Rotation`].
    Rotation(Box<RotationDetails>),
    /// To [`Query::Rotations`].
    Rotations(RotationsPage),
    /// To [`Query::Replay`].
    Replay(Box<Replayed>),
    /// To [`Query::Tightest`].
    Tightest(Box<Tightest>),
    /// To [`Query::Review`].
    Review(ReviewPage),
    /// To [`Query::Accepted`].
    Accepted(AcceptedPage),
    /// To [`Query::Evidence`]; none when it is not found any more.
    Evidence(Option<Box<Finding>>),
    /// To [`Query::Deck`].
    Deck(Box<Deck>),
    /// To [`Query::Overview`].
    Overview(Overview),
    /// To [`Query::Why`].
    Why(Box<Reason>),
}

/// What came of a verification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Verdict {
    /// The Secret fits and the key may be used.
    Valid(Box<KeyDetails>),
    /// Invalid API Key, for whatever reason.
    Invalid,
    /// The Secret fits, but the key may not do what was asked for: why.
    Insufficient(Box<Reason>),
}
