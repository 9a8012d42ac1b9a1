//! `claviger` without a command: the console, on the store that is there or is made now.

use std::io::{self, IsTerminal};

use super::failure::{Exit, Failure};
use super::setting::Setting;
use super::table::Paint;
use crate::console::{self, Options};

/// Runs the console until the person leaves.
///
/// # Errors
/// When this is no terminal, or the store cannot be opened.
pub fn run(setting: &Setting) -> Result<(), Failure> {
    // Asked before the store is opened: a script that forgot its command must not make one.
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        return Err(Failure::new(
            Exit::Usage,
            "No command was given, and the console needs a terminal",
            "`claviger --help` shows the commands",
        ));
    }
    let door = setting.open_or_create()?;
    let options = Options { color: matches!(setting.paint, Paint::Colour) };
    console::run(&door, &setting.clock, options)
        .map_err(|error| Failure::new(Exit::Failed, error.to_string(), error.hint()))
}
