//! What is under way at the door, and what the screen says when it comes back.

use super::KeysScreen;
use crate::clock::relative;
use crate::console::draw::grouped;
use crate::console::effect::{Outbox, RequestId, Tone};
use crate::console::marks::means;
use crate::model::text::escape;
use crate::model::{ApiKey, Status, Time};
use crate::registry::{Advance, Command, Done, Outcome, Receipt, Refusal, Selection, Ticket};

/// What is being done when a status change is taken back.
const UNDOING: &str = "Undoing";

/// One command under way.
#[derive(Debug)]
pub struct Pending {
    id: RequestId,
    keys: Selection,
    /// What a row shows meanwhile.
    word: &'static str,
    /// What is being done, for the progress.
    doing: &'static str,
    ticket: Ticket,
    /// Saved at this revision; the rows on screen may still be older.
    saved: Option<u64>,
}

impl Pending {
    /// The word for a row it means.
    pub fn word_for(&self, record: &ApiKey) -> Option<&'static str> {
        means(&self.keys, record).then_some(self.word)
    }

    /// Whether the door still works on it.
    pub fn is_under_way(&self) -> bool {
        self.saved.is_none()
    }

    /// `Disabling 12,000 of 100,000`, once the door has said how far it is.
    pub fn progress(&self) -> Option<String> {
        let (done, total) = self.ticket.seen().filter(|_| self.saved.is_none())?;
        Some(format!("{} {} of {}", self.doing, grouped(done), grouped(total)))
    }
}

impl KeysScreen {
    /// Gives a command to the door; the rows it means are pending till it is saved.
    pub fn commit(&mut self, command: Command, outbox: &mut Outbox) {
        let (keys, word, doing) = match &command {
            Command::SetStatus { keys, status, .. } => {
                let doing = if *status == Status::Active { "Enabling" } else { "Disabling" };
                (keys.clone(), status.name(), doing)
            }
            Command::DeleteKeys { keys, .. } => (keys.clone(), "Deleting", "Deleting"),
            Command::UndoStatus { .. } => (Selection::default(), "", UNDOING),
            Command::AdvanceRotation { pair, step } => {
                let word = match step {
                    Advance::Disable => Status::Disabled.name(),
                    Advance::Enable => Status::Active.name(),
                    Advance::Verify => "Saving",
                };
                (Selection::of([pair.old]), word, "Saving")
            }
            Command::FinishRotation { pair, .. } | Command::AbandonRotation { pair } => {
                (Selection::of([pair.old]), "Saving", "Saving")
            }
            _ => (Selection::default(), "", "Saving"),
        };
        let (id, ticket) = outbox.execute_seen(command);
        self.pending.push(Pending { id, keys, word, doing, ticket, saved: None });
    }

    /// Whether this command was given by this screen.
    pub fn awaits(&self, id: RequestId) -> bool {
        self.pending.iter().any(|pending| pending.id == id)
    }

    /// Takes what came of a command of this screen.
    pub fn done(&mut self, id: RequestId, result: Result<Done, Refusal>, outbox: &mut Outbox) {
        let Some(place) = self.pending.iter().position(|pending| pending.id == id) else { return };
        match result {
            Ok(done) => {
                self.pending[place].saved = Some(done.revision);
                let of_filter = self.pending[place].keys.matching.is_some();
                self.report(self.pending[place].doing == UNDOING, of_filter, done.outcome, outbox);
            }
            Err(refusal) => {
                self.pending.remove(place);
                self.refused(&refusal, outbox);
            }
        }
        self.outdate();
    }

    fn refused(&mut self, refusal: &Refusal, outbox: &mut Outbox) {
        match refusal {
            Refusal::NothingToUndo => {
                self.undo.pop();
            }
            // Somebody else deleted a marked key: without it the next try can succeed.
            Refusal::NoSuchKey(key) => self.marks.forget(key),
            _ => {}
        }
        self.count(outbox);
        outbox.refused(refusal);
    }

