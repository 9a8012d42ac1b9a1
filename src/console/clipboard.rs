//! The clipboard: one route for each copy, named, and honest about whether it was confirmed.
//!
//! Works on a thread of its own, because a display server that hangs would hang the console with it. The route is
//! chosen once: OSC 52 in a session over SSH, where the native clipboard belongs to the wrong machine; else the native
//! one, and OSC 52 when that fails or takes too long. The only room that says arboard. It must not know what a key
//! or a screen is, and it never writes to the terminal itself: bytes meant for it go back in the [`Report`], so that
//! they leave through the same writer as the drawing and never split a frame.

mod native;
mod osc52;
mod route;

use std::fmt;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;
use zeroize::Zeroizing;

use super::effect::Copy;
use super::event::{ClipboardReport, Copied};
use native::Native;
pub use route::{Route, Surroundings};

/// How long a Secret stays on the clipboard.
pub const KEPT_FOR: Duration = Duration::from_secs(45);

/// Bytes that the run loop writes to the terminal between two frames; wiped when dropped, never shown by `Debug`.
pub struct TerminalBytes(Zeroizing<Vec<u8>>);

impl TerminalBytes {
    /// The bytes themselves.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for TerminalBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TerminalBytes(..)")
    }
}

/// What became of a request.
#[derive(Debug)]
pub enum Report {
    /// The text went this way.
    Copied {
        /// What it was.
        what: Copied,
        /// The way.
        route: Route,
        /// Whether reading it back gave the same text.
        confirmed: bool,
        /// To be written to the terminal now: only then is the copy on its way.
        write: Option<TerminalBytes>,
    },
    /// The clipboard was looked at to be cleared.
    Cleared {
        /// Whether it still held our text; if not, it was left alone. By OSC 52 nobody can know.
        was_ours: bool,
        /// To be written to the terminal now.
        write: Option<TerminalBytes>,
    },
}

impl Report {
    /// What goes to the terminal now, and what the console is told, at this time on the clock's ticks.
    pub fn split(self, ticks: Duration) -> (Option<TerminalBytes>, ClipboardReport) {
        match self {
            Self::Copied { what, route, confirmed, write } => {
                let clears_at = what.is_secret().then(|| ticks.saturating_add(KEPT_FOR));
                let how = route.sentence(confirmed).to_owned();
                (write, ClipboardReport::Copied { what, how, confirmed, clears_at })
            }
            Self::Cleared { was_ours: true, write } => (write, ClipboardReport::Cleared),
            Self::Cleared { was_ours: false, write } => (write, ClipboardReport::Left),
        }
    }
}

/// The seam: journeys put a clipboard of their own here.
pub trait Clipboard: Send {
    /// Starts a copy; a [`Report::Copied`] follows.
    fn copy(&mut self, copy: Copy);
    /// Clears the last copy of a Secret if it is still there; a [`Report::Cleared`] follows.
    fn clear(&mut self);
    /// Clears as above and ends, within two seconds at most; what is returned must still go to the terminal.
    fn close(&mut self) -> Option<TerminalBytes>;
}

enum Request {
    Copy(Copy),
    Clear,
    Close(SyncSender<Option<TerminalBytes>>),
}

/// The real one.
#[derive(Debug)]
pub struct SystemClipboard {
    requests: Option<Sender<Request>>,
}

impl SystemClipboard {
    /// Starts the thread; nothing is opened before the first copy.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(
        surroundings: Surroundings,
        report: impl Fn(Report) + Send + 'static,
    ) -> std::io::Result<Self> {
        let native = Native::unopened(native::system_board);
        Self::over(native, surroundings, report)
    }

    fn over(
        native: Native,
        surroundings: Surroundings,
        report: impl Fn(Report) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (requests, incoming) = channel();
        let work = Work { native: (!surroundings.ssh).then_some(native), surroundings, by_terminal: false };
        std::thread::Builder::new().name("clipboard".into()).spawn(move || work.serve(&incoming, &report))?;
        Ok(Self { requests: Some(requests) })
    }

    fn send(&self, request: Request) {
        if let Some(requests) = &self.requests {
            // The thread ends only after Close; a lost request then is meant.
            let _ = requests.send(request);
        }
    }
}

impl Clipboard for SystemClipboard {
    fn copy(&mut self, copy: Copy) {
        self.send(Request::Copy(copy));
    }

    fn clear(&mut self) {
        self.send(Request::Clear);
    }

    fn close(&mut self) -> Option<TerminalBytes> {
        let (answer, cleared) = sync_channel(1);
        self.send(Request::Close(answer));
        self.requests = None;
        cleared.recv_timeout(Duration::from_secs(2)).ok().flatten()
    }
}

impl Drop for SystemClipboard {
    fn drop(&mut self) {
        if self.requests.is_some() {
            self.close();
        }
    }
}

/// What the thread knows.
struct Work {
    /// `None` once it failed, and over SSH: then OSC 52 it is, for good.
    native: Option<Native>,
    surroundings: Surroundings,
    /// Whether a Secret went out by OSC 52 and was not cleared since.
    by_terminal: bool,
}

impl Work {
    fn serve(mut self, incoming: &Receiver<Request>, report: &dyn Fn(Report)) {
        for request in incoming {
            match request {
                Request::Copy(copy) => report(self.copy(&copy)),
                Request::Clear => report(self.clear()),
                Request::Close(answer) => {
                    let write = match self.clear() {
                        Report::Cleared { write, .. } | Report::Copied { write, .. } => write,
                    };
                    if let Some(native) = self.native.take() {
                        native.close();
                    }
                    let _ = answer.send(write);
                    return;
                }
            }
        }
    }

    fn copy(&mut self, copy: &Copy) -> Report {
        let what = copy.what;
        if let Some(native) = &mut self.native {
            match native.set(&copy.text, what.is_secret()) {
                Ok(confirmed) => {
                    return Report::Copied {
                        what,
                        route: self.surroundings.native(),
                        confirmed,
                        write: None,
                    };
                }
                Err(_) => self.native = None,
            }
        }
        self.by_terminal = what.is_secret();
        let route = Route::Osc52 { tmux: self.surroundings.tmux };
        Report::Copied { what, route, confirmed: false, write: Some(osc52::copy(&copy.text)) }
    }

    fn clear(&mut self) -> Report {
        if std::mem::take(&mut self.by_terminal) {
            return Report::Cleared { was_ours: true, write: Some(osc52::blank()) };
        }
        let was_ours = self.native.as_mut().is_some_and(Native::clear);
        Report::Cleared { was_ours, write: None }
    }
}

#[cfg(test)]
mod tests;
