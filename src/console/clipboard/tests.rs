//! The clipboard over boards that work, hang, fail, or are taken over by somebody else.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::native::{Board, Native, Unusable};
use super::*;

type Contents = Arc<Mutex<String>>;

struct FakeBoard(
    Contents,
    #[expect(dead_code, reason = "dropped with the board: that is the message")] Option<Sender<()>>,
);

impl Board for FakeBoard {
    fn set(&mut self, text: &str) -> Result<(), Unusable> {
        text.clone_into(&mut self.0.lock().unwrap());
        Ok(())
    }

    fn get(&mut self) -> Option<Zeroizing<String>> {
        Some(Zeroizing::new(self.0.lock().unwrap().clone()))
    }

    fn clear(&mut self) {
        self.0.lock().unwrap().clear();
    }
}

fn over(native: Native, surroundings: Surroundings) -> (SystemClipboard, Receiver<Report>) {
    let (send, reports) = channel();
    (SystemClipboard::over(native, surroundings, move |report| drop(send.send(report))).unwrap(), reports)
}

fn working(surroundings: Surroundings) -> (SystemClipboard, Receiver<Report>, Contents) {
    let contents = Contents::default();
    let board = Arc::clone(&contents);
    let (clipboard, reports) =
        over(Native::unopened(move || Ok(Box::new(FakeBoard(board, None)))), surroundings);
    (clipboard, reports, contents)
}

fn copy(what: Copied, text: &str) -> Copy {
    Copy { what, text: Zeroizing::new(text.to_owned()) }
}

const X11: Surroundings = Surroundings { ssh: false, tmux: false, wayland: false, x11: true };

#[test]
fn a_native_copy_is_confirmed_by_reading_it_back_and_cleared_when_still_ours() {
    let (mut clipboard, reports, contents) = working(X11);
    clipboard.copy(copy(Copied::Secret, "cs_prd_x"));
    let (write, report) = reports.recv().unwrap().split(Duration::from_secs(100));
    assert!(write.is_none());
    let how = "copied to the X11 clipboard, confirmed by reading it back".to_owned();
    let clears_at = Some(Duration::from_secs(145));
    assert_eq!(report, ClipboardReport::Copied { what: Copied::Secret, how, confirmed: true, clears_at });
    assert_eq!(*contents.lock().unwrap(), "cs_prd_x");
    clipboard.clear();
    assert_eq!(reports.recv().unwrap().split(Duration::ZERO).1, ClipboardReport::Cleared);
    assert_eq!(*contents.lock().unwrap(), "");
}

#[test]
fn what_somebody_else_copied_later_is_left_alone() {
    let (mut clipboard, reports, contents) = working(X11);
    clipboard.copy(copy(Copied::Secret, "cs_prd_x"));
    reports.recv().unwrap();
    "a shopping list".clone_into(&mut contents.lock().unwrap());
    clipboard.clear();
    assert_eq!(reports.recv().unwrap().split(Duration::ZERO).1, ClipboardReport::Left);
    assert!(clipboard.close().is_none());
    assert_eq!(*contents.lock().unwrap(), "a shopping list");
}

#[test]
fn quitting_clears_a_secret_but_not_a_key() {
    let (mut clipboard, reports, contents) = working(X11);
    clipboard.copy(copy(Copied::Secret, "cs_prd_x"));
    reports.recv().unwrap();
    clipboard.close();
    assert_eq!(*contents.lock().unwrap(), "");
    let (mut clipboard, reports, contents) = working(X11);
    clipboard.copy(copy(Copied::Key, "ck_prd_x"));
    reports.recv().unwrap();
    drop(clipboard);
    assert_eq!(*contents.lock().unwrap(), "ck_prd_x");
}

#[test]
fn over_ssh_the_native_clipboard_is_never_opened() {
    let native = Native::unopened(|| panic!("opened"));
    let (mut clipboard, reports) = over(native, Surroundings { ssh: true, ..X11 });
    clipboard.copy(copy(Copied::Secret, "hello"));
    let (write, report) = reports.recv().unwrap().split(Duration::ZERO);
    assert_eq!(write.unwrap().expose(), b"\x1b]52;c;aGVsbG8=\x1b\\");
    assert!(
        matches!(report, ClipboardReport::Copied { confirmed: false, how, .. } if how.contains("OSC 52"))
    );
    assert_eq!(clipboard.close().unwrap().expose(), b"\x1b]52;c;IA==\x1b\\");
}

#[test]
fn a_hung_display_server_costs_a_moment_and_then_osc_52_is_the_route_for_good() {
    let (release, hung) = channel::<()>();
    let (alive, gone) = channel::<()>();
    let contents = Contents::default();
    let board = Arc::clone(&contents);
    let native = Native::unopened(move || {
        let _ = hung.recv();
        Ok(Box::new(FakeBoard(board, Some(alive))))
    });
    let (mut clipboard, reports) = over(native, X11);
    for _ in 0..2 {
        clipboard.copy(copy(Copied::Secret, "hello"));
        let report = reports.recv_timeout(Duration::from_secs(10)).unwrap();
        assert!(matches!(report, Report::Copied { route: Route::Osc52 { .. }, write: Some(_), .. }));
    }
    drop(release);
    assert!(gone.recv_timeout(Duration::from_secs(10)).is_err(), "its thread ends once it can");
    clipboard.close();
    assert_eq!(*contents.lock().unwrap(), "", "the abandoned copy must not turn up late");
}

#[test]
fn without_a_display_the_copy_goes_to_the_terminal() {
    let (mut clipboard, reports) = over(Native::unopened(|| Err(Unusable)), Surroundings::default());
    clipboard.copy(copy(Copied::Key, "ck_prd_x"));
    let report = reports.recv().unwrap();
    assert!(matches!(report, Report::Copied { route: Route::Osc52 { tmux: false }, .. }));
    assert!(clipboard.close().is_none(), "a Key need not be cleared");
}

#[test]
fn debug_shows_no_text() {
    assert!(!format!("{:?}", copy(Copied::Secret, "hello")).contains("hello"));
    assert_eq!(format!("{:?}", osc52::copy("hello")), "TerminalBytes(..)");
}
