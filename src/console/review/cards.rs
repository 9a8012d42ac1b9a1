//! The cards of a review: one key after the other, the worst first, each decided on by one press.
//!
//! What is decided is done at once and counted once the store has confirmed it; the cards stay dealt while the console
//! runs, so that leaving them loses nothing. What a deed is and how it is taken back is below; how a card looks, too.
//! Knows no rule of the review: what was found comes from the door.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::FindingDetails;
use crate::console::action::Action;
use crate::console::details::{Details, not_rotated, rotation_of};
use crate::console::effect::{Outbox, RequestId, Slot, Tone};
use crate::console::keymap::Place;
use crate::console::keys::copy_key;
use crate::console::layer::{Layer, Stage, Turn};
use crate::console::sheet::Scroll;
use crate::model::{KeyId, Status};
use crate::registry::{Answer, Done, Impact, KeyDetails, Query, Refusal, Rhythm, Selection};
use deed::{Deed, Hand};
use work::Work;

mod deed;
mod summary;
mod view;
mod work;

/// What is seen of the cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Card,
    Summary,
}

/// What is known of the key on the card in front.
#[derive(Debug, Default)]
struct Shown {
    details: Option<Box<KeyDetails>>,
    impact: Option<Box<Impact>>,
    rhythm: Option<Rhythm>,
}

/// The cards.
#[derive(Debug)]
pub struct Cards {
    /// Words that were asked for.
    text: String,
    /// None until they are dealt.
    hand: Option<Hand>,
    at: usize,
    page: Page,
    shown: Shown,
    /// The key whose successor is being made.
    rotating: Option<KeyId>,
    /// The command that is under way.
    work: Option<Work>,
    /// The last question was whether to keep a key, not whether to disable it.
    keeping: bool,
    scroll: Scroll,
}

impl Cards {
    /// Of the findings that have these words; dealt with [`Layer::changed`].
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            hand: None,
            at: 0,
            page: Page::Card,
            shown: Shown::default(),
            rotating: None,
            work: None,
            keeping: false,
            scroll: Scroll::default(),
        }
    }

    /// The key on the card in front.
    fn key(&self) -> Option<KeyId> {
        Some(self.hand.as_ref()?.cards.get(self.at)?.dealt.key)
    }

    fn ask(&self, outbox: &mut Outbox) {
        let Some(key) = self.key() else { return };
        outbox.ask(Slot::Card, Query::Key { key });
        outbox.ask(Slot::CardImpact, Query::Impact { keys: Selection::of([key]) });
        outbox.ask(Slot::CardRhythm, Query::Rhythm { key });
    }

    fn go(&mut self, at: usize, outbox: &mut Outbox) {
        (self.at, self.page) = (at, Page::Card);
        (self.shown, self.scroll) = (Shown::default(), Scroll::default());
        self.ask(outbox);
    }

    /// The next card that is still to be decided on; after the last of them the summary.
    fn advance(&mut self, outbox: &mut Outbox) {
        let Some(hand) = &self.hand else { return };
        match hand.next_open(self.at) {
            Some(next) => self.go(next, outbox),
            None => self.turn_to(Page::Summary),
        }
    }

    fn turn_to(&mut self, page: Page) {
        (self.page, self.scroll) = (page, Scroll::default());
    }

    /// To the first card that is still to be decided on, or else to the first that was skipped.
    fn resume(&mut self, outbox: &mut Outbox) {
        match self.hand.as_ref().and_then(Hand::first_left) {
            Some(at) => self.go(at, outbox),
            None => outbox.say(Tone::Note, "Every card is decided on. ← looks at them again.", ""),
        }
    }

    fn leave(&self, outbox: &mut Outbox) -> Turn {
        if let Some(hand) = &self.hand {
            let (text, hint) = (hand.progress(), "c comes back to the cards.");
            outbox.say(Tone::Note, format!("{text}."), hint);
        }
        Turn::Shelve
    }

    fn on_card(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        let last = self.hand.as_ref().map_or(0, |hand| hand.cards.len().saturating_sub(1));
        match action {
            Action::Skip => self.skip(outbox),
            Action::Left if self.at > 0 => self.go(self.at - 1, outbox),
            Action::Right if self.at < last => self.go(self.at + 1, outbox),
            Action::Right => self.turn_to(Page::Summary),
            other => return self.on_key(other, outbox),
        }
        Turn::Stay
    }

    /// What acts on the key itself, once it is known.
    fn on_key(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        let Some(details) = &self.shown.details else {
            self.scroll.act(action);
            return Turn::Stay;
        };
        let row = details.row.clone();
        match action {
            Action::ToggleStatus => return self.disable_or_ask(outbox),
            Action::Accept => return self.keep_or_ask(outbox),
            // The question above was answered with yes.
            Action::Submit if self.keeping => self.keep(outbox),
            Action::Submit => self.disable(outbox),
            Action::Rotate => {
                self.rotating = row.rotation.is_none().then_some(row.record.key);
                return Turn::Open(rotation_of(&row, outbox));
            }
            Action::Open => return Turn::Open(Box::new(Details::new(row))),
            Action::Mend => {
                let worst =
                    self.hand.as_ref().and_then(|hand| hand.cards.get(self.at)?.dealt.findings.first());
                if let Some(finding) = worst {
                    return Turn::Open(Box::new(FindingDetails::new(finding.clone(), None)));
                }
            }
            Action::CopyKey => copy_key(&row.record, outbox),
            other => self.scroll.act(other),
        }
        Turn::Stay
    }
}

