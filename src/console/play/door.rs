//! The door of a play: the rules of the real one, as far as a screen can tell.

use super::Play;
use super::rows::row;
use crate::console::bench::NOW;
use crate::console::marks::means;
use crate::credential::mint_secret;
use crate::model::{ApiKey, Change, Environment, Group, LastUse, LogonRow, Role, Status, Time};
use crate::registry::{
    Answer, ChangesPage, Command, Done, Followed, Fresh, GroupDetails, GroupRow, GroupsPage, HistoryPage,
    KeyDetails, KeyFilter, KeyRow, KeysPage, LogonColumn, Outcome, Overview, Query, Reason, Receipt, Refusal,
    Rhythm, Rung, Selection, SelectionSummary, Sort, Window,
};

impl Play {
    fn page_of_keys(
        &self,
        filter: &KeyFilter,
        sort: Sort,
        window: Window,
        find: Option<Followed>,
    ) -> KeysPage {
        let filter = filter.resolved(NOW);
        let mut rows: Vec<&KeyRow> = self.keys.iter().filter(|row| filter.matches(&row.record)).collect();
        if let Some(column) = sort.column {
            rows.sort_by(|a, b| column.compare(a.record.borrowed(), b.record.borrowed()));
            if sort.descending {
                rows.reverse();
            }
        }
        let found = find.and_then(|followed| rows.iter().position(|row| row.record.key == followed.key));
        let found = found.map(|row| row as u64);
        let window = find.zip(found).map_or(window, |(followed, row)| followed.window(window, row));
        KeysPage {
            revision: self.revision,
            total: rows.len() as u64,
            of: self.keys.len() as u64,
            offset: start_of(window, rows.len()),
            rows: cut(&rows, window).into_iter().cloned().collect(),
            found,
        }
    }

    pub(super) fn answer(&self, query: Query) -> Result<Answer, Refusal> {
        let revision = self.revision;
        if self.unreadable {
            return Err(Refusal::Unreadable {
                sentence: "the disk is gone".into(),
                hint: "look at it".into(),
            });
        }
        Ok(match query {
            Query::Keys { filter, sort, window, find } => {
                Answer::Keys(self.page_of_keys(&filter, sort, window, find))
            }
            Query::Key { key } => {
                let row =
                    self.keys.iter().find(|row| row.record.key == key).ok_or(Refusal::NoSuchKey(key))?;
                Answer::Key(Box::new(KeyDetails {
                    row: row.clone(),
                    group_description: "Human resources".into(),
                    group_role: Role::Read,
                    last_use: row.record.last_used.map(|time| LastUse {
                        time,
                        source: "10.0.0.7".into(),
                        agent: "hr-sync/2.1".into(),
                    }),
                    reach: vec!["every table: select".into(), "every menu item but Admin".into()],
                }))
            }
            Query::Selected { keys } => {
                let meant: Vec<&KeyRow> = self.keys.iter().filter(|row| means(&keys, &row.record)).collect();
                Answer::Selected(Box::new(SelectionSummary {
                    total: meant.len() as u64,
                    active: meant.iter().filter(|row| row.record.status == Status::Active).count() as u64,
                    first: meant.first().map(|row| (*row).clone()),
                }))
            }
            Query::DescriptionInUse { .. } => Answer::DescriptionInUse(None),
            Query::Groups { text, window } => {
                let words = text.to_uppercase();
                let fits = |group: &&Group| words.split_whitespace().all(|w| group.code.as_str().contains(w));
                let rows: Vec<GroupRow> =
                    self.groups.iter().filter(fits).map(|g| self.group_row(g)).collect();
                Answer::Groups(GroupsPage {
                    revision,
                    total: rows.len() as u64,
                    of: self.groups.len() as u64,
                    offset: start_of(window, rows.len()),
                    rows: cut(&rows, window),
                })
            }
            Query::Group { code } => {
                let group = self.groups.iter().find(|g| g.code == code);
                let group = group.ok_or_else(|| Refusal::NoSuchGroup(code.clone()))?.clone();
                Answer::Group(Box::new(GroupDetails { group, keys: 3 }))
            }
            Query::Changes { key, window, .. } => {
                let fits = |change: &&Change| key.is_none() || change.key == key;
                let rows: Vec<Change> = self.changes.iter().filter(fits).cloned().collect();
                Answer::Changes(ChangesPage {
                    revision,
                    total: rows.len() as u64,
                    of: self.changes.len() as u64,
                    offset: start_of(window, rows.len()),
                    rows: cut(&rows, window),
                })
            }
            Query::Review { text, window, .. } => self.review(&text, window),
            Query::Evidence { finding, about, .. } => {
                let mut found = self.findings.iter().filter(|f| f.practice == finding && f.about() == about);
                Answer::Evidence(found.next().cloned().map(Box::new))
            }
            Query::Deck { text, .. } => self.deck(&text),
            Query::Accepted { text, .. } => self.accepted(&text),
            Query::Standing { key } => Answer::Standing(self.standing(key)),
            Query::Rotation { key } => self.rotation(key)?,
            Query::Impact { keys } => Answer::Impact(Box::new(self.impact(&keys))),
            query @ (Query::History { .. } | Query::Rhythm { .. } | Query::Why { .. }) => {
                self.logons(query)?
            }
            Query::Overview => Answer::Overview(self.overview()),
            _ => return Err(Refusal::Cancelled),
        })
    }

