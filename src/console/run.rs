//! The loop: one inbox, one state, one screen. Blocks until something happens or a deadline passes; never polls.
//!
//! Whatever is queued is taken in before a frame is drawn, so that a burst of keys costs one frame. Does no work
//! itself: keys come from the terminal's threads, answers from the workers, reports from the clipboard.

mod ended;
mod entrance;
mod inbox;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use super::app::App;
use super::clipboard::{Clipboard, Surroundings, SystemClipboard};
use super::effect::Effect;
use super::event::Event;
use super::surface::Surface;
use super::terminal::Terminal;
use super::theme::Theme;
use super::update::{start, update};
use super::worker::Workers;
use crate::clock::Clock;
use crate::registry::{Door, Watch};
pub use ended::{ConsoleError, Ended};
pub use entrance::Entrance;
use entrance::Opening;
pub use inbox::Inbox;
use inbox::Message;

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

/// Opens the store and runs the console in this terminal until the person leaves.
///
/// # Errors
/// [`Ended`]: the terminal cannot be used, or is gone, or the store cannot be opened.
pub fn run<E: Send + 'static>(
    open: impl FnOnce(Watch<'_>) -> Result<Arc<dyn Door>, E> + Send + 'static,
    clock: &Arc<dyn Clock>,
    options: Options,
) -> Result<(), Ended<E>> {
    let (terminal, threads) = (
        |error| Ended::Console(ConsoleError::Terminal(error)),
        |error| Ended::Console(ConsoleError::Threads(error)),
    );
    let inbox = Inbox::default();
    let entrance = Entrance::opening(&inbox, open).map_err(threads)?.settle(&inbox, &**clock)?;
    let mut screen = Terminal::enter().map_err(terminal)?;
    let watchers = Terminal::watch(inbox.events()).map_err(threads)?;
    let mut clipboard =
        SystemClipboard::start(Surroundings::of_this_process(), inbox.reports()).map_err(threads)?;
    let ended = drive(entrance, &**clock, options, &mut screen, &mut clipboard, &inbox);
    drop(screen);
    drop(watchers);
    ended
}

/// Runs the loop on any screen and clipboard; `inbox` is where their threads report.
///
/// # Errors
/// [`Ended`]: the screen is gone, or the store cannot be opened.
pub fn drive<E: Send + 'static>(
    entrance: Entrance<E>,
    clock: &dyn Clock,
    options: Options,
    surface: &mut dyn Surface,
    clipboard: &mut dyn Clipboard,
    inbox: &Inbox,
) -> Result<(), Ended<E>> {
    let size = surface.size().map_err(|error| Ended::Console(ConsoleError::Terminal(error)))?;
    let app = App::new(Theme::new(options.color), size, clock.now(), clock.ticks());
    let (app, inside, opening) = match entrance {
        Entrance::Open(door) => (app, Some(Inside::start(door, inbox)?), None),
        Entrance::Opening(opening) => (app.before_the_store(), None, Some(opening)),
    };
    let early = Vec::new();
    let mut turning = Loop { app, surface, clipboard, inside, opening, early, clock, open: 0, quit: false };
    let ended = turning.turn(inbox);
    // Whatever is left on the clipboard goes before the terminal is given back: clearing may need it.
    if let Some(bytes) = turning.clipboard.close() {
        let _ = turning.surface.write(bytes.expose());
    }
    if let Some(Inside { door, workers }) = turning.inside {
        workers.finish(&door);
    }
    ended
}

/// The door, and the threads that stand before it.
struct Inside {
    door: Arc<dyn Door>,
    workers: Workers,
}

impl Inside {
    fn start<E>(door: Arc<dyn Door>, inbox: &Inbox) -> Result<Self, Ended<E>> {
        let workers = Workers::start(&door, &inbox.events());
        let workers = workers.map_err(|error| Ended::Console(ConsoleError::Threads(error)))?;
        Ok(Self { door, workers })
    }
}

