//! The thread that reads keys, pastes, the mouse and changes of size.
//!
//! It blocks in crossterm and cannot be woken from outside, so it ends with the process, or when nobody listens.

use crossterm::event::{Event as Input, KeyEventKind, MouseEventKind, read};
use std::io;

use super::super::event::Event;

/// Starts the thread.
pub(super) fn watch(send: impl Fn(Event) -> bool + Send + 'static) -> io::Result<()> {
    let work = move || {
        loop {
            let event = match read() {
                Ok(input) => translate(input),
                // The line is dead, or was never one.
                Err(_) => Some(Event::HangUp),
            };
            let over = matches!(event, Some(Event::HangUp));
            if event.is_some_and(|event| !send(event)) || over {
                return;
            }
        }
    };
    std::thread::Builder::new().name("reader".into()).spawn(work).map(drop)
}

/// What matters of it.
fn translate(input: Input) -> Option<Event> {
    match input {
        Input::Key(key) => (key.kind != KeyEventKind::Release).then_some(Event::Key(key)),
        Input::Paste(text) => Some(Event::Paste(text)),
        Input::Mouse(mouse) => {
            let idle = matches!(mouse.kind, MouseEventKind::Moved | MouseEventKind::Up(_));
            (!idle).then_some(Event::Mouse(mouse))
        }
        Input::Resize(columns, rows) => Some(Event::Resize(columns, rows)),
        Input::FocusGained | Input::FocusLost => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    #[test]
    fn a_released_key_is_not_a_second_press() {
        let mut key = KeyEvent::new(KeyCode::Char('t'), KeyModifiers::NONE);
        assert!(matches!(translate(Input::Key(key)), Some(Event::Key(_))));
        key.kind = KeyEventKind::Release;
        assert!(translate(Input::Key(key)).is_none());
    }
}
