//! The terminal: entered, drawn to, lent to the shell, and given back as it was, whatever happens.
//!
//! The one room beside the key events that says crossterm. What reaches it from outside (keys, signals, a closed
//! window) its threads turn into [`Event`]s; what goes out (frames, and the few bytes of others that belong between two frames)
//! leaves through one writer. It must not know what is drawn.
//!
//! Traps that shaped it: `Terminal::clear` asks for the cursor position and races the reader, so repainting goes by
//! `resize`; a dead terminal makes crossterm's reader spin, so a thread of our own waits for the hang-up; `NO_COLOR`
//! makes crossterm write resets that cancel reverse video, so it is told to leave colours alone: the theme decides.

mod hangup;
mod reader;
mod signal;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Frame;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::layout::Rect;
use std::io::{self, IsTerminal, Stdout, Write, stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use super::event::Event;

/// Whether the terminal is ours at the moment: what keeps the several ways out from restoring it twice.
static OURS: AtomicBool = AtomicBool::new(false);

/// The panic hook is set once a process, however often the terminal is entered.
static HOOK: Once = Once::new();

// Clicks and the wheel, with coordinates beyond column 223. Not crossterm's set: that reports every move as well,
// and an idle console would wake up for a passing mouse.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Gives the terminal back if it is ours: raw mode first, so that the shell works even if the rest cannot be written.
pub fn restore() {
    if OURS.swap(false, Ordering::SeqCst) {
        let _ = disable_raw_mode();
        let mut out = stdout();
        let _ = out.write_all(MOUSE_OFF);
        let _ = execute!(out, EndSynchronizedUpdate, LeaveAlternateScreen, Show, DisableBracketedPaste);
    }
}

/// The terminal while the console runs; dropping it gives it back.
#[derive(Debug)]
pub struct Terminal {
    screen: ratatui::Terminal<CrosstermBackend<Stdout>>,
    mouse: bool,
}

impl Terminal {
    /// Takes the terminal over, and sees to it that a panic on any thread gives it back first.
    ///
    /// # Errors
    /// When standard output is no terminal, or refuses.
    pub fn enter() -> io::Result<Self> {
        if !stdout().is_terminal() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "standard output is not a terminal"));
        }
        crossterm::style::force_color_output(true);
        HOOK.call_once(|| {
            let chained = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                restore();
                chained(info);
            }));
        });
        take_over()?;
        let entered = ratatui::Terminal::new(CrosstermBackend::new(stdout()));
        let screen = entered.inspect_err(|_| restore())?;
        Ok(Self { screen, mouse: false })
    }

    /// Starts the threads that report what happens outside. They end with what is returned, all but the reader,
    /// which ends with the process. `send` says whether anyone still listens.
    ///
    /// # Errors
    /// When the operating system gives no thread or no signal handler.
    pub fn watch(send: impl Fn(Event) -> bool + Clone + Send + 'static) -> io::Result<Watchers> {
        let signals = signal::watch(send.clone())?;
        let hangup = hangup::watch(send.clone())?;
        reader::watch(send)?;
        Ok(Watchers { _signals: signals, _hangup: hangup })
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// When the terminal does not say.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.screen.backend().size()?;
        Ok((size.width, size.height))
    }

    /// Draws one frame, as one update where the terminal knows how.
    ///
    /// # Errors
    /// When the terminal cannot be written to: it is gone.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame)) -> io::Result<()> {
        // A panic elsewhere gave the terminal back; drawing on would garble its message.
        if !OURS.load(Ordering::SeqCst) {
            return Err(io::Error::other("the terminal was given back after a panic"));
        }
        queue!(stdout(), BeginSynchronizedUpdate)?;
        self.screen.draw(view)?;
        execute!(stdout(), EndSynchronizedUpdate)
    }

    /// Forgets what is on screen, so that the next frame is drawn whole, and sets all modes again: after a stop, the
    /// shell or another program may have changed them.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn repaint(&mut self) -> io::Result<()> {
        take_over()?;
        self.set_mouse()?;
        let size = self.screen.backend().size()?;
        self.screen.resize(Rect::new(0, 0, size.width, size.height))
    }

    /// Captures the mouse, or leaves it to the terminal's own selection.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn mouse(&mut self, captured: bool) -> io::Result<()> {
        self.mouse = captured;
        self.set_mouse()
    }

    fn set_mouse(&self) -> io::Result<()> {
        let mut out = stdout();
        out.write_all(if self.mouse { MOUSE_ON } else { MOUSE_OFF })?;
        out.flush()
    }

    /// Writes bytes that are not part of a frame, such as OSC 52, between two frames.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut out = stdout();
        out.write_all(bytes)?;
        out.flush()
    }

    /// Gives the terminal back and stops, as `^Z` does; returns when the person has come back, with the next frame
    /// to be drawn whole.
    ///
    /// # Errors
    /// When the terminal cannot be taken over again.
    pub fn suspend(&mut self) -> io::Result<()> {
        restore();
        signal::stop_until_continued();
        self.repaint()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// The threads that watch signals and the line; dropping it ends them.
#[derive(Debug)]
pub struct Watchers {
    _signals: signal::Watch,
    _hangup: hangup::Watch,
}

/// Sets every mode. Raw mode is taken off first: crossterm believes it still on after a stop from outside.
fn take_over() -> io::Result<()> {
    if OURS.swap(true, Ordering::SeqCst) {
        disable_raw_mode()?;
    }
    let taken =
        enable_raw_mode().and_then(|()| execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste, Hide));
    if taken.is_err() {
        restore();
    }
    taken
}
