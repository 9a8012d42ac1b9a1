//! Which way a copy goes, and how that is said.

use std::ffi::OsString;

/// What the environment tells about the way to a clipboard; read once, at start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts of the environment")]
pub struct Surroundings {
    /// The session came over SSH: a native clipboard would be that of the wrong machine.
    pub ssh: bool,
    /// tmux stands between this program and the terminal.
    pub tmux: bool,
    /// A Wayland display is named.
    pub wayland: bool,
    /// An X display is named.
    pub x11: bool,
}

impl Surroundings {
    /// As this process was started.
    pub fn of_this_process() -> Self {
        Self::read(|name| std::env::var_os(name))
    }

    fn read(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name| variable(name).is_some_and(|value| !value.is_empty());
        Self {
            ssh: set("SSH_TTY") || set("SSH_CONNECTION"),
            tmux: set("TMUX"),
            wayland: set("WAYLAND_DISPLAY"),
            x11: set("DISPLAY"),
        }
    }

    /// The native way here. With both displays named, it cannot be told which of them took the text.
    pub(super) const fn native(self) -> Route {
        if cfg!(target_os = "macos") {
            return Route::Macos;
        }
        match (self.wayland, self.x11) {
            (true, false) => Route::Wayland,
            (true, true) => Route::Desktop,
            (false, _) => Route::X11,
        }
    }
}

/// The way a copy went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The selection of an X server.
    X11,
    /// The selection of a Wayland compositor.
    Wayland,
    /// One of the two, where both are there.
    Desktop,
    /// The pasteboard of macOS.
    Macos,
    /// An escape sequence to the terminal, which does not answer.
    Osc52 {
        /// Through tmux.
        tmux: bool,
    },
}

impl Route {
    /// `copied to the X11 clipboard, confirmed by reading it back`
    pub const fn sentence(self, confirmed: bool) -> &'static str {
        match (self, confirmed) {
            (Self::X11, true) => "copied to the X11 clipboard, confirmed by reading it back",
            (Self::X11, false) => {
                "copied to the X11 clipboard, not confirmed: reading it back gave another text"
            }
            (Self::Wayland, true) => "copied to the Wayland clipboard, confirmed by reading it back",
            (Self::Wayland, false) => {
                "copied to the Wayland clipboard, not confirmed: reading it back gave another text"
            }
            (Self::Desktop, true) => "copied to the desktop's clipboard, confirmed by reading it back",
            (Self::Desktop, false) => {
                "copied to the desktop's clipboard, not confirmed: reading it back gave another text"
            }
            (Self::Macos, true) => "copied to the macOS clipboard, confirmed by reading it back",
            (Self::Macos, false) => {
                "copied to the macOS clipboard, not confirmed: reading it back gave another text"
            }
            (Self::Osc52 { tmux: false }, _) => "sent to the terminal by OSC 52, not confirmed",
            (Self::Osc52 { tmux: true }, _) => {
                "sent to the terminal by OSC 52, not confirmed; tmux needs `set-clipboard on` and keeps a paste buffer"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(names: &[&str]) -> Surroundings {
        Surroundings::read(|name| names.contains(&name).then(|| "x".into()))
    }

    #[test]
    fn a_session_over_ssh_is_known_by_either_variable() {
        assert!(with(&["SSH_TTY"]).ssh && with(&["SSH_CONNECTION"]).ssh && !with(&["DISPLAY"]).ssh);
        assert!(!Surroundings::read(|_| Some(OsString::new())).ssh);
    }

    #[test]
    #[cfg(not(target_os = "macos"))]
    fn the_display_is_named_only_where_it_can_be_known() {
        assert_eq!(with(&["DISPLAY"]).native(), Route::X11);
        assert_eq!(with(&["WAYLAND_DISPLAY"]).native(), Route::Wayland);
        assert_eq!(with(&["WAYLAND_DISPLAY", "DISPLAY"]).native(), Route::Desktop);
    }

    #[test]
    fn osc_52_is_never_called_confirmed() {
        for tmux in [false, true] {
            assert!(Route::Osc52 { tmux }.sentence(true).contains("not confirmed"));
        }
    }
}
