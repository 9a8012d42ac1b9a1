//! The one way in: everything that happens outside arrives here, in its order.
//!
//! Knows nothing of who sends and what becomes of it.

use std::sync::mpsc::{Receiver, Sender, channel};

use crate::console::clipboard::Report;
use crate::console::event::Event;

pub(super) enum Message {
    Event(Event),
    Clipboard(Report),
}

/// Where everything that happens outside arrives.
#[derive(Debug)]
pub struct Inbox {
    pub(super) send: Sender<Message>,
    pub(super) receive: Receiver<Message>,
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
