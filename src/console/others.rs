//! Which rows somebody else changed while this console is open: another console, a command, another account.
//!
//! A change is known by its revision. Those of this console's own commands are told apart by what the door answered;
//! while one of them is under way nothing newer is judged. A mark goes when the cursor leaves its row, or with time.

use std::collections::{BTreeSet, HashSet};

use super::effect::RequestId;
use crate::clock::relative;
use crate::model::text::escape;
use crate::model::{Account, Time};
use crate::registry::{Done, Ended, Outcome};

/// The sign of such a row.
pub const SIGN: &str = "~";
/// How long it stays, in seconds.
const STAYS: i64 = 10 * 60;

/// Who changed it and when, in words.
pub fn words(by: &Account, time: Time, now: Time) -> String {
    format!("{SIGN} changed by {} {}", escape(by.as_str()), relative(time, now))
}

/// What is known of the changes of others.
#[derive(Debug, Default)]
pub struct Others {
    /// The store's revision when this console saw it first.
    since: Option<u64>,
    /// First and last revision of each own command.
    own: Vec<(u64, u64)>,
    /// Own commands under way.
    under_way: BTreeSet<RequestId>,
    /// Up to here it was known whose a change was when the first of them began.
    judged: u64,
    /// Changes whose rows the cursor was on.
    seen: HashSet<u64>,
}

impl Others {
    /// The store is at this revision.
    pub fn opened(&mut self, revision: u64) {
        self.since.get_or_insert(revision);
    }

    /// A command was given while the store was at this revision, as far as is known.
    pub fn begun(&mut self, id: RequestId, revision: u64) {
        if self.under_way.is_empty() {
            self.judged = revision;
        }
        self.under_way.insert(id);
    }

    /// A command came to this, if it was not refused.
    pub fn ended(&mut self, id: RequestId, done: Option<&Done>) {
        self.under_way.remove(&id);
        let Some(done) = done else { return };
        let count = match &done.outcome {
            Outcome::StatusSet { receipt, .. } | Outcome::KeysDeleted(receipt) => receipt.changed,
            Outcome::KeysImported(count)
            | Outcome::SightingsNoted { noted: count, .. }
            | Outcome::SightingsForgotten { forgotten: count, .. } => *count,
            Outcome::DemoFilled { groups, keys } => groups + keys,
            Outcome::RotationStarted { changes, .. }
            | Outcome::RotationAdvanced { changes, .. }
            | Outcome::RotationEnded(Ended { changes, .. }) => *changes,
            Outcome::KeyCreated(_)
            | Outcome::KeyEdited(_)
            | Outcome::CopiedConfirmed(_)
            | Outcome::GroupCreated(_)
            | Outcome::GroupEdited(_)
            | Outcome::GroupDeleted(_)
            | Outcome::FindingAccepted(_)
            | Outcome::AcceptanceWithdrawn(_) => 1,
        };
        if count == 0 {
            return;
        }
        let first = (done.revision + 1).saturating_sub(count);
        match self.own.last_mut() {
            Some((_, last)) if *last + 1 == first => *last = done.revision,
            _ => self.own.push((first, done.revision)),
        }
    }

    /// Whether the change of this revision, made at this time, is somebody else's and still news.
    pub fn made(&self, revision: u64, time: Time, now: Time) -> bool {
        let Some(since) = self.since else { return false };
        let news = revision > since && now.0.saturating_sub(time.0) < STAYS && !self.seen.contains(&revision);
        let judged = self.under_way.is_empty() || revision <= self.judged;
        news && judged && !self.own.iter().any(|(first, last)| (*first..=*last).contains(&revision))
    }

