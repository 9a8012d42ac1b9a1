//! Whose the finds are, and how they are told: never a Secret, nor a part of one.
//!
//! Finds are gathered and shown to the store some thousand at a time, so that the store is not held while files are
//! read, and memory stays bounded.

use serde::Serialize;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::cli::failure::{Failure, hide_secrets};
use crate::cli::json;
use crate::cli::output::{Output, remark};
use crate::cli::pages::mismatch;
use crate::cli::scan::noting::Notes;
use crate::cli::setting::Setting;
use crate::credential::{Exposed, Found, Secret};
use crate::model::text::escape;
use crate::model::{ApiKey, KeyId, Status};
use crate::registry::{Answer, Door, Query, Refusal, Ticket, Traced};

/// Finds gathered before the store is asked.
const GATHERED: usize = 5_000;

/// One find on its way.
#[derive(Debug)]
struct Hit {
    path: Arc<str>,
    line: u64,
    what: Exposed,
}

/// A find for scripts.
#[derive(Debug, Serialize)]
struct HitJson<'a> {
    path: &'a str,
    /// null: in the name of the file
    line: Option<u64>,
    what: &'static str,
    key: Option<&'a str>,
    description: Option<&'a str>,
    group: Option<&'a str>,
    environment: Option<&'static str>,
    status: Option<&'static str>,
    owner: Option<&'a str>,
    /// null: no store could tell
    live: Option<bool>,
}

/// Everything found, told as it comes.
pub struct Report<'a> {
    setting: &'a Setting,
    /// Whether a store can be asked; why not was said.
    asks: bool,
    only_live: bool,
    /// Where live keys were found, if that is to be noted.
    notes: Option<Notes>,
    gathered: Vec<Hit>,
    begun: bool,
    /// Secrets told.
    pub secrets: u64,
    /// Keys told.
    pub keys: u64,
    /// How many of both open something now.
    pub live: u64,
    /// Keys that no Secret can be traced to.
    pub blind: u64,
}

impl<'a> Report<'a> {
    /// Nothing found yet.
    ///
    /// # Errors
    /// When only live finds are wanted, or they are to be noted, and there is no store that could tell.
    pub fn new(setting: &'a Setting, only_live: bool, note: bool) -> Result<Self, Failure> {
        let asks = match setting.must_be_named() {
            Err(failure) if only_live || note => return Err(failure),
            there => there.is_ok(),
        };
        let (gathered, notes) = (Vec::new(), note.then(Notes::default));
        let (begun, secrets, keys, live, blind) = (false, 0, 0, 0, 0);
        Ok(Self { setting, asks, only_live, notes, gathered, begun, secrets, keys, live, blind })
    }

    /// Whether a store was asked, or would have been.
    pub const fn asks(&self) -> bool {
        self.asks
    }

    /// One more.
    ///
    /// # Errors
    /// When it cannot be told.
    pub fn add(&mut self, path: &str, found: Found, out: &mut Output) -> Result<(), Failure> {
        let path = match self.gathered.last() {
            Some(last) if *last.path == *path => Arc::clone(&last.path),
            _ => path.into(),
        };
        self.gathered.push(Hit { path, line: found.line, what: found.what });
        if self.gathered.len() >= GATHERED { self.flush(out) } else { Ok(()) }
    }

    /// Asks the store about what was gathered, and tells it.
    ///
    /// # Errors
    /// When it cannot be told.
    pub fn flush(&mut self, out: &mut Output) -> Result<(), Failure> {
        let hits = std::mem::take(&mut self.gathered);
        let (mut secrets, mut places) = (Vec::new(), Vec::with_capacity(hits.len()));
        for Hit { path, line, what } in hits {
            let key = match what {
                Exposed::Key(key) => Some(key),
                Exposed::Secret(secret) => {
                    secrets.push(secret);
                    None
                }
            };
            places.push((path, line, key));
        }
        if places.is_empty() {
            return Ok(());
        }
        let (door, traced, records) = self.ask(&secrets, &places)?;
        let mut traced = traced.into_iter();
        for (path, line, key) in places {
            let (is_key, owner) = match key {
                Some(key) => (true, Some(key)),
                None => (false, traced.next().flatten()),
            };
            let record = owner.and_then(|key| records.get(&key)?.as_ref());
            self.tell((&path, line), is_key, owner, record, out)?;
        }
        match (&mut self.notes, door) {
            (Some(notes), Some(door)) => notes.write(&*door),
            _ => Ok(()),
        }
    }

    /// What was noted, if anything was to be.
    pub fn tell_noted(&self) {
        if let Some(notes) = &self.notes {
            notes.tell();
        }
    }

