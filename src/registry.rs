//! The door: the one way in to the store, for console, command line and server alike.
//!
//! [`Registry::execute`] takes a [`Command`], applies the rules, swaps the record to refused where that must come
//! first, appends to the journal, updates the index, and only then answers. [`Registry::ask`] takes a [`Query`] and
//! answers from memory with a window, never with the world. Knows nothing of terminals, argv or sockets.

mod attempt;
mod changes;
mod command;
mod demo;
mod door;
mod due;
mod embedded;
mod explain;
mod groups;
mod history;
mod impact;
mod index;
mod judging;
mod keys;
mod mint;
mod news;
mod notes;
mod order;
mod overview;
mod proving;
mod query;
mod reasons;
mod refusal;
mod review;
mod rotation;
mod saving;
mod selection;
mod standing;
mod status;
mod templates;
mod tightest;
mod trace;
mod words;

pub use crate::model::Reference;
pub use crate::store::{Milestone, Saved as BackedUp, Watch};
pub use command::{
    Advance, Command, Done, Ended, Ending, Fresh, GroupEdit, KeyDraft, KeyEdit, Outcome, Pair, Patch,
    Prepared, Receipt, RotationDraft, Selection, Spotted,
};
pub use door::{Actor, Door, Rights, Ticket};
pub use embedded::{Embedded, Embedding};
pub use judging::{Allowed, Denied, DeniedText, FilterUse, Unopened, Wanted, Wish};
pub use proving::{Look, Pending, Proven};
pub use query::{
    AcceptedPage, AcceptedRow, Answer, Asked, Basis, CallerImpact, Card, ChangesPage, Column, Deck, DuePage,
    DueRow, Explained, Finding, Followed, GroupDetails, GroupRow, GroupsPage, Health, HistoryPage, Holding,
    Impact, Joined, KeyDetails, KeyFilter, KeyImpact, KeyRow, KeysPage, LogonColumn, LogonFilter, LogonSort,
    Overview, Preview, Query, Reason, Remedy, Replayed, ReviewPage, Rhythm, RotationDetails, RotationsPage,
    Rung, SelectionSummary, Sort, Standing, Tightest, Touch, Traced, Verdict, Window, next_call, verdict,
    within,
};
pub use reasons::Fault;
pub use refusal::{Current, Refusal};
pub use templates::{Template, templates};

#[cfg(test)]
mod tests;

use std::sync::{Arc, MutexGuard, OnceLock, PoisonError, RwLockReadGuard, RwLockWriteGuard};

use crate::clock::Clock;
use crate::credential::{Hasher, Sessions, StoreKey, Verified};
use crate::model::Limits;
use crate::store::{Contents, History, Reader, Store, StoreError};
use crate::sync::{Mutex, RwLock};
use changes::ChangeMatches;
use history::Arrangements;
use index::Index;
use news::News;
use order::Lists;
use reasons::Reasons;
use review::Reviews;
use saving::{Saved, not_saved, spoken, unreadable};
use standing::GroupEdits;
use status::UndoLog;
use trace::Traces;

/// The rules, the index, and the store behind them.
pub struct Registry {
    clock: Arc<dyn Clock>,
    hasher: Hasher,
    store_key: StoreKey,
    reader: Reader,
    verified: Verified,
    sessions: Sessions,
    reasons: Reasons,
    notes: Vec<String>,
    index: Arc<RwLock<Index>>,
    lists: Lists,
    traces: Traces,
    reviews: Reviews,
    /// From when on something counts in a review, as the store says.
    limits: Limits,
    matches: Mutex<ChangeMatches>,
    /// Once they were asked for.
    edits: OnceLock<GroupEdits>,
    history: Arc<History>,
    arrangements: Mutex<Arrangements>,
    /// Held for the whole of a command: changes happen one after another.
    writer: Mutex<Writer>,
    /// The store's trouble as last seen, so that asking need not wait for a command that runs.
    trouble: Mutex<Option<StoreError>>,
    news: News,
}

/// What only the one who changes something needs.
struct Writer {
    store: Store,
    next_number: u64,
    undo: UndoLog,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(index: &RwLock<Index>) -> RwLockReadGuard<'_, Index> {
    index.read().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    /// A registry over an opened store.
    pub fn new(store: Store, contents: Contents, hasher: Hasher, clock: Arc<dyn Clock>) -> Self {
        let mut index = Index::default();
        index.revision = contents.revision;
        index.written = contents.written;
        for group in contents.groups {
            index.put_group(group);
        }
        index.enrol(contents.keys);
        for rotation in contents.rotations {
            index.put_rotation(rotation);
        }
        for note in contents.written_down {
            index.notes.put(note);
        }
        let history = store.history();
        for (key, time) in history.uses() {
            index.used(&key, time);
        }
        let index = Arc::new(RwLock::new(index));
        Self {
            clock,
            hasher,
            store_key: contents.store_key,
            reader: store.reader(),
            verified: Verified::new(Verified::ROOM),
            sessions: Sessions::new(Sessions::ROOM, Sessions::ROOM_OF_ONE),
            reasons: Reasons::default(),
            notes: contents.notes,
            news: News::at(contents.revision),
            lists: Lists::of(Arc::clone(&index)),
            index,
            traces: Traces::default(),
            reviews: Reviews::default(),
            limits: contents.limits,
            matches: Mutex::default(),
            edits: OnceLock::new(),
            history,
            arrangements: Mutex::default(),
            trouble: Mutex::new(store.trouble()),
            writer: Mutex::new(Writer { store, next_number: contents.next_number, undo: UndoLog::default() }),
        }
    }