    fn overview(&self) -> Overview {
        let revision = self.revision;
        Overview {
            revision,
            written: Some(Time(NOW.0 - 3_600)),
            keys: self.keys.len() as u64,
            active: self.keys.iter().filter(|row| row.record.status == Status::Active).count() as u64,
            due: self
                .keys
                .iter()
                .filter(|row| row.record.first_due().is_some_and(|at| at.0 <= NOW.0 + ApiKey::SOON))
                .count() as u64,
            refused: self.refused.clone(),
            groups: self.groups.len() as u64,
            health: self.health.clone(),
            notes: Vec::new(),
            actor: self.actor.clone(),
        }
    }

    fn logons(&self, query: Query) -> Result<Answer, Refusal> {
        Ok(match query {
            Query::History { filter, sort, window } => {
                let fits = |row: &&LogonRow| row.source.contains(&filter.text);
                let mut rows: Vec<LogonRow> = self.logons.iter().filter(fits).cloned().collect();
                if sort.column == Some(LogonColumn::Count) {
                    rows.sort_by_key(|row| row.count);
                }
                if sort.descending {
                    rows.reverse();
                }
                Answer::History(HistoryPage {
                    epoch: 0,
                    total: rows.len() as u64,
                    of: self.logons.len() as u64,
                    offset: start_of(window, rows.len()),
                    rows: cut(&rows, window),
                    trouble: None,
                })
            }
            Query::Rhythm { key } => Answer::Rhythm(Rhythm {
                key,
                calls: (0..30).map(|day| day * day % 17).collect(),
                last: Some(LastUse { time: NOW, source: "10.0.0.7".into(), agent: "hr-sync/2.1".into() }),
            }),
            Query::Why { reference } => Answer::Why(Box::new(Reason {
                reference,
                time: NOW,
                key: None,
                description: None,
                group: None,
                error: "Insufficient Permissions".into(),
                ladder: ["role", "table Asset", "delete"]
                    .map(|name| Rung { name: name.into(), passed: name != "delete", mend: String::new() })
                    .to_vec(),
                detail: String::new(),
                mend: "tick delete on table Asset in group HR_READ".into(),
                remedy: self.remedy.clone(),
                source: None,
                agent: None,
            })),
            _ => return Err(Refusal::Cancelled),
        })
    }

    fn group_row(&self, group: &Group) -> GroupRow {
        GroupRow {
            code: group.code.clone(),
            description: group.description.as_str().to_owned(),
            role: group.role,
            restricted: group.restricted,
            tables: group.tables.len() as u64,
            filters: 0,
            keys: self.keys.iter().filter(|row| row.record.group == group.code).count() as u64,
            environments: Vec::new(),
            touched: self.touched.clone(),
        }
    }