    /// The keys of the Secrets, and the records of all keys.
    fn ask(
        &mut self,
        secrets: &[Secret],
        places: &[(Arc<str>, u64, Option<KeyId>)],
    ) -> Result<Answers, Failure> {
        let nobody = || (None, vec![None; secrets.len()], HashMap::new());
        if !self.asks {
            return Ok(nobody());
        }
        let door = match self.setting.open() {
            Ok(door) => door,
            Err(failure) if self.only_live || self.notes.is_some() => return Err(failure),
            Err(failure) => {
                remark(&format!("note: whose they are is not known: {}", failure.sentence()));
                self.asks = false;
                return Ok(nobody());
            }
        };
        let mut traced = Vec::with_capacity(secrets.len());
        for some in secrets.chunks(Traced::MOST) {
            let answer = door.trace(some)?;
            traced.extend(answer.keys);
            self.blind = answer.blind;
        }
        let mut records = HashMap::new();
        for key in places.iter().filter_map(|place| place.2).chain(traced.iter().copied().flatten()) {
            if let Entry::Vacant(place) = records.entry(key) {
                place.insert(record(&*door, key)?);
            }
        }
        Ok((Some(door), traced, records))
    }

    fn tell(
        &mut self,
        (path, line): (&str, u64),
        is_key: bool,
        owner: Option<KeyId>,
        record: Option<&ApiKey>,
        out: &mut Output,
    ) -> Result<(), Failure> {
        let now = self.setting.now();
        let status = record.map(|record| {
            if record.status == Status::Active && record.expired_at(now) {
                "Expired"
            } else {
                record.status.name()
            }
        });
        let opens = status == Some("Active");
        if self.only_live && !opens {
            return Ok(());
        }
        *(if is_key { &mut self.keys } else { &mut self.secrets }) += 1;
        self.live += u64::from(opens);
        let shown = hide_secrets(path);
        if let (Some(notes), Some(key), true) = (&mut self.notes, owner, opens) {
            notes.add(key, &shown, !is_key);
        }
        if self.setting.json {
            let item = HitJson {
                path: &shown,
                line: (line > 0).then_some(line),
                what: if is_key { "key" } else { "secret" },
                key: owner.as_ref().map(KeyId::as_str),
                description: record.map(|r| r.description.as_str()),
                group: record.map(|r| r.group.as_str()),
                environment: owner.map(|key| key.environment().code()),
                status,
                owner: record.and_then(|r| r.owner.as_ref()).map(|owner| owner.as_str()),
                live: self.asks.then_some(opens),
            };
            out.text(if self.begun { ",\n" } else { "{\"found\":[\n" })?;
            self.begun = true;
            return out.text(&json::line(&item)?);
        }
        let place = if line > 0 {
            format!("{}:{line}", escape(&shown))
        } else {
            format!("{} (its name)", escape(&shown))
        };
        let mut what = match (is_key, owner) {
            (true, Some(key)) => format!("Key {key}"),
            (_, Some(key)) => format!("Secret of {key}"),
            _ => "Secret".to_owned(),
        };
        match (record, status) {
            (Some(record), Some(status)) => {
                let _ = write!(what, ", {}, {status}", escape(record.description.as_str()));
                if let Some(owner) = &record.owner {
                    let _ = write!(what, ", owner {}", escape(owner.as_str()));
                }
            }
            _ if self.asks => what.push_str(", of no key in this store"),
            _ => {}
        }
        out.line(&format!("{place}: {what}"))
    }

    /// The end of the JSON, with what was covered.
    ///
    /// # Errors
    /// When it cannot be told.
    pub fn end(&self, covered: &impl Serialize, out: &mut Output) -> Result<(), Failure> {
        let begin = if self.begun { "" } else { "{\"found\":[" };
        let noted = self.notes.as_ref().map_or_else(String::new, |n| format!(",\n\"noted\":{}", n.noted));
        out.line(&format!("{begin}],\n\"covered\":{}{noted}}}", json::line(covered)?))
    }
}

/// The door that was asked, the keys that Secrets open, and the records of all keys that were found.
type Answers = (Option<Arc<dyn Door>>, Vec<Option<KeyId>>, HashMap<KeyId, Option<ApiKey>>);

fn record(door: &dyn Door, key: KeyId) -> Result<Option<ApiKey>, Failure> {
    match door.ask(Query::Key { key }, &Ticket::new()) {
        Ok(Answer::Key(details)) => Ok(Some(details.row.record)),
        Ok(_) => Err(mismatch()),
        Err(Refusal::NoSuchKey(_)) => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}