    /// Changes something. Returns when the change is saved.
    ///
    /// # Errors
    /// [`Refusal`]: nothing was changed, except where it says so.
    pub fn execute(&self, actor: &Actor, command: Command, ticket: &Ticket) -> Result<Done, Refusal> {
        self.take_uses();
        if actor.rights != Rights::Administrator {
            return Err(Refusal::ReadOnly(actor.account.clone()));
        }
        match command {
            Command::CreateKey(draft) => self.create_key(actor, draft),
            Command::EditKey { key, edit, expected } => self.edit_key(actor, key, &edit, expected.as_deref()),
            Command::SetStatus { keys, status, expected } => {
                self.set_status(actor, &keys, status, expected, ticket)
            }
            Command::UndoStatus { undo } => self.undo_status(actor, undo, ticket),
            Command::DeleteKeys { keys, expected } => self.delete_keys(actor, &keys, expected, ticket),
            Command::ConfirmCopied { key } => self.confirm_copied(actor, key),
            Command::ImportKeys { keys } => self.import_keys(actor, keys, ticket),
            Command::CreateGroup(group) => self.create_group(actor, group),
            Command::EditGroup { code, edit, expected } => {
                self.edit_group(actor, &code, edit, expected.as_deref())
            }
            Command::DeleteGroup { code } => self.delete_group(actor, &code),
            Command::StartRotation(draft) => self.start_rotation(actor, &draft),
            Command::AdvanceRotation { pair, step } => self.advance_rotation(actor, pair, step),
            Command::FinishRotation { pair, keep } => self.finish_rotation(actor, pair, keep),
            Command::AbandonRotation { pair } => self.abandon_rotation(actor, pair),
            Command::AcceptFinding { finding, about, reason, until } => {
                self.accept_finding(actor, finding, about, reason, until)
            }
            Command::WithdrawAcceptance { finding, about } => self.withdraw_acceptance(actor, finding, about),
            Command::NoteSightings { spotted } => self.note_sightings(actor, &spotted),
            Command::ForgetSightings { key } => self.forget_sightings(actor, key),
            Command::FillDemo { keys } => self.fill_demo(actor, keys, ticket),
        }
    }

    /// Reads something.
    ///
    /// # Errors
    /// [`Refusal`]
    pub fn ask(&self, actor: &Actor, query: Query, ticket: &Ticket) -> Result<Answer, Refusal> {
        self.take_uses();
        match query {
            Query::Keys { filter, sort, window, find } => {
                self.keys_page(&filter, sort, window, find, ticket).map(Answer::Keys)
            }
            Query::Key { key } => self.key_details(key).map(|d| Answer::Key(Box::new(d))),
            Query::Selected { keys } => self.selected(&keys, ticket).map(|s| Answer::Selected(Box::new(s))),
            Query::DescriptionInUse { description, except } => {
                Ok(Answer::DescriptionInUse(self.description_in_use(&description, except)))
            }
            Query::Groups { text, window } => Ok(Answer::Groups(self.groups_page(&text, window))),
            Query::Group { code } => self.group_details(&code).map(|d| Answer::Group(Box::new(d))),
            Query::Changes { key, since, text, window } => {
                self.changes_page(key, since, &text, window, ticket).map(Answer::Changes)
            }
            Query::Explain { code, asked } => self.explain(&code, &asked).map(Answer::Explained),
            Query::PreviewGroup { code, edit } => self.preview(&code, edit).map(Answer::Preview),
            Query::History { filter, sort, window } => {
                self.history_page(&filter, sort, window, ticket).map(Answer::History)
            }
            Query::Rhythm { key } => Ok(Answer::Rhythm(self.rhythm(key))),
            Query::Due { until, window } => Ok(Answer::Due(self.due_page(until, window))),
            Query::Standing { key } => self.standing_of(key).map(Answer::Standing),
            Query::Impact { keys } => self.impact(&keys, ticket).map(|i| Answer::Impact(Box::new(i))),
            Query::Rotation { key } => {
                self.rotation_with(key, ticket).map(|found| Answer::Rotation(Box::new(found)))
            }
            Query::Rotations { window } => self.rotations_page(window, ticket).map(Answer::Rotations),
            Query::Replay { code, edit } => {
                self.replayed(&code, edit, ticket).map(|replayed| Answer::Replay(Box::new(replayed)))
            }
            Query::Tightest { key } => {
                self.tightest(key, ticket).map(|tightest| Answer::Tightest(Box::new(tightest)))
            }
            Query::Review { limits, text, stamp, whole, window } => {
                self.review_page(limits, &text, (stamp, whole), window, ticket).map(Answer::Review)
            }
            Query::Accepted { limits, text, window } => {
                self.accepted_page(limits, &text, window, ticket).map(Answer::Accepted)
            }
            Query::Evidence { stamp, finding, about } => self
                .evidence(stamp, finding, &about, ticket)
                .map(|found| Answer::Evidence(found.map(Box::new))),
            Query::Deck { text } => self.deck(&text, ticket).map(|deck| Answer::Deck(Box::new(deck))),
            Query::Overview => Ok(Answer::Overview(self.overview(actor))),
            Query::Why { reference } => self.why(&reference).map(|reason| Answer::Why(Box::new(reason))),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Index> {
        read(&self.index)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }
}