struct Loop<'a, E> {
    app: App,
    surface: &'a mut dyn Surface,
    clipboard: &'a mut dyn Clipboard,
    /// None while the store is still being opened.
    inside: Option<Inside>,
    opening: Option<Opening<E>>,
    /// What was to be asked before there was a door.
    early: Vec<Effect>,
    clock: &'a dyn Clock,
    /// Requests whose answers are still to come.
    open: usize,
    quit: bool,
}

impl<E: Send + 'static> Loop<'_, E> {
    fn turn(&mut self, inbox: &Inbox) -> Result<(), Ended<E>> {
        let first = start(&mut self.app);
        self.perform(first)?;
        for event in self.opening.as_mut().map(Opening::news).unwrap_or_default() {
            self.take(Message::Event(event), inbox)?;
        }
        while !self.quit {
            self.surface.draw(&self.app)?;
            let next = if self.open == 0 { self.surface.idle(&self.app) } else { None };
            match next {
                Some(event) => self.take(Message::Event(event), inbox)?,
                None => self.wait(inbox)?,
            }
        }
        Ok(())
    }

    /// Waits for the next thing, and takes in all that came with it.
    fn wait(&mut self, inbox: &Inbox) -> Result<(), Ended<E>> {
        let deadline = self.app.deadline().map(|at| at.saturating_sub(self.clock.ticks()));
        let message = match deadline {
            None => inbox.receive.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(left) => inbox.receive.recv_timeout(left),
        };
        match message {
            Ok(message) => self.take(message, inbox)?,
            Err(RecvTimeoutError::Timeout) => self.take(Message::Event(Event::Tick), inbox)?,
            Err(RecvTimeoutError::Disconnected) => self.quit = true,
        }
        for _ in 0..BURST {
            if self.quit {
                break;
            }
            let more = if self.app.is_settling() && self.open > 0 {
                inbox.receive.recv_timeout(NEARLY_THERE).ok()
            } else {
                inbox.receive.try_recv().ok()
            };
            match more {
                Some(message) => self.take(message, inbox)?,
                None => break,
            }
        }
        Ok(())
    }

    fn take(&mut self, message: Message, inbox: &Inbox) -> Result<(), Ended<E>> {
        self.app.outbox.now = self.clock.now();
        self.app.outbox.ticks = self.clock.ticks();
        let event = match message {
            Message::Event(event) => {
                if matches!(event, Event::Done { .. } | Event::Answered { .. } | Event::Traced { .. }) {
                    self.open = self.open.saturating_sub(1);
                }
                if matches!(event, Event::Opened) {
                    self.come_in(inbox)?;
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
        Ok(self.perform(effects)?)
    }

    /// Takes the door of the store that was opened, and asks what waited for it.
    fn come_in(&mut self, inbox: &Inbox) -> Result<(), Ended<E>> {
        if let Some(opening) = self.opening.take() {
            self.inside = Some(Inside::start(opening.door()?, inbox)?);
        }
        let early = std::mem::take(&mut self.early);
        Ok(self.perform(early)?)
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match (effect, &mut self.inside) {
                (Effect::Execute { id, command, ticket }, Some(Inside { workers, .. })) => {
                    self.open += 1;
                    workers.execute(id, command, ticket);
                }
                (Effect::Ask { id, slot, query }, Some(Inside { workers, .. })) => {
                    self.open += 1;
                    workers.ask(id, slot, query);
                }
                (Effect::Trace { id, secrets }, Some(Inside { workers, .. })) => {
                    self.open += 1;
                    workers.trace(id, secrets);
                }
                (Effect::Withdraw(slot), Some(Inside { workers, .. })) => workers.withdraw(slot),
                (effect @ (Effect::Ask { .. } | Effect::Trace { .. } | Effect::Withdraw(_)), None) => {
                    self.early.push(effect);
                }
                // No verb passes update before the store is verified; none would be kept here either.
                (Effect::Execute { .. }, None) => {}
                (effect, _) => self.outside(effect)?,
            }
        }
        Ok(())
    }

    /// What is no matter of the door.
    fn outside(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
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
            Effect::Ask { .. } | Effect::Trace { .. } | Effect::Withdraw(_) | Effect::Execute { .. } => {}
        }
        Ok(())
    }
}
