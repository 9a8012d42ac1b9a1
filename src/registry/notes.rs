//! Notes at the door: findings that are accepted until a date, and where a scan met keys.
//!
//! A note goes with its key or group. What it means for a review is told by the review; here it is taken, kept and given
//! up.

mod kept;

pub(super) use kept::Notes;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::command::{Done, Outcome, Spotted};
use super::door::{Actor, Ticket};
use super::index::Index;
use super::{Refusal, Registry, Writer, lock, not_saved};
use crate::credential::{Exposed, Finder};
use crate::model::{About, Acceptance, Grounds, KeyId, Mark, Note, ParseError, Practice, Sighting, Time};
use crate::store::{Entry, Subject};
use kept::sighting_in;

/// Does to the index what a saved entry about a rotation or a note says; others are not its matter.
pub(super) fn settle(index: &mut Index, entry: Entry) {
    match entry {
        Entry::RotationPut { after, .. } => index.put_rotation(after),
        Entry::RotationDropped { before, .. } => index.drop_rotation(&before),
        Entry::NotePut { after, .. } => index.notes.put(after),
        Entry::NoteDropped { before, .. } => index.notes.take(&before),
        Entry::KeyPut { .. }
        | Entry::KeyDropped { .. }
        | Entry::GroupPut { .. }
        | Entry::GroupDropped { .. } => {}
    }
}

/// The entries that take away the notes of a key or group that goes.
pub(super) fn dropped_with(index: &Index, about: &About, subject: &Subject) -> Vec<Entry> {
    let drop = |note: &Note| Entry::NoteDropped { before: note.clone(), subject: subject.clone() };
    index.notes.of(about).map(drop).collect()
}

/// The entries that take away the notes of all these keys.
pub(super) fn dropped_with_keys(index: &Index, slots: &[u32]) -> Vec<Entry> {
    let noted: HashSet<KeyId> = index.notes.by_name.values().filter_map(|note| note.about().key()).collect();
    if noted.is_empty() {
        return Vec::new();
    }
    let going: HashSet<u32> = slots.iter().copied().collect();
    let mut keys: Vec<KeyId> = noted.into_iter().collect();
    keys.sort_unstable();
    let mut entries = Vec::new();
    for key in keys {
        if let Some(live) =
            index.by_key(&key).filter(|_| index.slot(&key).is_some_and(|s| going.contains(&s)))
        {
            entries.extend(dropped_with(index, &About::Key(key), &Subject::of(&live.saved())));
        }
    }
    entries
}

