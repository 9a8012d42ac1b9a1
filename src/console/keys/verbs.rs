//! What the verbs of API Keys do: to the marked keys if there are any, else to the key under the cursor.

use super::KeysScreen;
use crate::console::action::Action;
use crate::console::confirm::Confirm;
use crate::console::details::{Details, not_rotated, rotation_of};
use crate::console::effect::{Copy, Effect, Outbox, Slot, Tone};
use crate::console::event::Copied;
use crate::console::layer::Turn;
use crate::model::text::escape;
use crate::model::{ApiKey, Status};
use crate::registry::{Command, Impact, Query, Refusal, Selection, SelectionSummary};

/// Disables or enables one key, as shown.
pub fn toggle(record: &ApiKey) -> Command {
    Command::SetStatus {
        keys: Selection::of([record.key]),
        status: record.status.flipped(),
        expected: Some(1),
    }
}

/// Whether a command stops keys that somebody may be using.
fn stops(command: &Command) -> Option<&Selection> {
    match command {
        Command::SetStatus { keys, status: Status::Disabled, .. } => Some(keys),
        _ => None,
    }
}

/// Puts a Key on the clipboard.
pub fn copy_key(record: &ApiKey, outbox: &mut Outbox) {
    let text = record.key.as_str().to_owned().into();
    outbox.effects.push(Effect::Copy(Copy { what: Copied::Key, text }));
}

impl KeysScreen {
    /// Why an action cannot be done now.
    pub fn disabled(&self, action: Action) -> Option<String> {
        let no_key = self.rows.has_none();
        match action {
            Action::Undo if self.undo.is_empty() && self.pending.is_empty() => {
                Some("There is nothing to undo".into())
            }
            Action::Open
            | Action::Edit
            | Action::ToggleStatus
            | Action::CopyKey
            | Action::Delete
            | Action::DeleteHint
            | Action::Story
            | Action::Rotate
            | Action::Mark
            | Action::MarkRange
            | Action::MarkAll
                if no_key =>
            {
                Some("There is no key here".into())
            }
            Action::Rotate => self.current().and_then(not_rotated),
            _ => None,
        }
    }

    /// Whether an action has to wait for rows or for the door before it can be known what it means.
    pub fn must_wait(&self, action: Action) -> bool {
        let acts_on_row = matches!(
            action,
            Action::Open
                | Action::Edit
                | Action::ToggleStatus
                | Action::CopyKey
                | Action::Delete
                | Action::Rotate
                | Action::Story
                | Action::Mark
                | Action::MarkRange
                | Action::MarkAll
        );
        let acts_on_store = matches!(
            action,
            Action::ToggleStatus
                | Action::Undo
                | Action::Delete
                | Action::Edit
                | Action::Open
                | Action::Rotate
        );
        let unknown = self.rows.is_coming() || self.verb.is_some() || self.range_fetches();
        (acts_on_row && unknown) || (acts_on_store && !self.pending.is_empty())
    }

