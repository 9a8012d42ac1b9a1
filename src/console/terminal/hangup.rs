//! The thread that waits for the terminal to go away.
//!
//! A closed window may come without SIGHUP (a parent swallowed it), and a reader on a dead line spins instead of
//! failing. This thread sleeps in `poll` until the line hangs up, or until it is told to end; it never wakes in between.

use rustix::event::{PollFd, PollFlags, poll};
use std::fs::File;
use std::io::{self, IsTerminal, PipeWriter, pipe};
use std::os::fd::{AsFd, OwnedFd};

use super::super::event::Event;

/// Dropping it ends the thread: the other end of its pipe hangs up.
#[derive(Debug)]
pub(super) struct Watch {
    _end: PipeWriter,
}

/// Starts the thread.
pub(super) fn watch(send: impl Fn(Event) -> bool + Send + 'static) -> io::Result<Watch> {
    watch_line(line()?, send)
}

/// The line that keys come from.
fn line() -> io::Result<OwnedFd> {
    if io::stdin().is_terminal() {
        return io::stdin().as_fd().try_clone_to_owned();
    }
    Ok(File::options().read(true).write(true).open("/dev/tty")?.into())
}

fn watch_line(line: OwnedFd, send: impl Fn(Event) -> bool + Send + 'static) -> io::Result<Watch> {
    let (ended, end) = pipe()?;
    let work = move || {
        loop {
            // No flags asked for: hang-ups and errors are always told.
            let mut both = [PollFd::new(&line, PollFlags::empty()), PollFd::new(&ended, PollFlags::empty())];
            match poll(&mut both, None) {
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return,
                Ok(_) if !both[1].revents().is_empty() => return,
                Ok(_) if !both[0].revents().is_empty() => {
                    send(Event::HangUp);
                    super::signal::end_soon(signal_hook::consts::SIGHUP);
                    return;
                }
                Ok(_) => {}
            }
        }
    };
    std::thread::Builder::new().name("hang-up".into()).spawn(work)?;
    Ok(Watch { _end: end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::Duration;

    #[test]
    fn a_line_that_hangs_up_is_told_at_once() {
        let (line, other) = pipe().unwrap();
        let (send, events) = channel();
        let _watch = watch_line(line.into(), move |event| send.send(event).is_ok()).unwrap();
        drop(other);
        assert!(matches!(events.recv_timeout(Duration::from_secs(5)), Ok(Event::HangUp)));
    }

    #[test]
    fn dropping_the_watch_ends_its_thread_without_an_event() {
        let (line, _other) = pipe().unwrap();
        let (send, events) = channel();
        let watch = watch_line(line.into(), move |event| send.send(event).is_ok()).unwrap();
        assert_eq!(events.recv_timeout(Duration::from_millis(30)).unwrap_err(), RecvTimeoutError::Timeout);
        drop(watch);
        let after = events.recv_timeout(Duration::from_secs(5)).unwrap_err();
        assert_eq!(after, RecvTimeoutError::Disconnected);
    }
}