impl Registry {
    pub(super) fn accept_finding(
        &self,
        actor: &Actor,
        finding: Practice,
        about: About,
        reason: Grounds,
        until: Time,
    ) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let now = self.clock.now();
        let until = Acceptance::check_until(until, now)?;
        refuse_secret(reason.as_str())?;
        let subject = self.subject_of(&about)?;
        let of_group = matches!(about, About::Group(_));
        if of_group != (finding == Practice::SharedGroup) {
            let whom = if of_group { "a key" } else { "a user group" };
            return Err(ParseError::new(
                format!("{} is a finding about {whom}", finding.code()),
                format!("name {whom}; `claviger review` shows what was found in whom"),
            )
            .into());
        }
        let made = Mark { time: now, by: actor.account.clone() };
        let acceptance = Acceptance { finding, about, reason, until, made };
        let after = Note::Accepted(acceptance.clone());
        let before = self.read().notes.by_name.get(&after.name()).cloned();
        self.save_notes(&mut writer, actor, vec![Entry::NotePut { before, after, subject }])?;
        Ok(self.done(Outcome::FindingAccepted(acceptance)))
    }

    pub(super) fn withdraw_acceptance(
        &self,
        actor: &Actor,
        finding: Practice,
        about: About,
    ) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let subject = self.subject_of(&about)?;
        let name = Note::name_of_acceptance(&about, finding);
        let before = self.read().notes.by_name.get(&name).cloned();
        let Some(Note::Accepted(acceptance)) = &before else {
            return Err(Refusal::NotAccepted { finding, about });
        };
        let acceptance = acceptance.clone();
        let entries =
            before.into_iter().map(|before| Entry::NoteDropped { before, subject: subject.clone() });
        self.save_notes(&mut writer, actor, entries.collect())?;
        Ok(self.done(Outcome::AcceptanceWithdrawn(acceptance)))
    }

    /// Notes where a scan met keys. A place that is known stays as it was noted first, so that a scan of every night
    /// writes nothing; only a Secret where there was the Key alone is news.
    pub(super) fn note_sightings(&self, actor: &Actor, spotted: &[Spotted]) -> Result<Done, Refusal> {
        if spotted.len() > Spotted::MOST {
            return Err(ParseError::new(
                format!("{} places are too many at once", spotted.len()),
                format!("at most {} are noted in one go", Spotted::MOST),
            )
            .into());
        }
        let mut writer = lock(&self.writer);
        let now = self.clock.now();
        let mut puts: BTreeMap<String, (Option<Note>, Sighting, Subject)> = BTreeMap::new();
        let (mut fresh, mut beyond) = (HashMap::<KeyId, usize>::new(), 0);
        {
            let index = self.read();
            for one in spotted {
                let key = one.key;
                let subject = subject_in(&index, &About::Key(key))?;
                refuse_secret(one.place.as_str())?;
                let place = one.place.clone();
                let seen = Mark { time: now, by: actor.account.clone() };
                let sighting = Sighting { key, place, secret: one.secret, seen };
                let name = Note::Seen(sighting.clone()).name();
                if let Some((_, met, _)) = puts.get_mut(&name) {
                    met.secret |= one.secret;
                    continue;
                }
                let before = index.notes.by_name.get(&name).cloned();
                if before.is_none() {
                    let more = fresh.entry(key).or_default();
                    if index.notes.sightings(key).len() + *more >= Spotted::PLACES {
                        beyond += 1;
                        continue;
                    }
                    *more += 1;
                }
                puts.insert(name, (before, sighting, subject));
            }
        }
        puts.retain(|_, (before, after, _)| {
            let known = before.as_ref().and_then(sighting_in);
            known.is_none_or(|known| after.secret && !known.secret)
        });
        let entry = |(before, after, subject)| Entry::NotePut { before, after: Note::Seen(after), subject };
        let entries: Vec<Entry> = puts.into_values().map(entry).collect();
        let noted = entries.len() as u64;
        if noted > 0 {
            self.save_notes(&mut writer, actor, entries)?;
        }
        Ok(self.done(Outcome::SightingsNoted { noted, beyond }))
    }

    pub(super) fn forget_sightings(&self, actor: &Actor, key: KeyId) -> Result<Done, Refusal> {
        let mut writer = lock(&self.writer);
        let subject = self.subject_of(&About::Key(key))?;
        let entries: Vec<Entry> = {
            let index = self.read();
            let seen = index.notes.of(&About::Key(key)).filter(|note| matches!(note, Note::Seen(_)));
            seen.map(|note| Entry::NoteDropped { before: note.clone(), subject: subject.clone() }).collect()
        };
        if entries.is_empty() {
            return Err(Refusal::NotSeen(key));
        }
        let forgotten = entries.len() as u64;
        self.save_notes(&mut writer, actor, entries)?;
        Ok(self.done(Outcome::SightingsForgotten { key, forgotten }))
    }

    /// Whom a note is about, as the list of changes names it; refused where there is nobody.
    fn subject_of(&self, about: &About) -> Result<Subject, Refusal> {
        subject_in(&self.read(), about)
    }

    /// Saves entries about notes. No order of keys changes by them, so the index's epoch stays.
    fn save_notes(&self, writer: &mut Writer, actor: &Actor, entries: Vec<Entry>) -> Result<(), Refusal> {
        let copies = entries.clone();
        let saved = self.save(writer, &actor.account, entries, &Ticket::new()).map_err(|e| not_saved(&e))?;
        {
            let mut index = self.write();
            for entry in copies {
                settle(&mut index, entry);
            }
            index.revision = saved.last;
            index.written = Some(saved.time);
        }
        self.announce(&saved);
        Ok(())
    }
}

fn subject_in(index: &Index, about: &About) -> Result<Subject, Refusal> {
    match about {
        About::Key(key) => {
            let live = index.by_key(key).ok_or(Refusal::NoSuchKey(*key))?;
            Ok(Subject::of(&live.saved()))
        }
        About::Group(code) => {
            let live = index.group(code).ok_or_else(|| Refusal::NoSuchGroup(code.clone()))?;
            Ok(Subject::of_group(&live.group))
        }
    }
}

/// A note is in every backup and on every screen: no Secret gets there, whoever sends it.
fn refuse_secret(text: &str) -> Result<(), Refusal> {
    let is_secret = |found: &crate::credential::Found| matches!(found.what, Exposed::Secret(_));
    if Finder::all(text.as_bytes()).iter().any(is_secret) {
        return Err(
            ParseError::new("The text holds a Secret", "write it without; nothing was kept of it").into()
        );
    }
    Ok(())
}
