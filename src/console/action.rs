//! What the person means: every verb of the console, free of the keys that carry it.
//!
//! Knows nothing of keys; the keymap says which key means what where.

use super::event::KeyEvent;
use crate::registry::{Column, LogonColumn};

/// What the person means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// One row or field up.
    Up,
    /// One row or field down.
    Down,
    /// A screen up, less one row.
    PageUp,
    /// A screen down, less one row.
    PageDown,
    /// The first row.
    Top,
    /// The last row.
    Bottom,
    /// The cell or choice before.
    Left,
    /// The next cell or choice.
    Right,
    /// The next screen.
    NextScreen,
    /// The screen before.
    PreviousScreen,
    /// Sort by a column, or back to the default order.
    Sort(Option<Column>),
    /// Sort the logon history by a column, or back to the default order.
    SortLogons(Option<LogonColumn>),
    /// The dashboard line: arrows choose, Enter goes there.
    Dashboard,
    /// Open the filter line.
    Filter,
    /// Mark the row, or take the mark away, and move down.
    Mark,
    /// Begin or end a range of marks.
    MarkRange,
    /// Mark all that match the filter.
    MarkAll,
    /// One layer back.
    Back,
    /// Make a new one.
    New,
    /// Open the row.
    Open,
    /// Edit the row.
    Edit,
    /// Active to Disabled and back.
    ToggleStatus,
    /// Take back the last status change.
    Undo,
    /// Copy the Key.
    CopyKey,
    /// Delete for ever.
    Delete,
    /// Say which key deletes.
    DeleteHint,
    /// The rotation of this key: start it, or show how far it is.
    Rotate,
    /// Say that the successor works.
    Verify,
    /// Take a rotation back; among the cards of a review the last decision.
    TakeBack,
    /// One card a key, to be decided on.
    Cards,
    /// Live with a finding until a date; on a card, with all of its key.
    Accept,
    /// The findings that are accepted.
    Accepted,
    /// Paste text and see which keys are in it.
    LeakDesk,
    /// Note a key as leaked.
    NoteLeak,
    /// Decide on this card later.
    Skip,
    /// Begin anew, as things are now.
    Anew,
    /// The whole story of one key.
    Story,
    /// Say why a Secret cannot be shown.
    ExplainSecret,
    /// Ask what a member of a group may do.
    ViewAs,
    /// Copy the permissions of another group.
    CopyFrom,
    /// Ask why a call was refused, by its reference.
    Why,
    /// Go where a refusal is mended.
    Mend,
    /// The list of all actions.
    Palette,
    /// Leave the program.
    Quit,
    /// `^C`: leave the program, even from within a layer.
    Interrupt,
    /// Give the terminal back to the shell for a while.
    Suspend,
    /// Paint everything again.
    Repaint,
    /// The next field.
    Next,
    /// The field before.
    Previous,
    /// Enter: take what is focused.
    Submit,
    /// `^S`: save from any field.
    Save,
    /// Copy the Secret.
    CopySecret,
    /// Copy Key and Secret as two lines.
    CopyBoth,
    /// A key for the focused text.
    Type(KeyEvent),
}

impl Action {
    /// Whether it moves the cursor of a table.
    pub const fn is_travel(self) -> bool {
        matches!(self, Self::Up | Self::Down | Self::PageUp | Self::PageDown | Self::Top | Self::Bottom)
    }

    /// Whether it has to wait until the store is verified: all that needs its records, or goes elsewhere.
    pub const fn needs_store(self) -> bool {
        !(self.is_travel()
            || matches!(
                self,
                Self::Left
                    | Self::Right
                    | Self::Filter
                    | Self::Type(_)
                    | Self::Submit
                    | Self::Back
                    | Self::Palette
                    | Self::Why
                    | Self::Quit
                    | Self::Interrupt
                    | Self::Suspend
                    | Self::Repaint
            ))
    }
}
