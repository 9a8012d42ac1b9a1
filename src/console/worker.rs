//! The threads that stand between the loop and the door: one for commands, one for queries, one that watches.
//!
//! A newer query of the same slot cancels the older one; commands are never cut short. Knows nothing of the screen.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::effect::{RequestId, Slot};
use super::event::Event;
use crate::credential::Secret;
use crate::registry::{Command, Door, Query, Refusal, Ticket};

/// How long the watching thread may take to see that the door closed.
const FAREWELL: Duration = Duration::from_secs(1);

type Execution = (RequestId, Box<Command>, Ticket);
/// What is asked of the door.
#[derive(Debug)]
enum Question {
    Ask(RequestId, Slot, Query, Ticket),
    Trace(RequestId, Vec<Secret>),
}

/// The threads, and the ways to them.
#[derive(Debug)]
pub struct Workers {
    commands: Sender<Execution>,
    queries: Sender<Question>,
    asked: HashMap<Slot, Ticket>,
    executor: JoinHandle<()>,
    watcher_gone: Receiver<()>,
}

/// Tells the loop that a thread died, so that the console ends instead of waiting for an answer that never comes.
struct Alarm<S: Fn(Event) -> bool>(S);

impl<S: Fn(Event) -> bool> Drop for Alarm<S> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            (self.0)(Event::HangUp);
        }
    }
}

impl Workers {
    /// Starts them. `send` says whether anyone still listens.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(
        door: &Arc<dyn Door>,
        send: &(impl Fn(Event) -> bool + Clone + Send + 'static),
    ) -> io::Result<Self> {
        let (commands, incoming) = channel::<Execution>();
        let (at, tell) = (Arc::clone(door), Alarm(send.clone()));
        let executor = Builder::new().name("commands".into()).spawn(move || {
            for (id, command, ticket) in incoming {
                let result = Box::new(at.execute(*command, &ticket));
                (tell.0)(Event::Done { id, result });
            }
        })?;
        let (queries, incoming) = channel::<Question>();
        let (at, tell) = (Arc::clone(door), Alarm(send.clone()));
        Builder::new().name("queries".into()).spawn(move || {
            for question in incoming {
                let event = match question {
                    Question::Ask(id, slot, _, ticket) if ticket.is_cancelled() => {
                        Event::Answered { id, slot, result: Box::new(Err(Refusal::Cancelled)) }
                    }
                    Question::Ask(id, slot, query, ticket) => {
                        Event::Answered { id, slot, result: Box::new(at.ask(query, &ticket)) }
                    }
                    Question::Trace(id, secrets) => {
                        Event::Traced { id, result: Box::new(at.trace(&secrets)) }
                    }
                };
                (tell.0)(event);
            }
        })?;
        let (gone, watcher_gone) = channel();
        let (at, tell) = (Arc::clone(door), send.clone());
        Builder::new().name("watch".into()).spawn(move || {
            let mut seen = 0;
            while let Some(revision) = at.watch(seen) {
                seen = revision;
                if !tell(Event::Changed(revision)) {
                    break;
                }
            }
            drop(at);
            let _ = gone.send(());
        })?;
        Ok(Self { commands, queries, asked: HashMap::new(), executor, watcher_gone })
    }

    /// Gives a command to the door.
    pub fn execute(&self, id: RequestId, command: Box<Command>, ticket: Ticket) {
        // Fails only when the thread died, and then its alarm ends the loop.
        let _ = self.commands.send((id, command, ticket));
    }

    /// Asks the door; an older query of this slot is no longer wanted.
    pub fn ask(&mut self, id: RequestId, slot: Slot, query: Query) {
        let ticket = Ticket::new();
        if let Some(older) = self.asked.insert(slot, ticket.clone()) {
            older.cancel();
        }
        let _ = self.queries.send(Question::Ask(id, slot, query, ticket));
    }

    /// Asks whose Secrets these are.
    pub fn trace(&self, id: RequestId, secrets: Vec<Secret>) {
        let _ = self.queries.send(Question::Trace(id, secrets));
    }

    /// The answer of this slot is no longer wanted.
    pub fn withdraw(&self, slot: Slot) {
        if let Some(ticket) = self.asked.get(&slot) {
            ticket.cancel();
        }
    }

    /// Waits until every command is done, and lets go of the door.
    pub fn finish(self, door: &Arc<dyn Door>) {
        let Self { commands, queries, asked, executor, watcher_gone } = self;
        asked.values().for_each(Ticket::cancel);
        drop((commands, queries));
        let _ = executor.join();
        door.close();
        let _ = watcher_gone.recv_timeout(FAREWELL);
    }
}