    pub(super) fn execute(&mut self, command: Command) -> Result<Done, Refusal> {
        self.revision += 1;
        let mut fresh = None;
        let outcome = match command {
            Command::SetStatus { keys, status, .. } => {
                let meant = self.keys.iter().filter(|row| means(&keys, &row.record));
                self.before = meant.map(|row| (row.record.key, row.record.status)).collect();
                let receipt = self.each(&keys, |row| row.record.status = status);
                Outcome::StatusSet { status, receipt }
            }
            Command::UndoStatus { .. } => {
                let before = std::mem::take(&mut self.before);
                let was = |row: &KeyRow| before.iter().find(|(key, _)| *key == row.record.key);
                for row in &mut self.keys {
                    row.record.status = was(row).map_or(row.record.status, |(_, status)| *status);
                }
                let receipt = self.each(&Selection::default(), |_| {});
                Outcome::StatusSet { status: Status::Active, receipt }
            }
            Command::DeleteKeys { keys, .. } => {
                let receipt = self.each(&keys, |_| {});
                self.keys.retain(|row| !means(&keys, &row.record));
                Outcome::KeysDeleted(receipt)
            }
            Command::CreateKey(draft) => {
                let mut row = row(self.keys.len());
                row.record.description = draft.description;
                row.record.secret_copied = false;
                let secret = mint_secret(Environment::Production).unwrap();
                self.secrets.push(secret.expose().to_owned());
                fresh = Some(Fresh { key: row.record.key, secret });
                self.keys.insert(0, row.clone());
                Outcome::KeyCreated(row.record)
            }
            Command::StartRotation(draft) => {
                let (outcome, made) = self.start_rotation(&draft)?;
                fresh = Some(made);
                outcome
            }
            Command::NoteSightings { spotted } => {
                Outcome::SightingsNoted { noted: spotted.len() as u64, beyond: 0 }
            }
            Command::ConfirmCopied { key } => {
                let row = self.keys.iter_mut().find(|row| row.record.key == key);
                let row = row.ok_or(Refusal::NoSuchKey(key))?;
                row.record.secret_copied = true;
                Outcome::CopiedConfirmed(key)
            }
            Command::CreateGroup(group) => {
                self.groups.push(group.clone());
                Outcome::GroupCreated(group)
            }
            Command::DeleteGroup { code } => {
                self.groups.retain(|group| group.code != code);
                Outcome::GroupDeleted(code)
            }
            Command::EditKey { key, .. } => {
                let row =
                    self.keys.iter().find(|row| row.record.key == key).ok_or(Refusal::NoSuchKey(key))?;
                Outcome::KeyEdited(row.record.clone())
            }
            Command::EditGroup { code, .. } => {
                let group = self.groups.iter().find(|group| group.code == code);
                Outcome::GroupEdited(group.ok_or(Refusal::NoSuchGroup(code))?.clone())
            }
            command @ (Command::AcceptFinding { .. } | Command::WithdrawAcceptance { .. }) => {
                self.live_with(command)?
            }
            _ => return Err(Refusal::NotEmpty),
        };
        Ok(Done { revision: self.revision, outcome, fresh })
    }

    fn each(&mut self, keys: &Selection, act: impl Fn(&mut KeyRow)) -> Receipt {
        let mut receipt = Receipt::default();
        for row in self.keys.iter_mut().filter(|row| means(keys, &row.record)) {
            act(row);
            receipt.changed += 1;
            receipt.first.get_or_insert_with(|| row.record.description.clone());
            receipt.last_used = receipt.last_used.max(row.record.last_used);
        }
        receipt.undo = Some(self.revision);
        receipt
    }
}

pub(super) fn start_of(window: Window, len: usize) -> u64 {
    window.offset.min((len as u64).saturating_sub(u64::from(window.limit)))
}

pub(super) fn cut<T: Clone>(rows: &[T], window: Window) -> Vec<T> {
    let from = usize::try_from(start_of(window, rows.len())).unwrap();
    rows.iter().skip(from).take(window.limit as usize).cloned().collect()
}
