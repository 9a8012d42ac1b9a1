//! The review of a play: findings as the test made them, less those that are accepted.

use super::Play;
use super::door::{cut, start_of};
use crate::console::bench::NOW;
use crate::model::{Acceptance, Limits, Mark, Practice};
use crate::registry::{
    AcceptedPage, AcceptedRow, Answer, Basis, Card, Command, Deck, Finding, Holding, Outcome, Refusal,
    ReviewPage, Window,
};

impl Play {
    /// What is found and not accepted.
    fn left(&self) -> impl Iterator<Item = &Finding> {
        let accepted = |found: &Finding| {
            let mut rows = self.accepted.iter().map(|row| &row.acceptance);
            rows.any(|one| (one.finding, &one.about) == (found.practice, &found.about()))
        };
        self.findings.iter().filter(move |found| !accepted(found))
    }

    pub(super) fn review(&self, text: &str, window: Window) -> Answer {
        let fits = |found: &&Finding| found.practice.name().to_lowercase().contains(text);
        let rows: Vec<Finding> = self.left().filter(fits).cloned().collect();
        Answer::Review(ReviewPage {
            stamp: 1,
            total: rows.len() as u64,
            of: self.left().count() as u64,
            accepted: self.accepted.len() as u64,
            counts: Vec::new(),
            offset: start_of(window, rows.len()),
            rows: cut(&rows, window),
            looked_at: self.keys.len() as u64,
            gaps: self.gaps.clone(),
            basis: Basis { made: NOW, revision: 7, limits: Limits::default(), since: None },
        })
    }

    pub(super) fn deck(&self, text: &str) -> Answer {
        let fits = |found: &&Finding| found.practice.name().to_lowercase().contains(text);
        let mut cards: Vec<Card> = Vec::new();
        for found in self.left().filter(fits) {
            let Some(key) = found.key.filter(|key| cards.iter().all(|card| card.key != *key)) else {
                continue;
            };
            let findings = self.left().filter(|other| other.key == Some(key)).cloned().collect();
            cards.push(Card { key, description: found.description.clone(), findings });
        }
        Answer::Deck(Box::new(Deck {
            total: cards.len() as u64,
            cards,
            groups: self.left().filter(|found| found.practice == Practice::SharedGroup).count() as u64,
            accepted: self.accepted.len() as u64,
            looked_at: self.keys.len() as u64,
            made: NOW,
            gaps: Vec::new(),
        }))
    }

    pub(super) fn accepted(&self, text: &str) -> Answer {
        let fits = |row: &&AcceptedRow| row.description.contains(text);
        let rows: Vec<AcceptedRow> = self.accepted.iter().filter(fits).cloned().collect();
        let (total, of) = (rows.len() as u64, self.accepted.len() as u64);
        Answer::Accepted(AcceptedPage { revision: 7, total, of, offset: 0, rows })
    }

    pub(super) fn live_with(&mut self, command: Command) -> Result<Outcome, Refusal> {
        match command {
            Command::AcceptFinding { finding, about, reason, until } => {
                let made = Mark { time: NOW, by: "ada".parse().unwrap() };
                let acceptance = Acceptance { finding, about, reason, until, made };
                let found =
                    self.findings.iter().find(|f| f.practice == finding && f.about() == acceptance.about);
                let found = found.ok_or(Refusal::NotEmpty)?;
                let row = AcceptedRow {
                    group: found.group.clone(),
                    description: found.description.clone(),
                    holding: Holding::Holds,
                    acceptance: acceptance.clone(),
                };
                self.accepted.push(row);
                Ok(Outcome::FindingAccepted(acceptance))
            }
            Command::WithdrawAcceptance { finding, about } => {
                let fits =
                    |row: &AcceptedRow| row.acceptance.finding == finding && row.acceptance.about == about;
                let place = self.accepted.iter().position(fits);
                let place = place.ok_or(Refusal::NotAccepted { finding, about })?;
                Ok(Outcome::AcceptanceWithdrawn(self.accepted.remove(place).acceptance))
            }
            _ => Err(Refusal::NotEmpty),
        }
    }
}
