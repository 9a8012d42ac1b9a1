//! The review key by key: each key once, where its worst finding stands, with all that was found in it.

use std::collections::{HashMap, HashSet};

use super::super::door::Ticket;
use super::super::query::{Card, Deck};
use super::super::{Refusal, Registry};
use crate::model::{KeyId, Practice};

impl Registry {
    /// The keys that have a finding with all words, each with all its findings.
    pub(in crate::registry) fn deck(&self, text: &str, ticket: &Ticket) -> Result<Deck, Refusal> {
        let review = self.review(self.limits, None, ticket)?;
        let fitting = self.fitting(&review, text);
        let found = fitting.as_deref().unwrap_or(&review.found);
        let of_key = |(practice, _): &&(Practice, u32)| *practice != Practice::SharedGroup;
        let wanted: HashSet<u32> = found.iter().filter(of_key).map(|(_, slot)| *slot).collect();
        let mut dealt: HashSet<u32> = HashSet::new();
        let mut deal = |(_, slot): &&(Practice, u32)| {
            dealt.contains(slot) || (wanted.contains(slot) && dealt.len() < Deck::MOST && dealt.insert(*slot))
        };
        let rows: Vec<(Practice, u32)> =
            review.found.iter().filter(of_key).filter(|row| deal(row)).copied().collect();
        let mut cards: Vec<Card> = Vec::new();
        let mut places: HashMap<KeyId, usize> = HashMap::new();
        for finding in self.worded(&review, &rows) {
            let Some(key) = finding.key else { continue };
            let place = *places.entry(key).or_insert(cards.len());
            if place == cards.len() {
                let description = finding.description.clone();
                cards.push(Card { key, description, findings: Vec::new() });
            }
            cards[place].findings.push(finding);
        }
        Ok(Deck {
            cards,
            total: wanted.len() as u64,
            groups: found.len() as u64 - found.iter().filter(of_key).count() as u64,
            accepted: review.accepted.len() as u64,
            looked_at: review.looked_at,
            made: review.made,
            gaps: review.gaps.clone(),
        })
    }
}
