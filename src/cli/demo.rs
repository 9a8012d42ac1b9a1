//! `claviger demo`: fills an empty store with made-up groups and keys.

use serde::Serialize;

use super::arguments::Demo;
use super::failure::Failure;
use super::json;
use super::output::{Output, remark};
use super::pages::mismatch;
use super::progress::watched;
use super::setting::Setting;
use crate::registry::{Command, Outcome, Ticket};

/// What was made, for scripts.
#[derive(Debug, Serialize)]
struct Made {
    groups: u64,
    keys: u64,
}

/// Fills the store.
///
/// # Errors
/// When it is not empty, or cannot be written.
pub fn run(args: &Demo, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let door = setting.open_or_create()?;
    let ticket = Ticket::new();
    let command = Command::FillDemo { keys: args.keys };
    let done = watched("Filling", &*setting.clock, &ticket, || door.execute(command, &ticket))?;
    let Outcome::DemoFilled { groups, keys } = done.outcome else { return Err(mismatch()) };
    if setting.json {
        out.line(&json::line(&Made { groups, keys })?)?;
    } else {
        out.line(&format!("Made up {groups} user groups and {keys} keys; nobody knows their Secrets"))?;
    }
    out.finish()?;
    remark("Next: claviger keys list, or claviger for the console");
    Ok(())
}
