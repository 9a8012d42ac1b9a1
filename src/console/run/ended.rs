//! Why the console could not run, or ended other than by the person's wish.
//!
//! Says what to do next about the terminal and the threads; why a store cannot be opened is its own affair.

use std::io;

/// Why the console could not run, or had to end.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The terminal cannot be used.
    #[error("The console needs a terminal: {0}")]
    Terminal(#[source] io::Error),
    /// The operating system gave no thread.
    #[error("The console could not start its threads: {0}")]
    Threads(#[source] io::Error),
}

impl ConsoleError {
    /// The next step.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Terminal(_) => "run it in a terminal, or use the commands: `claviger --help`",
            Self::Threads(_) => "close other programs or raise the limit on processes (`ulimit -u`)",
        }
    }
}

/// Why the console ended other than by the person's wish; `E` says why the store could not be opened.
#[derive(Debug)]
pub enum Ended<E> {
    /// The terminal or the operating system said no.
    Console(ConsoleError),
    /// The store could not be opened.
    Unopened(E),
}

impl<E> From<io::Error> for Ended<E> {
    fn from(error: io::Error) -> Self {
        Self::Console(ConsoleError::Terminal(error))
    }
}
