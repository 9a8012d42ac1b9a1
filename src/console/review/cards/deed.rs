//! What was decided on each card, and in which order.
//!
//! A deed counts when the store confirmed it; what failed stays on its card with the reason.

use std::fmt::Write;

use crate::model::text::escape;
use crate::model::{Practice, Time};
use crate::registry::{Card, Deck};

/// What was decided on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    /// These of its findings are accepted.
    Kept(Vec<Practice>),
    /// Disabled; with the number that takes it back.
    Disabled(Option<u64>),
    /// It has a successor.
    Rotated,
    /// Later.
    Skipped,
}

impl Deed {
    /// In one word.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Kept(_) => "kept",
            Self::Disabled(_) => "disabled",
            Self::Rotated => "rotated",
            Self::Skipped => "skipped",
        }
    }
}

/// One card, and what became of it.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) dealt: Card,
    pub(super) deed: Option<Deed>,
    /// What was refused last, escaped.
    pub(super) failure: Option<String>,
    /// Its key was deleted meanwhile.
    pub(super) gone: bool,
}

/// A deed, and what stood there before it.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) card: usize,
    before: Option<Deed>,
}

/// All cards, and the deeds in their order.
#[derive(Debug)]
pub(super) struct Hand {
    pub(super) cards: Vec<Played>,
    pub(super) story: Vec<Past>,
    pub(super) total: u64,
    pub(super) groups: u64,
    pub(super) looked_at: u64,
    pub(super) made: Time,
    /// Escaped.
    pub(super) gaps: Vec<String>,
}

impl Hand {
    pub(super) fn of(deck: &Deck) -> Self {
        let played = |dealt: &Card| Played { dealt: dealt.clone(), deed: None, failure: None, gone: false };
        Self {
            cards: deck.cards.iter().map(played).collect(),
            story: Vec::new(),
            total: deck.total,
            groups: deck.groups,
            looked_at: deck.looked_at,
            made: deck.made,
            gaps: deck.gaps.iter().map(|gap| escape(gap).into_owned()).collect(),
        }
    }

    /// Whether something was decided on a card: to skip it then is to go on, and takes nothing back.
    pub(super) fn is_decided(&self, place: usize) -> bool {
        let deed = self.cards.get(place).and_then(|card| card.deed.as_ref());
        deed.is_some_and(|deed| *deed != Deed::Skipped)
    }

    /// The next card after this one without a deed, from the beginning again behind the last.
    pub(super) fn next_open(&self, after: usize) -> Option<usize> {
        let open = |place: &usize| self.cards.get(*place).is_some_and(|c| c.deed.is_none() && !c.gone);
        (after + 1..self.cards.len()).find(open).or_else(|| (0..=after).find(open))
    }

    /// The first card without a deed, or else the first that was skipped.
    pub(super) fn first_left(&self) -> Option<usize> {
        let skipped = |card: &Played| card.deed == Some(Deed::Skipped) && !card.gone;
        let open = |card: &Played| card.deed.is_none() && !card.gone;
        self.cards.iter().position(open).or_else(|| self.cards.iter().position(skipped))
    }

    /// How many cards have a deed of this word.
    pub(super) fn count(&self, word: &str) -> usize {
        self.cards.iter().filter(|card| card.deed.as_ref().is_some_and(|deed| deed.word() == word)).count()
    }

    /// How many cards nobody decided on.
    pub(super) fn open(&self) -> usize {
        self.cards.iter().filter(|card| card.deed.is_none() && !card.gone).count()
    }

    /// `12 of 87 · 9 disabled · 3 skipped`.
    pub(super) fn progress(&self) -> String {
        let gone = self.cards.iter().filter(|card| card.gone).count();
        let counts = WORDS.iter().map(|word| (self.count(word), *word)).chain([(gone, "deleted meanwhile")]);
        let mut text = format!("{} of {}", self.cards.len() - self.open(), self.cards.len());
        for (count, word) in counts.filter(|(count, _)| *count > 0) {
            let _ = write!(text, " · {count} {word}");
        }
        text
    }

    /// Something was decided on a card.
    pub(super) fn play(&mut self, place: usize, deed: Deed) {
        if let Some(card) = self.cards.get_mut(place) {
            let before = card.deed.replace(deed);
            card.failure = None;
            self.story.push(Past { card: place, before });
        }
    }

    /// Forgets the last deed; its card.
    pub(super) fn forget(&mut self) -> Option<usize> {
        let past = self.story.pop()?;
        self.cards.get_mut(past.card)?.deed = past.before;
        Some(past.card)
    }
}

/// The words of all deeds, as they are counted.
pub(super) const WORDS: [&str; 4] = ["kept", "disabled", "rotated", "skipped"];
