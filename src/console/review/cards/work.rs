//! What is done about a card, one command after the other, what came of it, and how the last of it is taken back.
//!
//! Nothing counts before the door has confirmed it.

use super::Cards;
use super::deed::Deed;
use crate::clock::date;
use crate::console::confirm::Confirm;
use crate::console::effect::{Outbox, RequestId, Tone};
use crate::console::keys::reminder;
use crate::console::layer::Turn;
use crate::console::review::acceptance::next_quarter;
use crate::console::rotation::RotationPanel;
use crate::model::text::escape;
use crate::model::{About, Grounds, ParseError, Practice, Status, Time};
use crate::registry::{Command, Done, Outcome, Refusal, Selection};

/// The command under way.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) id: RequestId,
    card: usize,
    task: Task,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Task {
    /// Findings still to be accepted, and those that are.
    Keep(Vec<Practice>, Vec<Practice>),
    Disable,
    TakeBack,
    /// Acceptances still to be taken back.
    Withdraw(Vec<Practice>),
}

/// Why a key is kept, and until when.
fn kept(now: Time) -> Result<(Grounds, Time), ParseError> {
    let reason = Grounds::parse(&format!("kept in the review of {}", date(now)))?;
    Ok((reason, next_quarter(now)))
}

impl Cards {
    pub(super) fn skip(&mut self, outbox: &mut Outbox) {
        if let Some(hand) = &mut self.hand {
            if !hand.is_decided(self.at) && !hand.cards.get(self.at).is_some_and(|card| card.gone) {
                hand.play(self.at, Deed::Skipped);
            }
            self.advance(outbox);
        }
    }

    /// Disables the key; asks first if a caller would break.
    pub(super) fn disable_or_ask(&mut self, outbox: &mut Outbox) -> Turn {
        if let Some(impact) = self.shown.impact.as_ref().filter(|impact| impact.breaks > 0) {
            self.keeping = false;
            return Turn::Open(Box::new(Confirm::stop_below((**impact).clone())));
        }
        self.disable(outbox);
        Turn::Stay
    }

    /// Keeps the key; asks first if its Secret lies open somewhere, which is no matter of one press.
    pub(super) fn keep_or_ask(&mut self, outbox: &mut Outbox) -> Turn {
        let card = self.hand.as_ref().and_then(|hand| hand.cards.get(self.at));
        let seen = card.and_then(|card| {
            card.dealt.findings.iter().find(|finding| finding.practice == Practice::SecretSeen)
        });
        if let Some(finding) = seen {
            let question = Confirm::keep_seen_below(&finding.description, &finding.evidence);
            self.keeping = true;
            return Turn::Open(Box::new(question));
        }
        self.keep(outbox);
        Turn::Stay
    }

    /// Accepts what was found in the key, one finding after the other, the worst first.
    pub(super) fn keep(&mut self, outbox: &mut Outbox) {
        let card = self.hand.as_ref().and_then(|hand| hand.cards.get(self.at));
        let mut rest: Vec<Practice> =
            card.map_or_else(Vec::new, |card| card.dealt.findings.iter().map(|f| f.practice).rev().collect());
        let Some(first) = rest.pop() else { return };
        self.accept(self.at, first, Task::Keep(rest, vec![first]), outbox);
    }

    fn accept(&mut self, card: usize, finding: Practice, task: Task, outbox: &mut Outbox) {
        let Some(key) = self.hand.as_ref().and_then(|hand| hand.cards.get(card)).map(|c| c.dealt.key) else {
            return;
        };
        match kept(outbox.now) {
            Ok((reason, until)) => {
                let about = About::Key(key);
                let id = outbox.execute(Command::AcceptFinding { finding, about, reason, until });
                self.work = Some(Work { id, card, task });
            }
            Err(error) => outbox.say(Tone::Bad, error.sentence, error.hint),
        }
    }

    /// One of the card's findings is accepted: the next one, or the next card.
    fn kept(&mut self, card: usize, mut rest: Vec<Practice>, mut done: Vec<Practice>, outbox: &mut Outbox) {
        if let Some(next) = rest.pop() {
            done.push(next);
            return self.accept(card, next, Task::Keep(rest, done), outbox);
        }
        let Some(hand) = &mut self.hand else { return };
        let what = if done.len() == 1 { "its finding is" } else { "its findings are" };
        hand.play(card, Deed::Kept(done));
        let name = hand.cards.get(card).map_or("", |card| &card.dealt.description);
        let until = date(next_quarter(outbox.now));
        let text = format!("Kept {}: {what} accepted until {until}. u takes it back.", escape(name));
        outbox.say(Tone::Good, text, "");
        self.advance(outbox);
    }

    fn withdraw(&mut self, card: usize, mut rest: Vec<Practice>, outbox: &mut Outbox) {
        let Some(finding) = rest.pop() else { return };
        let Some(key) = self.hand.as_ref().and_then(|hand| hand.cards.get(card)).map(|c| c.dealt.key) else {
            return;
        };
        let id = outbox.execute(Command::WithdrawAcceptance { finding, about: About::Key(key) });
        self.work = Some(Work { id, card, task: Task::Withdraw(rest) });
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
            Some(Deed::Kept(findings)) => self.withdraw(card, findings, outbox),
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
            (Task::Keep(rest, done), Ok(_)) => self.kept(work.card, rest, done, outbox),
            (Task::Withdraw(rest), Ok(_)) if !rest.is_empty() => self.withdraw(work.card, rest, outbox),
            (Task::Withdraw(_), Ok(_)) => {
                let card = hand.forget().unwrap_or(self.at);
                outbox.say(Tone::Good, "Its findings are accepted no more.", "");
                self.go(card, outbox);
            }
            // Somebody took them back already.
            (Task::Withdraw(rest), Err(Refusal::NotAccepted { .. })) => {
                if rest.is_empty() {
                    let card = hand.forget().unwrap_or(self.at);
                    self.go(card, outbox);
                } else {
                    self.withdraw(work.card, rest, outbox);
                }
            }
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
