//! The work that update asks for, and the outbox it puts it in.
//!
//! Knows nothing of how the work is done: threads, terminal and clipboard carry it out.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

use super::event::Copied;
use crate::credential::Secret;
use crate::model::{KeyId, Time};
use crate::registry::{Command, Query, Refusal, Ticket};

/// Number of one command or query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What a query is asked for. A newer query for the same thing makes the older one pointless and cancels it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// Rows of the screen API Keys.
    Keys,
    /// Keys of a range that is longer than the screen.
    Range,
    /// The rotation that is open.
    Rotation,
    /// What the marks amount to, for the status line.
    Marked,
    /// What the marks amount to, for the verb that was pressed.
    Verb,
    /// The record behind the details.
    Details,
    /// Counts for the dashboard line while the arrows are in it.
    Dashboard,
    /// Who uses the key in the details.
    DetailsImpact,
    /// Why the key in the details stopped.
    DetailsStanding,
    /// Who would break by the command that was given.
    Impact,
    /// Who would break by what a question is about.
    ConfirmImpact,
    /// Who uses the key in the form.
    FormImpact,
    /// The record to be edited.
    Edit,
    /// The group that was opened.
    Group,
    /// Rows of the screen User Groups.
    Groups,
    /// Rows of the screen Logon History.
    History,
    /// How the key under its cursor is used.
    Rhythm,
    /// How the key of the logon that is open is used.
    Logon,
    /// Why the logon that is open was refused.
    Why,
    /// What is opened to mend it.
    Mend,
    /// The keys of the group that is being edited.
    GroupKeys,
    /// The groups that permissions can be copied from.
    GroupChoices,
    /// The group that permissions are copied from.
    GroupCopy,
    /// What an edit of a group gives and takes.
    GroupPreview,
    /// What it would have refused last week.
    GroupReplay,
    /// What a member of a group may do.
    ViewAs,
    /// Rows of the screen Changes.
    Changes,
    /// Rows of the screen Review.
    Review,
    /// A key that was found at the leak desk.
    Leak,
    /// The findings that are accepted.
    Accepted,
    /// All that the finding in front rests on.
    Evidence,
    /// The keys of the review, for its cards.
    Deck,
    /// The record on the card in front.
    Card,
    /// Who uses it.
    CardImpact,
    /// How it is used.
    CardRhythm,
    /// Counts, revision, health.
    Overview,
    /// A form's list of groups to pick from.
    FormGroups,
    /// A form's look for a description in use.
    FormDescription,
}

impl Slot {
    /// Whether no verb depends on its answer, so that none waits for it.
    pub const fn is_aside(self) -> bool {
        matches!(self, Self::GroupReplay | Self::CardRhythm | Self::Evidence)
    }
}

/// A text for the clipboard. Wiped when dropped; `Debug` does not show it.
pub struct Copy {
    /// What it is.
    pub what: Copied,
    /// The text.
    pub text: Zeroizing<String>,
}

impl fmt::Debug for Copy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Copy({:?}, ..)", self.what)
    }
}

/// Work to do outside.
#[derive(Debug)]
pub enum Effect {
    /// Give a command to the door; the answer is [`super::Event::Done`].
    Execute {
        /// Its number.
        id: RequestId,
        /// The command.
        command: Box<Command>,
        /// Tells how far it is.
        ticket: Ticket,
    },
    /// Ask the door; the answer is [`super::Event::Answered`].
    Ask {
        /// Its number.
        id: RequestId,
        /// What for.
        slot: Slot,
        /// The query.
        query: Query,
    },
    /// Nobody wants the answer of this slot any more: work on it ends.
    Withdraw(Slot),
    /// Ask the door whose Secrets these are; the answer is [`super::Event::Traced`].
    Trace {
        /// Its number.
        id: RequestId,
        /// The Secrets; wiped once the door has looked at them.
        secrets: Vec<Secret>,
    },
    /// Put a text on the clipboard; the answer is [`super::Event::Clipboard`].
    Copy(Copy),
    /// Clear the clipboard now, if our text is still on it.
    ClearClipboard,
    /// Capture the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Give the terminal back to the shell until the person returns.
    Suspend,
    /// Forget both buffers and paint everything again.
    Repaint,
    /// Leave.
    Quit,
}

