//! What the loop needs of a terminal, so that journeys can run it on a screen in memory with keys from a script.

use std::io;

use super::app::App;
use super::event::Event;
use super::terminal::Terminal;
use super::view::view;

/// A screen to draw on.
pub trait Surface {
    /// Columns and rows.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Draws the state.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn draw(&mut self, app: &App) -> io::Result<()>;

    /// Forgets what is on screen, so that the next frame is drawn whole.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn repaint(&mut self) -> io::Result<()>;

    /// Captures the mouse, or leaves it to the terminal.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn mouse(&mut self, captured: bool) -> io::Result<()>;

    /// Gives the terminal to the shell until the person returns.
    ///
    /// # Errors
    /// When the terminal cannot be taken over again.
    fn suspend(&mut self) -> io::Result<()>;

    /// Writes bytes between two frames.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Called when nothing is under way: what happens next, if this screen has a script.
    fn idle(&mut self, _app: &App) -> Option<Event> {
        None
    }
}

impl Surface for Terminal {
    fn size(&self) -> io::Result<(u16, u16)> {
        Terminal::size(self)
    }

    fn draw(&mut self, app: &App) -> io::Result<()> {
        Terminal::draw(self, |frame| view(app, frame))
    }

    fn repaint(&mut self) -> io::Result<()> {
        Terminal::repaint(self)
    }

    fn mouse(&mut self, captured: bool) -> io::Result<()> {
        Terminal::mouse(self, captured)
    }

    fn suspend(&mut self) -> io::Result<()> {
        Terminal::suspend(self)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        Terminal::write(self, bytes)
    }
}
