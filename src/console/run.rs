//! The loop: one inbox, one state, one screen. Blocks until something happens or a deadline passes; never polls.
//!
//! Whatever is queued is taken in before a frame is drawn, so that a burst of keys costs one frame. Does no work
//! itself: keys come from the terminal's threads, answers from the workers, reports from the clipboard.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::app::App;
use super::clipboard::{Clipboard, Report, Surroundings, SystemClipboard};
use super::effect::Effect;
use super::event::Event;
use super::surface::Surface;
use super::terminal::Terminal;
use super::theme::Theme;
use super::update::{start, update};
use super::worker::Workers;
use crate::clock::Clock;
use crate::registry::Door;

/// How long a frame waits for an answer that is on its way: long enough for memory, too short to be noticed.
const NEARLY_THERE: Duration = Duration::from_millis(12);
/// So many events are taken in before a frame is drawn all the same.
const BURST: usize = 256;

/// How the console should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// With the terminal's 16 colours, or with modifiers alone.
    pub color: bool,
}

/// Why the console could not run, or had to end.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The terminal cannot be used.
    #[error("The console needs a terminal: {0}")]
    Terminal(#[source] io::Error),
    /// The operating system gave no thread.
    #[error("The console could not start its threads: {0}")]
    Threads(#[source] io::Error),
}

impl ConsoleError {
    /// The next step.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Terminal(_) => "run it in a terminal, or use the commands: `claviger --help`",
            Self::Threads(_) => "close other programs or raise the limit on processes (`ulimit -u`)",
        }
    }
}

enum Message {
    Event(Event),
    Clipboard(Report),
}

/// Where everything that happens outside arrives.
#[derive(Debug)]
pub struct Inbox {
    send: Sender<Message>,
    receive: Receiver<Message>,
}

impl Default for Inbox {
    fn default() -> Self {
        let (send, receive) = channel();
        Self { send, receive }
    }
}

impl Inbox {
    /// A way in for events; says whether anyone still listens.
    pub fn events(&self) -> impl Fn(Event) -> bool + Clone + Send + 'static {
        let send = self.send.clone();
        move |event| send.send(Message::Event(event)).is_ok()
    }

    /// A way in for the clipboard's reports.
    pub fn reports(&self) -> impl Fn(Report) + Send + 'static {
        let send = self.send.clone();
        move |report| {
            let _ = send.send(Message::Clipboard(report));
        }
    }
}

/// Runs the console in this terminal until the person leaves.
///
/// # Errors
/// [`ConsoleError`]: the terminal cannot be used, or is gone.
pub fn run(door: &Arc<dyn Door>, clock: &Arc<dyn Clock>, options: Options) -> Result<(), ConsoleError> {
    let inbox = Inbox::default();
    let mut terminal = Terminal::enter().map_err(ConsoleError::Terminal)?;
    let watchers = Terminal::watch(inbox.events()).map_err(ConsoleError::Threads)?;
    let mut clipboard = SystemClipboard::start(Surroundings::of_this_process(), inbox.reports())
        .map_err(ConsoleError::Threads)?;
    let ended = drive(door, &**clock, options, &mut terminal, &mut clipboard, &inbox);
    drop(terminal);
    drop(watchers);
    ended
}

/// Runs the loop on any screen and clipboard; `inbox` is where their threads report.
///
/// # Errors
/// [`ConsoleError`]: the screen is gone.
pub fn drive(
    door: &Arc<dyn Door>,
    clock: &dyn Clock,
    options: Options,
    surface: &mut dyn Surface,
    clipboard: &mut dyn Clipboard,
    inbox: &Inbox,
) -> Result<(), ConsoleError> {
    let size = surface.size().map_err(ConsoleError::Terminal)?;
    let app = App::new(Theme::new(options.color), size, clock.now(), clock.ticks());
    let workers = Workers::start(door, &inbox.events()).map_err(ConsoleError::Threads)?;
    let mut turning = Loop { app, surface, clipboard, workers, clock, open: 0, quit: false };
    let ended = turning.turn(&inbox.receive).map_err(ConsoleError::Terminal);
    // Whatever is left on the clipboard goes before the terminal is given back: clearing may need it.
    if let Some(bytes) = turning.clipboard.close() {
        let _ = turning.surface.write(bytes.expose());
    }
    turning.workers.finish(door);
    ended
}

struct Loop<'a> {
    app: App,
    surface: &'a mut dyn Surface,
    clipboard: &'a mut dyn Clipboard,
    workers: Workers,
    clock: &'a dyn Clock,
    /// Requests whose answers are still to come.
    open: usize,
    quit: bool,
}

impl Loop<'_> {
    fn turn(&mut self, inbox: &Receiver<Message>) -> io::Result<()> {
        let first = start(&mut self.app);
        self.perform(first)?;
        while !self.quit {
            self.surface.draw(&self.app)?;
            let next = if self.open == 0 { self.surface.idle(&self.app) } else { None };
            match next {
                Some(event) => self.take(Message::Event(event))?,
                None => self.wait(inbox)?,
            }
        }
        Ok(())
    }

    /// Waits for the next thing, and takes in all that came with it.
    fn wait(&mut self, inbox: &Receiver<Message>) -> io::Result<()> {
        let deadline = self.app.deadline().map(|at| at.saturating_sub(self.clock.ticks()));
        let message = match deadline {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(left) => inbox.recv_timeout(left),
        };
        match message {
            Ok(message) => self.take(message)?,
            Err(RecvTimeoutError::Timeout) => self.take(Message::Event(Event::Tick))?,
            Err(RecvTimeoutError::Disconnected) => self.quit = true,
        }
        for _ in 0..BURST {
            if self.quit {
                break;
            }
            let more = if self.app.is_settling() && self.open > 0 {
                inbox.recv_timeout(NEARLY_THERE).ok()
            } else {
                inbox.try_recv().ok()
            };
            match more {
                Some(message) => self.take(message)?,
                None => break,
            }
        }
        Ok(())
    }

    fn take(&mut self, message: Message) -> io::Result<()> {
        self.app.outbox.now = self.clock.now();
        self.app.outbox.ticks = self.clock.ticks();
        let event = match message {
            Message::Event(event) => {
                if matches!(event, Event::Done { .. } | Event::Answered { .. }) {
                    self.open = self.open.saturating_sub(1);
                }
                event
            }
            Message::Clipboard(report) => {
                self.open = self.open.saturating_sub(1);
                let (write, report) = report.split(self.clock.ticks());
                if let Some(bytes) = write {
                    self.surface.write(bytes.expose())?;
                }
                Event::Clipboard(report)
            }
        };
        let effects = update(&mut self.app, event);
        self.perform(effects)
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Execute { id, command, ticket } => {
                    self.open += 1;
                    self.workers.execute(id, command, ticket);
                }
                Effect::Ask { id, slot, query } => {
                    self.open += 1;
                    self.workers.ask(id, slot, query);
                }
                Effect::Withdraw(slot) => self.workers.withdraw(slot),
                Effect::Copy(copy) => {
                    self.open += 1;
                    self.clipboard.copy(copy);
                }
                Effect::ClearClipboard => {
                    self.open += 1;
                    self.clipboard.clear();
                }
                Effect::Mouse(captured) => self.surface.mouse(captured)?,
                Effect::Suspend => {
                    // What is left behind on the screen must be the frame that hides a Secret.
                    self.surface.draw(&self.app)?;
                    self.surface.suspend()?;
                }
                Effect::Repaint => self.surface.repaint()?,
                Effect::Quit => self.quit = true,
            }
        }
        Ok(())
    }
}