    /// The cursor was on its row.
    pub fn seen(&mut self, revision: u64) {
        self.seen.insert(revision);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::Event;
    use crate::console::bench::{NOW, done, record};
    use crate::console::play::Play;
    use crate::registry::{Receipt, Touch};

    fn opened() -> Others {
        let mut others = Others::default();
        others.opened(10);
        others
    }

    #[test]
    fn a_change_of_someone_else_is_news_for_ten_minutes() {
        let others = opened();
        let made = |revision, ago| others.made(revision, Time(NOW.0 - ago), NOW);
        assert!(made(11, 0) && made(11, 599));
        assert!(!made(11, 600), "it fades");
        assert!(!made(10, 0), "it was there when the console opened");
        assert!(!Others::default().made(11, NOW, NOW), "nothing is known yet");
    }

    #[test]
    fn own_changes_are_none_and_nothing_is_judged_before_it_is_known_whose_it_is() {
        let mut others = opened();
        others.begun(RequestId(1), 12);
        assert!(others.made(12, NOW, NOW) && !others.made(13, NOW, NOW));
        let receipt = Receipt { changed: 3, ..Receipt::default() };
        let outcome = Outcome::StatusSet { status: crate::model::Status::Disabled, receipt };
        others.ended(RequestId(1), Some(&Done { revision: 16, outcome, fresh: None }));
        let made: Vec<u64> = (11..18).filter(|revision| others.made(*revision, NOW, NOW)).collect();
        assert_eq!(made, [11, 12, 13, 17]);
        others.begun(RequestId(2), 17);
        others.ended(RequestId(2), None);
        assert!(others.made(17, NOW, NOW), "a refused command made nothing");
        others.ended(RequestId(3), Some(&done(Outcome::KeyEdited(record("x")))));
        assert!(others.made(17, NOW, NOW));
    }

    /// Somebody else changes the key on this row.
    fn change(play: &mut Play, row: usize) {
        play.keys[row].revision = 100 + row as u64;
        play.keys[row].record.modified = play.app.outbox.now;
        play.keys[row].record.modified_by = "eve".parse().unwrap();
        play.tell();
    }

    fn signs(play: &Play) -> usize {
        play.screen().lines().take_while(|line| *line != "--").filter(|line| line.starts_with(SIGN)).count()
    }

    #[test]
    fn rows_that_someone_else_changed_are_marked_until_the_cursor_was_there_or_with_time() {
        let mut play = Play::open(12, (100, 24), false);
        assert_eq!(signs(&play), 0);
        change(&mut play, 2);
        change(&mut play, 4);
        assert_eq!(signs(&play), 2, "{}", play.screen());
        play.press("jj");
        assert!(play.screen().contains("~ changed by eve now"), "{}", play.screen());
        assert_eq!(signs(&play), 2, "under the cursor it is still there");
        play.press("k");
        assert_eq!(signs(&play), 1);
        change(&mut play, 0);
        play.app.outbox.now = Time(NOW.0 + STAYS);
        play.event(Event::Tick);
        assert_eq!(signs(&play), 0, "{}", play.screen());
        change(&mut play, 1);
        play.press("<enter><esc>");
        assert_eq!(signs(&play), 0, "it was opened");
    }

    #[test]
    fn what_this_console_does_itself_is_not_marked() {
        let mut play = Play::open(12, (100, 24), true);
        play.press("jt");
        play.keys[1].revision = 8;
        play.keys[1].record.modified = NOW;
        play.press("k").event(Event::Changed(8));
        assert_eq!(signs(&play), 0, "{}", play.screen());
        play.keys[1].revision = 9;
        play.tell();
        assert_eq!(signs(&play), 1, "control: the next change of the same row is someone else's");
    }

    #[test]
    fn a_group_that_someone_else_changed_is_marked_and_told() {
        let mut play = Play::open(3, (100, 24), true);
        play.press("<tab>");
        play.touched = Some(Touch { revision: 50, time: NOW, by: "eve".parse().unwrap() });
        play.tell();
        assert_eq!(signs(&play), 2, "{}", play.screen());
        assert!(play.screen().contains("~ changed by eve now"), "{}", play.screen());
        play.press("?");
        assert!(play.screen().contains("~ changed by someone else"), "{}", play.screen());
    }

    #[test]
    fn what_the_cursor_was_on_is_no_news_until_it_changes_again() {
        let mut others = opened();
        others.seen(11);
        assert!(!others.made(11, NOW, NOW) && others.made(12, NOW, NOW));
    }
}
