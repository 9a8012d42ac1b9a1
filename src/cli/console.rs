//! `claviger` alone: the console on this terminal, over the store that this process then holds.

use std::io::{self, IsTerminal};

use super::failure::{Exit, Failure};
use super::output::Output;
use super::setting::{Setting, variable};
use super::table::Paint;
use crate::console::{self, Options};

/// Runs the console until the person leaves.
///
/// # Errors
/// When there is no terminal, the store cannot be opened, or the terminal is lost.
pub fn run(setting: &Setting, out: &Output) -> Result<(), Failure> {
    let hint = "run it in a terminal, or use a command: `claviger --help` shows them";
    // Asked before the store is opened: a script that forgot its command must not make one.
    if !(io::stdin().is_terminal() && out.is_terminal()) {
        return Err(Failure::new(
            Exit::Usage,
            "No command was given, and the console needs a terminal",
            hint,
        ));
    }
    if variable("TERM").is_some_and(|term| term == "dumb") {
        return Err(Failure::new(
            Exit::Usage,
            "The console needs a terminal that can draw, and this one says dumb",
            hint,
        ));
    }
    if setting.json {
        return Err(Failure::new(
            Exit::Usage,
            "--json needs a command",
            "`claviger keys list --json`, for one",
        ));
    }
    let door = setting.open_or_create()?;
    let options = Options { color: setting.paint == Paint::Colour };
    console::run(&door, &setting.clock, options)
        .map_err(|error| Failure::new(Exit::Failed, error.to_string(), error.hint()))
}
