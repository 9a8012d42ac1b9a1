//! The question before something is gone for ever: answered by typing, only at a terminal.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use super::failure::{Exit, Failure};
use crate::model::text::escape;

/// Longest answer that is read.
const LONGEST: u64 = 4096;

/// Asks for a text to be typed; `what` says what will be gone.
///
/// # Errors
/// When there is no terminal to ask at, or another text was typed.
pub fn typed(what: &str, wanted: &str) -> Result<(), Failure> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Failure::new(
            Exit::Usage,
            format!("{what} needs --yes when not at a terminal"),
            "there is no undo: look at it first, then repeat the command with --yes",
        ));
    }
    let (what, wanted) = (escape(what), wanted.trim());
    let question = format!("{what} is for ever: there is no undo.\nType {} to do it: ", escape(wanted));
    let broken = |e: io::Error| {
        Failure::new(Exit::Failed, format!("The terminal could not be read: {e}"), "repeat with --yes")
    };
    io::stderr().write_all(question.as_bytes()).map_err(broken)?;
    let mut answer = String::new();
    io::stdin().lock().take(LONGEST).read_line(&mut answer).map_err(broken)?;
    if answer.trim() == wanted {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Failed,
        "Nothing was deleted",
        "the typed text was another one; repeat the command to try again",
    ))
}