impl Layer for Cards {
    fn places(&self) -> &'static [Place] {
        match (self.page, &self.hand) {
            (_, None) => &[Place::Reading],
            (Page::Card, _) => &[Place::Cards],
            (Page::Summary, _) => &[Place::CardsSummary],
        }
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        if self.hand.is_none() {
            if action == Action::Back {
                outbox.withdraw(Slot::Deck);
                return Turn::Close;
            }
            return Turn::Stay;
        }
        match (self.page, action) {
            (_, Action::Back) => return self.leave(outbox),
            (_, Action::TakeBack) => return self.take_back(outbox),
            (Page::Card, Action::Next) => self.turn_to(Page::Summary),
            (Page::Card, _) => return self.on_card(action, outbox),
            (Page::Summary, Action::Next | Action::Left) => self.turn_to(Page::Card),
            (Page::Summary, Action::Open) => self.resume(outbox),
            (Page::Summary, Action::Anew) => {
                *self = Self::new(&self.text);
                self.changed(outbox);
            }
            (Page::Summary, _) => self.scroll.act(action),
        }
        Turn::Stay
    }

    fn disabled(&self, action: Action) -> Option<String> {
        let hand = self.hand.as_ref()?;
        let row = self.shown.details.as_ref().map(|details| &details.row);
        let of_key = matches!(
            action,
            Action::Accept | Action::ToggleStatus | Action::Rotate | Action::Open | Action::CopyKey
        );
        if self.page == Page::Card && of_key && hand.cards.get(self.at).is_some_and(|card| card.gone) {
            return Some("This key was deleted meanwhile".into());
        }
        let deed = hand.cards.get(self.at).and_then(|card| card.deed.as_ref());
        match action {
            Action::Accept if self.page == Page::Card && matches!(deed, Some(Deed::Kept(_))) => {
                Some("This key is kept already".into())
            }
            Action::TakeBack if hand.story.is_empty() => Some("There is nothing to take back".into()),
            Action::ToggleStatus if row.is_some_and(|row| row.record.status == Status::Disabled) => {
                Some("This key is Disabled already".into())
            }
            Action::Accept if row.is_some_and(|row| row.record.status == Status::Disabled) => {
                Some("This key is Disabled: it has no findings".into())
            }
            Action::Rotate => row.and_then(not_rotated),
            _ => None,
        }
    }

    fn starts_rotation(&self) -> bool {
        self.shown.details.as_ref().is_none_or(|details| details.row.rotation.is_none())
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::Deck, Slot::Card, Slot::CardImpact, Slot::CardRhythm]
    }

    fn answered(&mut self, slot: Slot, result: &Result<Answer, Refusal>, outbox: &mut Outbox) -> Turn {
        match (slot, result) {
            (Slot::Deck, Ok(Answer::Deck(deck))) => {
                let hand = Hand::of(deck);
                if hand.cards.is_empty() {
                    let groups = if deck.groups > 0 { "What is found is about user groups." } else { "" };
                    outbox.say(Tone::Note, "No key has a finding.", groups);
                    return Turn::Close;
                }
                self.hand = Some(hand);
                self.go(0, outbox);
            }
            (Slot::Card, Ok(Answer::Key(details))) => {
                self.shown.details = Some(details.clone());
                self.compare(outbox);
            }
            (Slot::CardImpact, Ok(Answer::Impact(impact))) => self.shown.impact = Some(impact.clone()),
            (Slot::CardRhythm, Ok(Answer::Rhythm(rhythm))) => self.shown.rhythm = Some(rhythm.clone()),
            (Slot::Card, Err(Refusal::NoSuchKey(_))) => self.lose(),
            (Slot::Deck, Err(refusal)) => {
                outbox.refused(refusal);
                return Turn::Close;
            }
            (Slot::Card, Err(refusal)) if *refusal != Refusal::Cancelled => outbox.refused(refusal),
            _ => {}
        }
        Turn::Stay
    }

    fn awaits(&self) -> Option<RequestId> {
        self.work.as_ref().map(|work| work.id)
    }

    fn is_busy(&self) -> bool {
        self.work.is_some()
    }

    fn done(&mut self, result: Result<Done, Refusal>, outbox: &mut Outbox) -> Turn {
        self.worked(result, outbox);
        Turn::Stay
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        if self.hand.is_none() {
            let text = self.text.clone();
            outbox.ask(Slot::Deck, Query::Deck { text });
        } else {
            self.ask(outbox);
        }
    }

    fn covers(&self) -> bool {
        true
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        self.view(frame, area, stage);
    }
}

#[cfg(test)]
mod tests;
