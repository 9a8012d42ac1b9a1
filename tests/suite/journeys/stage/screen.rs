//! The screen that a journey is played on: gives the next key of the script whenever the console is idle.

use claviger::console::surface::Surface;
use claviger::console::{App, Event, view};
use claviger::registry::{Command, Door, Embedded, Ticket};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;
use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::Sender;

/// What happens next.
pub(super) enum Step {
    Event(Event),
    /// Somebody else gives a command, and the console hears of it.
    Meanwhile(Command),
    /// Goes on once the screen shows this.
    Until(&'static str),
    /// The store is ready.
    Ready(Sender<()>),
}

pub(super) struct Stage {
    pub(super) terminal: Terminal<TestBackend>,
    pub(super) other: Embedded,
    pub(super) script: VecDeque<Step>,
    pub(super) screens: Vec<String>,
}

impl Stage {
    fn text(&self) -> String {
        let buffer = self.terminal.backend().buffer();
        let mut text = String::new();
        for y in 0..buffer.area.height {
            let mut skip = 0;
            let mut line = String::new();
            for x in 0..buffer.area.width {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let symbol = buffer[(x, y)].symbol();
                skip = claviger::console::draw::width(symbol).saturating_sub(1);
                line.push_str(symbol);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

impl Surface for Stage {
    fn size(&self) -> io::Result<(u16, u16)> {
        let area = self.terminal.backend().buffer().area;
        Ok((area.width, area.height))
    }

    fn draw(&mut self, app: &App) -> io::Result<()> {
        self.terminal.draw(|frame| view(app, frame)).unwrap();
        Ok(())
    }

    fn repaint(&mut self) -> io::Result<()> {
        let (width, height) = self.size()?;
        self.terminal.resize(Rect::new(0, 0, width, height)).unwrap();
        Ok(())
    }

    fn mouse(&mut self, _captured: bool) -> io::Result<()> {
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.repaint()
    }

    fn write(&mut self, _bytes: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn idle(&mut self, _app: &App) -> Option<Event> {
        let text = self.text();
        if let Some(Step::Until(expected)) = self.script.front() {
            if !text.contains(expected) {
                return None;
            }
            self.script.pop_front();
        }
        self.screens.push(text);
        Some(match self.script.pop_front() {
            None => Event::Signal,
            Some(Step::Until(_)) => return None,
            Some(Step::Ready(ready)) => {
                ready.send(()).unwrap();
                return None;
            }
            Some(Step::Event(event)) => event,
            Some(Step::Meanwhile(command)) => {
                Event::Changed(self.other.execute(command, &Ticket::new()).unwrap().revision)
            }
        })
    }
}
