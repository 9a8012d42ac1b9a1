//! What was decided on each card, what came of it, and how the last of it is taken back.
//!
//! A deed counts when the store confirmed it; what failed stays on its card with the reason.

use std::fmt::Write;

use super::Cards;
use crate::console::effect::{Outbox, RequestId, Tone};
use crate::console::keys::reminder;
use crate::console::layer::Turn;
use crate::console::rotation::RotationPanel;
use crate::model::text::escape;
use crate::model::{Status, Time};
use crate::registry::{Card, Command, Deck, Done, Outcome, Refusal, Selection};

/// What was decided on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
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
    card: usize,
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

/// The command under way.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) id: RequestId,
    card: usize,
    task: Task,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Disable,
    TakeBack,
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

    fn play(&mut self, place: usize, deed: Deed) {
        if let Some(card) = self.cards.get_mut(place) {
            let before = card.deed.replace(deed);
            card.failure = None;
            self.story.push(Past { card: place, before });
        }
    }

    /// Forgets the last deed; its card.
    fn forget(&mut self) -> Option<usize> {
        let past = self.story.pop()?;
        self.cards.get_mut(past.card)?.deed = past.before;
        Some(past.card)
    }
}

/// The words of all deeds, as they are counted.
pub(super) const WORDS: [&str; 3] = ["disabled", "rotated", "skipped"];

impl Cards {
    pub(super) fn skip(&mut self, outbox: &mut Outbox) {
        if let Some(hand) = &mut self.hand {
            if !hand.cards.get(self.at).is_some_and(|card| card.gone) {
                hand.play(self.at, Deed::Skipped);
            }
            self.advance(outbox);
        }
    }

    pub(super) fn disable(&mut self, outbox: &mut Outbox) {
        let Some(key) = self.key() else { return };
        let keys = Selection::of([key]);
        let id = outbox.execute(Command::SetStatus { keys, status: Status::Disabled, expected: Some(1) });
        self.work = Some(Work { id, card: self.at, task: Task::Disable });
    }

    /// Takes the last deed back. A rotation is taken back in its panel, which knows who came with the new key already.
    pub(super) fn take_back(&mut self, outbox: &mut Outbox) -> Turn {
        let Some(hand) = &mut self.hand else { return Turn::Stay };
        let Some(card) = hand.story.last().map(|past| past.card) else { return Turn::Stay };
        match hand.cards.get(card).and_then(|card| card.deed.clone()) {
            Some(Deed::Disabled(Some(undo))) => {
                let id = outbox.execute(Command::UndoStatus { undo });
                self.work = Some(Work { id, card, task: Task::TakeBack });
            }
            Some(Deed::Rotated) => {
                self.go(card, outbox);
                let Some(key) = self.key() else { return Turn::Stay };
                outbox.say(Tone::Note, "u takes this rotation back.", "");
                return Turn::Open(Box::new(RotationPanel::new(key)));
            }
            Some(Deed::Disabled(None) | Deed::Skipped) | None => {
                hand.forget();
                self.go(card, outbox);
            }
        }
        Turn::Stay
    }

    /// Takes in what came of the command.
    pub(super) fn worked(&mut self, result: Result<Done, Refusal>, outbox: &mut Outbox) {
        let (Some(work), Some(hand)) = (self.work.take(), &mut self.hand) else { return };
        match (work.task, result) {
            (Task::Disable, Ok(Done { outcome: Outcome::StatusSet { receipt, .. }, .. })) => {
                hand.play(work.card, Deed::Disabled(receipt.undo));
                let name = hand.cards.get(work.card).map_or("", |card| &card.dealt.description);
                let text = match receipt.changed {
                    0 => format!("{} was Disabled already.", escape(name)),
                    _ => format!("Disabled {}. u takes it back.", escape(name)),
                };
                outbox.say(Tone::Good, text, reminder(&receipt, outbox.now));
                self.advance(outbox);
            }
            (Task::TakeBack, Ok(_)) => {
                let card = hand.forget().unwrap_or(self.at);
                outbox.say(Tone::Good, "Enabled again, as it was.", "");
                self.go(card, outbox);
            }
            // Somebody changed it since: there is nothing left that this could take back.
            (Task::TakeBack, Err(refusal @ Refusal::NothingToUndo)) => {
                hand.forget();
                outbox.refused(&refusal);
            }
            (_, Err(refusal)) => {
                if let Some(card) = hand.cards.get_mut(work.card) {
                    card.failure = Some(escape(&refusal.to_string()).into_owned());
                }
                outbox.refused(&refusal);
            }
            (Task::Disable, Ok(_)) => {}
        }
    }

    /// The key on the card in front is there no more. What was decided on it before stands.
    pub(super) fn lose(&mut self) {
        if let Some(card) = self.hand.as_mut().and_then(|hand| hand.cards.get_mut(self.at)) {
            card.gone = card.deed.is_none();
        }
    }

    /// The key on the card in front is known anew: what was done to it elsewhere is a deed as well.
    pub(super) fn compare(&mut self, outbox: &mut Outbox) {
        let (Some(details), Some(hand)) = (&self.shown.details, &mut self.hand) else { return };
        let (key, hands_over) = (details.row.record.key, details.row.rotation.is_some());
        let disabled = details.row.record.status == Status::Disabled;
        let Some(card) = hand.cards.get_mut(self.at).filter(|card| card.dealt.key == key) else { return };
        let undone = match card.deed {
            Some(Deed::Rotated) => !hands_over,
            Some(Deed::Disabled(_)) => !disabled,
            _ => false,
        };
        if undone {
            card.deed = None;
            hand.story.retain(|past| past.card != self.at);
        } else if self.rotating == Some(key) && hands_over {
            self.rotating = None;
            hand.play(self.at, Deed::Rotated);
            self.advance(outbox);
        } else if card.deed.is_none() && disabled {
            card.deed = Some(Deed::Disabled(None));
        }
    }
}
