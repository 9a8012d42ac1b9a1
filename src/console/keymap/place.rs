//! The parts of the console in which bindings apply.
//!
//! Which of them apply now is told by the app and its layers.

/// A part of the console in which bindings apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Everywhere, whatever lies on top.
    Always,
    /// All screens.
    Screens,
    /// Every table.
    Table,
    /// The screen API Keys.
    Keys,
    /// The screen User Groups.
    Groups,
    /// The screen Logon History.
    History,
    /// The screen Changes.
    Changes,
    /// The screen Review.
    Review,
    /// The first screen of an empty store.
    Welcome,
    /// A page of the editor of a group.
    Group,
    /// The description in the editor of a group (text).
    GroupText,
    /// The name of a new table or menu item (text).
    GroupName,
    /// The operator of a condition.
    FilterChoice,
    /// A text of a record filter: field, value, scheme (text).
    FilterText,
    /// The panel View as, on its choice.
    ViewAs,
    /// The panel View as, on a text (text).
    ViewAsText,
    /// The dashboard line.
    Dashboard,
    /// The filter line (text).
    Filter,
    /// A form whose field is a choice.
    Form,
    /// A form whose field is a text (text).
    FormText,
    /// A list to pick from (text filters it).
    Picker,
    /// A question with buttons.
    Confirm,
    /// Two versions of a record, and which one it shall be.
    Collision,
    /// A question that wants a text typed (text).
    Typing,
    /// The details of a key.
    Details,
    /// Why a Secret cannot be shown, of a key that can be rotated.
    Secret,
    /// The rotation of a key.
    Rotation,
    /// One logon, or one refusal and why.
    Logon,
    /// One finding of the review.
    Finding,
    /// The leak desk, on what is typed (text).
    LeakText,
    /// The leak desk, on what was found.
    Leaks,
    /// The findings that are accepted.
    Accepted,
    /// A card of the review.
    Cards,
    /// What became of the cards.
    CardsSummary,
    /// The details of a change or of a group, or an explanation.
    Reading,
    /// Key and Secret of a new key.
    Reveal,
    /// The reveal's field for the last 4 characters (text).
    RevealProof,
    /// The list of actions (text filters it).
    Palette,
}

impl Place {
    /// Whether keys that are bound to nothing here are text.
    pub const fn is_text(self) -> bool {
        matches!(
            self,
            Self::Filter
                | Self::GroupText
                | Self::GroupName
                | Self::FilterText
                | Self::ViewAsText
                | Self::FormText
                | Self::Picker
                | Self::Typing
                | Self::LeakText
                | Self::RevealProof
                | Self::Palette
        )
    }

    /// The heading in the list of actions and in the README.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "Everywhere",
            Self::Screens => "All screens",
            Self::Table => "Tables",
            Self::Keys => "API Keys",
            Self::Groups => "User Groups",
            Self::History => "Logon History",
            Self::Changes => "Changes",
            Self::Review => "Review",
            Self::Welcome => "First run",
            Self::Group => "Editor of a group",
            Self::GroupText => "Editor of a group: a text",
            Self::GroupName => "Editor of a group: a name",
            Self::FilterChoice => "Record filter: an operator",
            Self::FilterText => "Record filter: a text",
            Self::ViewAs => "View as: a choice",
            Self::ViewAsText => "View as: a text",
            Self::Dashboard => "Dashboard line",
            Self::Filter => "Filter line",
            Self::Form => "Forms: a choice",
            Self::FormText => "Forms: a text",
            Self::Picker => "Lists to pick from",
            Self::Confirm => "Questions",
            Self::Collision => "Two versions of a record",
            Self::Typing => "Questions that want a text",
            Self::Details => "Details of a key",
            Self::Secret => "Why a Secret cannot be shown",
            Self::Rotation => "Rotation of a key",
            Self::Logon => "A logon, and why it was refused",
            Self::Finding => "A finding of the review",
            Self::LeakText => "Leak desk: typed text",
            Self::Leaks => "Leak desk",
            Self::Accepted => "Accepted findings",
            Self::Cards => "Cards of the review",
            Self::CardsSummary => "Cards of the review: the summary",
            Self::Reading => "Details and explanations",
            Self::Reveal => "A new Secret",
            Self::RevealProof => "A new Secret: last 4 characters",
            Self::Palette => "List of actions",
        }
    }
}
