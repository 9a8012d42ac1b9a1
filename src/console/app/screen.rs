//! The screens, in the order of their tabs.
//!
//! What a screen holds and shows is its own matter.

/// One screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// API Keys.
    Keys,
    /// User Groups.
    Groups,
    /// Logon History.
    History,
    /// Changes.
    Changes,
    /// Review.
    Review,
}

impl Screen {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 5] = [Self::Keys, Self::Groups, Self::History, Self::Changes, Self::Review];

    /// The words on its tab.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keys => "API Keys",
            Self::Groups => "User Groups",
            Self::History => "Logon History",
            Self::Changes => "Changes",
            Self::Review => "Review",
        }
    }

    /// Where the documentation has it.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Keys => "Admin › Settings › API Keys",
            Self::Groups => "Admin › Users › User Groups",
            Self::History => "Admin › Users › Logon History",
            Self::Changes => "Admin › Settings › Changes",
            Self::Review => "Admin › Settings › Review",
        }
    }
}
