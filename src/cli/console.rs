//! `claviger` alone: the console on this terminal, over the store that this process then holds.

use std::io::{self, IsTerminal};
use std::sync::mpsc::channel;

use super::failure::{Exit, Failure};
use super::output::{Output, remark};
use super::setting::{Setting, variable};
use super::table::Paint;
use crate::console::{self, Ended, Options};
use crate::registry::Watch;

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
    let options = Options { color: setting.paint == Paint::Colour };
    let (tell, remarks) = channel();
    let own = setting.clone();
    let open = move |watch: Watch<'_>| {
        let (door, remarks) = own.enter(watch)?;
        // Gone only if the person left before the store was open.
        let _ = tell.send(remarks);
        Ok(door)
    };
    let ended = console::run(open, &setting.clock, options);
    // Not before the terminal is given back.
    remarks.try_iter().flatten().for_each(|text: String| remark(&text));
    ended.map_err(|ended| match ended {
        Ended::Unopened(failure) => failure,
        Ended::Console(error) => Failure::new(Exit::Failed, error.to_string(), error.hint()),
    })
}
