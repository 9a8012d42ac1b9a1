//! Long lists by windows: the door never hands out the world, and a reader who stops early costs nothing more.

use super::failure::{Exit, Failure};
use crate::registry::{
    AcceptedPage, Answer, ChangesPage, Door, DuePage, GroupsPage, HistoryPage, KeysPage, Query, Refusal,
    ReviewPage, RotationsPage, Ticket, Window,
};

/// What every page of a list tells.
pub trait Page {
    /// A row.
    type Row;
    /// Revision, how many rows match, rows before the first one here, the rows.
    fn parts(self) -> (u64, u64, u64, Vec<Self::Row>);
    /// The page in an answer of its kind.
    fn from_answer(answer: Answer) -> Option<Self>
    where
        Self: Sized;
}

macro_rules! page {
    ($page:ident, $row:ty, $answer:ident, $revision:ident) => {
        impl Page for $page {
            type Row = $row;

            fn parts(self) -> (u64, u64, u64, Vec<$row>) {
                (self.$revision, self.total, self.offset, self.rows)
            }

            fn from_answer(answer: Answer) -> Option<Self> {
                if let Answer::$answer(page) = answer { Some(page) } else { None }
            }
        }
    };
}

page!(KeysPage, crate::registry::KeyRow, Keys, revision);
page!(GroupsPage, crate::registry::GroupRow, Groups, revision);
page!(ChangesPage, crate::model::Change, Changes, revision);
page!(RotationsPage, crate::registry::RotationDetails, Rotations, revision);
page!(ReviewPage, crate::registry::Finding, Review, stamp);
page!(AcceptedPage, crate::registry::AcceptedRow, Accepted, revision);
page!(DuePage, crate::registry::DueRow, Due, revision);
page!(HistoryPage, crate::model::LogonRow, History, epoch);

/// Shows every row of a list to `see`, window by window; the revision they all belong to.
///
/// `revision` is the one that the rows must have, where an earlier walk has told it.
///
/// # Errors
/// When the door refuses, when `see` fails, or when the store changed between two windows.
pub fn walk<P: Page>(
    door: &dyn Door,
    revision: Option<u64>,
    query: impl Fn(Window) -> Query,
    see: impl FnMut(P::Row) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    walk_first::<P>(door, revision, u64::MAX, query, see)
}

/// As [`walk`], but only the first so many rows.
///
/// # Errors
/// As [`walk`].
pub fn walk_first<P: Page>(
    door: &dyn Door,
    revision: Option<u64>,
    most: u64,
    query: impl Fn(Window) -> Query,
    mut see: impl FnMut(P::Row) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let ticket = Ticket::new();
    let (mut revision, mut next) = (revision, 0);
    loop {
        let answer = door.ask(query(Window { offset: next, limit: Window::LARGEST }), &ticket)?;
        let (now, total, offset, rows) = P::from_answer(answer).ok_or_else(mismatch)?.parts();
        if revision.is_some_and(|first| first != now) {
            return Err(Failure::new(Exit::Failed, "The store changed while it was listed", "run it again"));
        }
        revision = Some(now);
        // A window beyond the last full page is drawn back: its first rows were seen already.
        let seen = usize::try_from(next.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut fresh = 0;
        let left = usize::try_from(most.saturating_sub(next)).unwrap_or(usize::MAX);
        for row in rows.into_iter().skip(seen).take(left) {
            see(row)?;
            fresh += 1;
        }
        next += fresh;
        if fresh == 0 || next >= total.min(most) {
            return Ok(now);
        }
    }
}

/// The door gave an answer to another question: a fault of ours.
pub fn mismatch() -> Failure {
    Failure::new(
        Exit::Failed,
        "The store gave an answer to another question",
        "report this: it is a fault of claviger",
    )
}

/// Asks one question.
///
/// # Errors
/// When the door refuses.
pub fn ask(door: &dyn Door, query: Query) -> Result<Answer, Refusal> {
    door.ask(query, &Ticket::new())
}