/// How a toast sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Good,
    /// Something to know.
    Note,
    /// Something to be careful about.
    Warning,
    /// Something failed.
    Bad,
}

/// One message to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// How it sounds.
    pub tone: Tone,
    /// One sentence; escaped already.
    pub text: String,
    /// The next step; escaped already, may be empty.
    pub hint: String,
    /// When it goes away, on the clock's ticks.
    pub until: Duration,
}

/// Where update and the layers put what they want done, with the time they may know.
#[derive(Debug)]
pub struct Outbox {
    /// The wall clock as of this event.
    pub now: Time,
    /// The clock's ticks as of this event.
    pub ticks: Duration,
    /// What is to be done, in order.
    pub effects: Vec<Effect>,
    /// The message on screen.
    pub toast: Option<Toast>,
    /// The key that the cursor of API Keys should go to with the next page.
    pub follow: Option<KeyId>,
    latest: HashMap<Slot, RequestId>,
    next: u64,
}

impl Outbox {
    /// An empty one at this time.
    pub fn at(now: Time, ticks: Duration) -> Self {
        Self { now, ticks, effects: Vec::new(), toast: None, follow: None, latest: HashMap::new(), next: 0 }
    }

    fn number(&mut self) -> RequestId {
        self.next += 1;
        RequestId(self.next)
    }

    /// Gives a command to the door.
    pub fn execute(&mut self, command: Command) -> RequestId {
        self.execute_seen(command).0
    }

    /// Gives a command to the door; the ticket tells how far it is.
    pub fn execute_seen(&mut self, command: Command) -> (RequestId, Ticket) {
        let (id, ticket) = (self.number(), Ticket::new());
        self.effects.push(Effect::Execute { id, command: Box::new(command), ticket: ticket.clone() });
        (id, ticket)
    }

    /// Asks the door. An answer to an older query of the same slot will not be delivered any more.
    pub fn ask(&mut self, slot: Slot, query: Query) -> RequestId {
        let id = self.number();
        self.latest.insert(slot, id);
        self.effects.push(Effect::Ask { id, slot, query });
        id
    }

    /// Whether this is the answer to the latest query of its slot.
    pub fn is_latest(&self, slot: Slot, id: RequestId) -> bool {
        self.latest.get(&slot) == Some(&id)
    }

    /// Whether a query of this slot is still to be answered.
    pub fn is_open(&self, slot: Slot) -> bool {
        self.latest.contains_key(&slot)
    }

    /// The latest query of this slot is answered, or nobody wants the answer any more.
    pub fn close(&mut self, slot: Slot) {
        self.latest.remove(&slot);
    }

    /// As [`Outbox::close`], and whoever works on the answer stops.
    pub fn withdraw(&mut self, slot: Slot) {
        if self.latest.remove(&slot).is_some() {
            self.effects.push(Effect::Withdraw(slot));
        }
    }

    /// Asks the door whose Secrets these are.
    pub fn trace(&mut self, secrets: Vec<Secret>) -> RequestId {
        let id = self.number();
        self.effects.push(Effect::Trace { id, secrets });
        id
    }

    /// Says something. Text and hint must be escaped where they are not our own words.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>, hint: impl Into<String>) {
        let (text, hint) = (text.into(), hint.into());
        // Long messages stay longer: about 15 characters a second, and twice that time.
        let seconds = 4 + u64::try_from((text.len() + hint.len()) / 12).unwrap_or(0);
        let stay = if tone == Tone::Bad { seconds * 3 } else { seconds };
        self.toast = Some(Toast { tone, text, hint, until: self.ticks + Duration::from_secs(stay) });
    }

    /// A key was pressed: a message that only hinted goes, it was about the key before.
    pub fn pass_note(&mut self) {
        self.toast.take_if(|toast| toast.tone == Tone::Note);
    }

    /// Says why the door refused.
    pub fn refused(&mut self, refusal: &Refusal) {
        let text = crate::model::text::escape(&refusal.to_string()).into_owned();
        let hint = crate::model::text::escape(&refusal.hint()).into_owned();
        self.say(Tone::Bad, text, hint);
    }
}