    /// Does what the person means.
    pub fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        if self.rows.travel(action) {
            self.see_range();
            return Turn::Stay;
        }
        match action {
            Action::Sort(column) => self.sort_by(column, outbox),
            Action::Filter => self.filter.open(),
            Action::Mark => self.mark(outbox),
            Action::MarkRange if self.range.is_some() => self.fix_range(outbox),
            Action::MarkRange => self.begin_range(),
            Action::MarkAll => {
                self.drop_range();
                self.marks.all(self.key_filter().resolved(outbox.now));
                self.count(outbox);
            }
            Action::Back => self.back(outbox),
            Action::Open => return self.open(),
            Action::Rotate => {
                if let Some(row) = self.current() {
                    return Turn::Open(rotation_of(row, outbox));
                }
            }
            Action::Edit => {
                if let Some(key) = self.current().map(|row| row.record.key) {
                    outbox.ask(Slot::Edit, Query::Key { key });
                }
            }
            Action::ToggleStatus | Action::Delete => return self.verb(action, outbox),
            Action::DeleteHint => outbox.say(Tone::Note, "D deletes, for ever. t disables.", ""),
            Action::Undo => match self.last_undo() {
                Some(undo) => self.commit(Command::UndoStatus { undo }, outbox),
                None => outbox.say(Tone::Note, "There is nothing to undo.", ""),
            },
            Action::CopyKey => {
                if let Some(row) = self.current() {
                    copy_key(&row.record, outbox);
                }
            }
            Action::Story => {
                if let Some(row) = self.current() {
                    return Turn::Story(row.record.key, escape(row.record.description.as_str()).into_owned());
                }
            }
            _ => {}
        }
        Turn::Stay
    }

    fn mark(&mut self, outbox: &mut Outbox) {
        if self.range.is_some() {
            self.fix_range(outbox);
            return;
        }
        if let Some(row) = self.rows.current() {
            self.marks.toggle(&row.record);
            self.count(outbox);
            self.rows.move_by(1);
        }
    }

    /// One layer back: the range, then the marks, then the filter, then the order.
    fn back(&mut self, outbox: &mut Outbox) {
        if self.drop_range() {
            return;
        }
        if !self.marks.is_empty() {
            self.marks.clear();
            outbox.close(Slot::Marked);
        } else if self.filter.clear() {
            self.refilter(outbox);
        }
    }

    fn open(&self) -> Turn {
        self.current().map_or(Turn::Stay, |row| Turn::Open(Box::new(Details::new(row.clone()))))
    }

    /// On marks: first asks what they amount to. A range becomes marks first, and the verb waits for that.
    fn verb(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        self.fix_range(outbox);
        if self.range.is_some() {
            return Turn::Stay;
        }
        if !self.marks.is_empty() {
            let keys = self.marks.selection();
            outbox.ask(Slot::Verb, Query::Selected { keys: keys.clone() });
            self.verb = Some((action, keys));
            return Turn::Stay;
        }
        let Some(record) = self.current().map(|row| row.record.clone()) else { return Turn::Stay };
        if action == Action::Delete {
            return Turn::Open(Box::new(Confirm::delete_key(&record)));
        }
        self.switch(&record, outbox);
        Turn::Stay
    }

    /// The marks were counted, for the status line. A filter that names the status means other keys once the status
    /// changed: such marks go, before the next verb takes them for the same keys.
    pub fn counted(&mut self, summary: &SelectionSummary) {
        if self.meant.take().is_some_and(|meant| meant != summary.total) {
            return self.marks.clear();
        }
        self.marks.counted(summary.total);
    }

    /// The door would not say what a verb on marks amounts to.
    pub fn drop_verb(&mut self, refusal: &Refusal) {
        self.verb = None;
        if let Refusal::NoSuchKey(key) = refusal {
            self.marks.forget(key);
        }
    }

    /// The marks were counted, for the verb that waits.
    pub fn weighed(&mut self, summary: &SelectionSummary, outbox: &mut Outbox) -> Turn {
        let Some((action, keys)) = self.verb.take() else { return Turn::Stay };
        if summary.total == 0 {
            self.marks.clear();
            outbox.say(Tone::Note, "None of the marked keys is there any more.", "");
            return Turn::Stay;
        }
        if action == Action::Delete {
            let only = summary.first.as_ref().filter(|_| summary.total == 1);
            return Turn::Open(Box::new(match only {
                Some(row) => Confirm::delete_key(&row.record),
                None => Confirm::delete_keys(keys, summary.total, summary.active),
            }));
        }
        let status = if summary.active > 0 { Status::Disabled } else { Status::Active };
        self.careful(Command::SetStatus { keys, status, expected: Some(summary.total) }, outbox);
        Turn::Stay
    }

    /// Disables or enables one key, at once where nobody ever called with it.
    fn switch(&mut self, record: &ApiKey, outbox: &mut Outbox) {
        match record.last_used {
            None => self.commit(toggle(record), outbox),
            Some(_) => self.careful(toggle(record), outbox),
        }
    }

    /// Gives a command to the door; where it stops keys, only once it is known who would break by it.
    pub fn careful(&mut self, command: Command, outbox: &mut Outbox) {
        match stops(&command).cloned() {
            None => self.commit(command, outbox),
            Some(keys) => {
                outbox.ask(Slot::Impact, Query::Impact { keys });
                self.careful = Some(command);
            }
        }
    }

    /// It is known who would break: if anybody, the person is asked, and else it is done at once.
    pub fn judged(&mut self, impact: Impact, outbox: &mut Outbox) -> Turn {
        let Some(command) = self.careful.take() else { return Turn::Stay };
        if impact.breaks > 0 {
            return Turn::Open(Box::new(Confirm::stop(impact, command)));
        }
        self.commit(command, outbox);
        Turn::Stay
    }

    /// The door would not say who would break.
    pub fn drop_careful(&mut self) {
        self.careful = None;
    }
}
