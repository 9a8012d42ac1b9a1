//! Nouns and rules, pure: what a key, a group, a filter and a change are, and what may not be one.
//!
//! Knows nothing of files, clocks, randomness or screens, and depends on nothing but serde. Times are
//! integers ([`Time`], Unix seconds). Parse, don't validate: a [`Description`] that exists is a good one.

mod caller;
mod change;
mod date;
mod decision;
mod difference;
mod due;
mod field;
mod figure;
mod filter;
mod group;
mod key;
mod key_ref;
mod logon;
mod merge;
mod needs;
mod note;
mod permission;
mod place;
mod reach;
mod record;
mod replay;
mod review;
mod rhythm;
mod roll;
mod rotation;
pub mod text;

pub use caller::{Caller, Touched};
pub use change::{Change, ChangeKind, Field, FieldValue};
pub use decision::{Decision, Look, Operation, Request, Step, decide};
pub use difference::{Difference, difference};
pub use due::{Badge, DueKind};
pub use field::{Account, Days, Description, Grounds, Owner, ParseError};
pub use figure::{counted, grouped};
pub use filter::{Condition, FilterError, Operator, RecordFilter, Value};
pub use group::{Group, GroupCode, GroupError};
pub use key::{ApiKey, Environment, KeyId, Status, Time};
pub use key_ref::KeyRef;
pub use logon::{LastUse, Logon, LogonResult, LogonRow, Reference, ResultFilter, kept};
pub use merge::{on_top, row_of};
pub use needs::Needs;
pub use note::{About, Acceptance, FoundIn, LONGEST_ACCEPTANCE, Note, Sighting};
pub use permission::{Access, MenuAccess, Role, TablePermission};
pub use place::GroupPlace;
pub use reach::reach;
pub use record::{Cell, Nested, Record};
pub use replay::Replay;
pub use review::{
    Fix, LATELY, Limits, Practice, Seen, Severity, SomeLimits, Use, findings, known_from, recent_sources,
    unused_rights,
};
pub use rhythm::{Outlook, Rhythm, outlook};
pub use roll::Roll;
pub use rotation::{
    Deadline, Evidence, Mark, Next, OldCaller, Part, Rotation, Stage, State, Step as RotationStep,
    successor_description,
};
