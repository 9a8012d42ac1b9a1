//! A clipboard that takes everything, reads it back, and can be looked at.

use claviger::console::Copy;
use claviger::console::clipboard::{Clipboard, Report, Route, TerminalBytes};
use std::sync::{Arc, Mutex};

/// What is and was on the clipboard.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) now: Option<String>,
    pub(super) last: Option<String>,
}

/// A clipboard that takes everything and reads it back.
pub(super) struct Board {
    pub(super) contents: Arc<Mutex<Contents>>,
    pub(super) report: Box<dyn Fn(Report) + Send>,
}

impl Clipboard for Board {
    fn copy(&mut self, copy: Copy) {
        let text = Some(copy.text.to_string());
        *self.contents.lock().unwrap() = Contents { now: text.clone(), last: text };
        (self.report)(Report::Copied { what: copy.what, route: Route::X11, confirmed: true, write: None });
    }

    fn clear(&mut self) {
        let was_ours = self.contents.lock().unwrap().now.take().is_some();
        (self.report)(Report::Cleared { was_ours, write: None });
    }

    fn close(&mut self) -> Option<TerminalBytes> {
        self.contents.lock().unwrap().now = None;
        None
    }
}
