//! The clipboard of the desktop, on a thread that may hang without taking anyone along.
//!
//! X11 and Wayland serve a text only while the process that copied it lives, so one handle is opened lazily and kept.
//! What is kept to recognise our text later is its digest, not the text.

use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;
use zeroize::Zeroizing;

/// How long a copy may take before OSC 52 is tried: a hung X server keeps the caller for more than 20 s.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// How long clearing may take: it happens on the way out as well.
const PATIENCE_AT_THE_DOOR: Duration = Duration::from_millis(700);

/// The native clipboard cannot be used: absent, refused, or too slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unusable;

/// What a desktop's clipboard does.
pub trait Board {
    /// Puts a text there.
    fn set(&mut self, text: &str) -> Result<(), Unusable>;
    /// Reads what is there.
    fn get(&mut self) -> Option<Zeroizing<String>>;
    /// Empties it.
    fn clear(&mut self);
}

/// Opens a board; called on the thread, at the first copy.
pub type Opener = Box<dyn FnOnce() -> Result<Box<dyn Board>, Unusable> + Send>;

enum Ask {
    Set(Zeroizing<String>, bool),
    Clear,
}

/// The thread that holds the handle, and how to ask it.
pub struct Native {
    opener: Option<Opener>,
    asks: Option<Sender<(Ask, SyncSender<bool>)>>,
    /// Breaks when the thread has let go of the handle.
    gone: Option<Receiver<()>>,
    abandoned: Arc<AtomicBool>,
}

impl Native {
    /// Nothing is opened before the first copy.
    pub fn unopened(opener: impl FnOnce() -> Result<Box<dyn Board>, Unusable> + Send + 'static) -> Self {
        Self { opener: Some(Box::new(opener)), asks: None, gone: None, abandoned: Arc::default() }
    }

    /// Copies; whether reading it back gave the same text. After an error this clipboard is not to be asked again.
    pub fn set(&mut self, text: &str, secret: bool) -> Result<bool, Unusable> {
        if let Some(opener) = self.opener.take() {
            let (asks, incoming) = channel();
            let abandoned = Arc::clone(&self.abandoned);
            let (alive, gone) = channel();
            let thread = std::thread::Builder::new().name("clipboard-native".into());
            let work = move || {
                serve(opener, &incoming, &abandoned);
                drop::<Sender<()>>(alive);
            };
            thread.spawn(work).map_err(|_| Unusable)?;
            (self.asks, self.gone) = (Some(asks), Some(gone));
        }
        self.ask(Ask::Set(Zeroizing::new(text.to_owned()), secret), PATIENCE)
    }

    /// Clears the clipboard if our last Secret is still on it; whether it was.
    pub fn clear(&mut self) -> bool {
        self.asks.is_some() && self.ask(Ask::Clear, PATIENCE_AT_THE_DOOR).unwrap_or(false)
    }

    /// Gives the handle back, and waits for that a moment.
    pub fn close(mut self) {
        self.asks = None;
        if let Some(gone) = self.gone.take() {
            let _ = gone.recv_timeout(PATIENCE_AT_THE_DOOR);
        }
    }

    fn ask(&self, ask: Ask, patience: Duration) -> Result<bool, Unusable> {
        let asks = self.asks.as_ref().ok_or(Unusable)?;
        let (answer, answered) = sync_channel(1);
        asks.send((ask, answer)).map_err(|_| Unusable)?;
        answered.recv_timeout(patience).map_err(|error| {
            if error == RecvTimeoutError::Timeout {
                self.abandoned.store(true, Ordering::SeqCst);
            }
            Unusable
        })
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

fn serve(opener: Opener, incoming: &Receiver<(Ask, SyncSender<bool>)>, abandoned: &AtomicBool) {
    let Ok(mut board) = opener() else { return };
    let mut ours: Option<[u8; 32]> = None;
    let clear = |board: &mut Box<dyn Board>, ours: &mut Option<[u8; 32]>| {
        let Some(wanted) = ours.take() else { return false };
        let still = board.get().is_some_and(|text| digest(&text) == wanted);
        if still {
            board.clear();
        }
        still
    };
    for (ask, answer) in incoming {
        // Given up while it hung: the text went another way, and must not turn up here late.
        if abandoned.load(Ordering::SeqCst) {
            clear(&mut board, &mut ours);
            return;
        }
        let result = match ask {
            Ask::Set(text, secret) => {
                if board.set(&text).is_err() {
                    return;
                }
                let written = digest(&text);
                ours = secret.then_some(written);
                let confirmed = board.get().is_some_and(|back| digest(&back) == written);
                if abandoned.load(Ordering::SeqCst) {
                    ours = Some(written);
                    clear(&mut board, &mut ours);
                    return;
                }
                confirmed
            }
            Ask::Clear => clear(&mut board, &mut ours),
        };
        let _ = answer.send(result);
    }
}

struct SystemBoard(arboard::Clipboard);

/// Opens the clipboard of the system.
pub fn system_board() -> Result<Box<dyn Board>, Unusable> {
    arboard::Clipboard::new()
        .map(|board| Box::new(SystemBoard(board)) as Box<dyn Board>)
        .map_err(|_| Unusable)
}

impl Board for SystemBoard {
    fn set(&mut self, text: &str) -> Result<(), Unusable> {
        #[cfg(target_os = "macos")]
        use arboard::SetExtApple;
        #[cfg(not(target_os = "macos"))]
        use arboard::SetExtLinux;
        self.0.set().exclude_from_history().text(text).map_err(|_| Unusable)
    }

    fn get(&mut self) -> Option<Zeroizing<String>> {
        self.0.get_text().ok().map(Zeroizing::new)
    }

    fn clear(&mut self) {
        // Nothing can be done about a refusal here; the handle goes with the process in any case.
        let _ = self.0.clear();
    }
}
