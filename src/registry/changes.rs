//! The journal as people look at it: windows, newest first, filtered.

use super::door::Ticket;
use super::query::{ChangesPage, Window};
use super::selection::bounds;
use super::words::Words;
use super::{Refusal, Registry, lock, unreadable};
use crate::model::{Change, Field, KeyId, Time};

/// The revisions that the last filter found, so that the next window need not search again.
#[derive(Debug, Default)]
pub(super) struct ChangeMatches {
    filter: Option<(Option<KeyId>, Option<Time>, String)>,
    /// The search covered all revisions up to this one.
    upto: u64,
    /// Oldest first.
    found: Vec<u64>,
}

impl Registry {
    pub(super) fn changes_page(
        &self,
        key: Option<KeyId>,
        since: Option<Time>,
        text: &str,
        window: Window,
        ticket: &Ticket,
    ) -> Result<ChangesPage, Refusal> {
        let revision = self.read().revision;
        let page = |total: u64, offset: usize, rows: Vec<Change>| ChangesPage {
            revision,
            total,
            of: revision,
            offset: offset as u64,
            rows,
        };
        if key.is_none() && since.is_none() && text.trim().is_empty() {
            let all = usize::try_from(revision).unwrap_or(usize::MAX);
            let (from, to) = bounds(window, all);
            let count = u32::try_from(to - from).unwrap_or(0);
            let rows =
                if count == 0 { Vec::new() } else { self.read_changes(revision - from as u64, count)? };
            return Ok(page(revision, from, rows));
        }
        let revisions = self.matching_changes(key, since, text, revision, ticket)?;
        let (from, to) = bounds(window, revisions.len());
        let mut rows = Vec::with_capacity(to - from);
        for at in revisions.iter().rev().skip(from).take(to - from) {
            rows.extend(self.read_changes(*at, 1)?);
        }
        Ok(page(revisions.len() as u64, from, rows))
    }

    fn read_changes(&self, from: u64, count: u32) -> Result<Vec<Change>, Refusal> {
        self.reader.changes(from, count).map_err(|e| unreadable(&e))
    }

    /// Revisions that match, oldest first: those found before, and what came since.
    fn matching_changes(
        &self,
        key: Option<KeyId>,
        since: Option<Time>,
        text: &str,
        revision: u64,
        ticket: &Ticket,
    ) -> Result<Vec<u64>, Refusal> {
        let filter = Some((key, since, text.trim().to_lowercase()));
        let mut matches = lock(&self.matches);
        if matches.filter != filter {
            *matches = ChangeMatches { filter, ..ChangeMatches::default() };
        }
        let upto = matches.upto;
        if upto < revision {
            let words = Words::new(text);
            let mut fresh = Vec::new();
            let mut wanted = |change: Change| {
                let new = change.revision > upto && !ticket.is_cancelled();
                let fits = change.revision <= revision
                    && key.is_none_or(|k| is_about(&change, k))
                    && since.is_none_or(|s| change.time >= s)
                    && words.found_in_change(&change);
                if new && fits {
                    fresh.push(change.revision);
                }
                new
            };
            let needle = key.as_ref().map(|k| k.as_str());
            self.reader.scan(needle, &mut wanted).map_err(|e| unreadable(&e))?;
            if ticket.is_cancelled() {
                return Err(Refusal::Cancelled);
            }
            matches.found.extend(fresh.into_iter().rev());
            matches.upto = revision;
        }
        Ok(matches.found.clone())
    }
}

/// Whether a change is one of this key, or of a rotation that it is the successor in.
fn is_about(change: &Change, key: KeyId) -> bool {
    let names = |value: &crate::model::FieldValue| {
        value.field == Field::Successor && value.value.as_deref() == Some(key.as_str())
    };
    change.key == Some(key) || change.before.iter().chain(&change.after).any(names)
}