    fn report(&mut self, undoing: bool, of_filter: bool, outcome: Outcome, outbox: &mut Outbox) {
        match outcome {
            Outcome::StatusSet { status, receipt } if undoing => {
                self.undo.pop();
                let text = format!("{} {} again.", verb(status), subject(&receipt));
                let kept = match receipt.unchanged {
                    0 => String::new(),
                    n => format!("{} changed since and left alone.", count(n, "was", "were")),
                };
                outbox.say(Tone::Good, text, kept);
            }
            Outcome::StatusSet { status, receipt } if receipt.changed == 0 => {
                outbox.say(Tone::Note, format!("Nothing to do: {} already.", status.name()), "");
            }
            Outcome::StatusSet { status, receipt } => {
                self.undo.extend(receipt.undo);
                self.meant = of_filter.then_some(receipt.changed + receipt.unchanged);
                let already = match receipt.unchanged {
                    0 => String::new(),
                    n => format!(" ({} already)", count(n, "was", "were")),
                };
                let mut text = format!("{} {}{already}.", verb(status), subject(&receipt));
                if receipt.undo.is_some() {
                    text.push_str(" u undoes.");
                }
                let hint =
                    if status == Status::Disabled { reminder(&receipt, outbox.now) } else { String::new() };
                outbox.say(Tone::Good, text, hint);
            }
            Outcome::KeysDeleted(receipt) => {
                self.marks.clear();
                let hint = last_call(&receipt, outbox.now);
                outbox.say(Tone::Good, format!("Deleted {} for ever.", subject(&receipt)), hint);
            }
            Outcome::RotationAdvanced { step, receipt, .. } => match step {
                Advance::Verify => outbox.say(Tone::Good, "Marked as verified.", ""),
                Advance::Enable => outbox.say(Tone::Good, "The old key is accepted again.", ""),
                Advance::Disable => {
                    let text = format!("Disabled {}. t in its rotation takes that back.", subject(&receipt));
                    outbox.say(Tone::Good, text, last_call(&receipt, outbox.now));
                }
            },
            Outcome::RotationEnded(ended) => {
                let [first, second] = ended.sentences();
                outbox.say(Tone::Good, format!("{first}."), format!("{second}."));
            }
            Outcome::GroupDeleted(code) => outbox.say(Tone::Good, format!("Deleted user group {code}."), ""),
            _ => {}
        }
        self.count(outbox);
    }

    /// The rows cannot be read again: what was saved is no longer pending all the same.
    pub fn fail(&mut self) {
        self.rows.fail();
        self.pass();
    }

    /// No row of this screen is seen, nor asked for: what was saved is no longer pending.
    pub fn pass(&mut self) {
        self.pending.retain(Pending::is_under_way);
    }

    /// The rows on screen are of this revision: what was saved up to it is no longer pending.
    pub(super) fn settle(&mut self, revision: u64) {
        self.pending.retain(|pending| pending.saved.is_none_or(|saved| saved > revision));
    }
}

/// The word for what was done.
const fn verb(status: Status) -> &'static str {
    match status {
        Status::Active => "Enabled",
        Status::Disabled => "Disabled",
    }
}

/// "HR System Integration", or "12 keys".
fn subject(receipt: &Receipt) -> String {
    match &receipt.first {
        Some(description) if receipt.changed == 1 => escape(description.as_str()).into_owned(),
        _ => count(receipt.changed, "key", "keys"),
    }
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// What a disable means for the system that used the key.
pub fn reminder(receipt: &Receipt, now: Time) -> String {
    let whose = if receipt.changed == 1 { "Its system needs" } else { "Their systems need" };
    format!("{whose} a replacement key first. {}", last_call(receipt, now))
}

/// The evidence: the last accepted call, and the sessions that were closed.
fn last_call(receipt: &Receipt, now: Time) -> String {
    let said = |word: &str, text: Option<&String>| {
        text.map_or_else(String::new, |text| format!(" {word} {}", escape(text)))
    };
    let text = receipt.last_used.map_or_else(
        || "No call was ever accepted.".to_owned(),
        |at| {
            let source = said("from", receipt.last_source.as_ref());
            let agent = said("by", receipt.last_agent.as_ref());
            format!("Last accepted call {}{source}{agent}.", relative(at, now))
        },
    );
    match receipt.sessions {
        0 => text,
        n => format!("{text} {} closed.", count(n, "session", "sessions")),
    }
}
