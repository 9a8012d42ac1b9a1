//! The way to the door: open already, or on a thread that opens the store and tells how far it is.
//!
//! A store that is ready within a moment is waited for, so that nothing flashes; a large one shows its newest rows
//! first. Whoever leaves before it is ready need not wait: opening changes nothing that the next one cannot go on from.

use std::io;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::{Ended, Inbox, Message};
use crate::clock::Clock;
use crate::console::event::Event;
use crate::registry::{Door, Milestone, Watch};

/// A store that is ready within this time is shown only then.
const MOMENT: Duration = Duration::from_millis(100);
/// A store of more keys will not be ready within that time.
const LARGE: u64 = 50_000;

/// The way to the door.
pub enum Entrance<E> {
    /// It is open.
    Open(Arc<dyn Door>),
    /// The store behind it is still being opened.
    Opening(Opening<E>),
}

/// A store that is being opened on a thread of its own.
#[derive(Debug)]
pub struct Opening<E> {
    thread: JoinHandle<Result<Arc<dyn Door>, E>>,
    /// What it told so far.
    news: Vec<Event>,
}

/// Tells the loop that the thread ended, however it did.
struct End<S: Fn(Event) -> bool>(S);

impl<S: Fn(Event) -> bool> Drop for End<S> {
    fn drop(&mut self) {
        (self.0)(Event::Opened);
    }
}

impl<E: Send + 'static> Entrance<E> {
    /// Opens the store on a thread of its own, which tells the inbox how far it is.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn opening(
        inbox: &Inbox,
        open: impl FnOnce(Watch<'_>) -> Result<Arc<dyn Door>, E> + Send + 'static,
    ) -> io::Result<Self> {
        let (told, end) = (Mutex::new(inbox.events()), inbox.events());
        let thread = Builder::new().name("opening".into()).spawn(move || {
            let _end = End(end);
            open(&|milestone| {
                let tell = told.lock().unwrap_or_else(PoisonError::into_inner);
                tell(Event::Opening(milestone));
            })
        })?;
        Ok(Self::Opening(Opening { thread, news: Vec::new() }))
    }

    /// Waits a moment for the door, or until the store is known to take longer.
    ///
    /// # Errors
    /// [`Ended::Unopened`]: it cannot be opened.
    pub(super) fn settle(self, inbox: &Inbox, clock: &dyn Clock) -> Result<Self, Ended<E>> {
        let Self::Opening(mut opening) = self else { return Ok(self) };
        let end = clock.ticks() + MOMENT;
        loop {
            match inbox.receive.recv_timeout(end.saturating_sub(clock.ticks())) {
                Ok(Message::Event(Event::Opened)) => return opening.door().map(Self::Open),
                Ok(Message::Event(event)) => {
                    let large = matches!(event, Event::Opening(Milestone::Newest { of, .. }) if of > LARGE);
                    opening.news.push(event);
                    if large {
                        return Ok(Self::Opening(opening));
                    }
                }
                Ok(Message::Clipboard(_)) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    return Ok(Self::Opening(opening));
                }
            }
        }
    }
}

impl<E> Opening<E> {
    /// What was told before the loop ran.
    pub(super) fn news(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.news)
    }

    /// The door, after [`Event::Opened`].
    pub(super) fn door(self) -> Result<Arc<dyn Door>, Ended<E>> {
        // A fault of its own is told where every other one is told: by whoever called the console.
        let result = self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        result.map_err(Ended::Unopened)
    }
}
