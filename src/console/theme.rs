//! Styles: the 16 ANSI colours, so that the person's own theme decides, or modifiers alone.
//!
//! Nothing is told by colour alone: every state has a word or a sign as well.

use ratatui::style::{Color, Modifier, Style};

use super::effect::Tone;

/// The styles of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    color: bool,
}

impl Theme {
    /// With colours, or with modifiers alone (`NO_COLOR`, `--color never`).
    pub const fn new(color: bool) -> Self {
        Self { color }
    }

    const fn tint(self, color: Color, mono: Modifier) -> Style {
        if self.color { Style::new().fg(color) } else { Style::new().add_modifier(mono) }
    }

    /// Plain text.
    pub const fn text(self) -> Style {
        Style::new()
    }

    /// What matters less: borders, units, hints.
    pub const fn dim(self) -> Style {
        self.tint(Color::DarkGray, Modifier::DIM)
    }

    /// The one accent: the current tab, focus, keys to press.
    pub const fn accent(self) -> Style {
        self.tint(Color::Cyan, Modifier::BOLD)
    }

    /// Headings and titles.
    pub const fn title(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The row or item under the cursor.
    pub const fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// A marked row.
    pub const fn marked(self) -> Style {
        self.tint(Color::Yellow, Modifier::BOLD)
    }

    /// Active, done, confirmed.
    pub const fn good(self) -> Style {
        self.tint(Color::Green, Modifier::empty())
    }

    /// Something to be careful about.
    pub const fn warning(self) -> Style {
        self.tint(Color::Yellow, Modifier::BOLD)
    }

    /// Something failed or cannot be.
    pub const fn bad(self) -> Style {
        self.tint(Color::Red, Modifier::BOLD)
    }

    /// The text of a field that is being typed into.
    pub const fn field(self) -> Style {
        Style::new().add_modifier(Modifier::UNDERLINED)
    }

    /// The style of a message.
    pub const fn tone(self, tone: Tone) -> Style {
        match tone {
            Tone::Good => self.good(),
            Tone::Note => self.text(),
            Tone::Warning => self.warning(),
            Tone::Bad => self.bad(),
        }
    }
}
