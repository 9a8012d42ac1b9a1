//! `claviger completions`: what a shell needs to complete our words.

use clap::CommandFactory;

use super::arguments::{Arguments, Completions};
use super::failure::Failure;
use super::output::Output;

/// Prints the completions of a shell.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Completions, out: &mut Output) -> Result<(), Failure> {
    // Into memory first: the generator ends the process in a panic when its writer fails.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "claviger", &mut script);
    out.text(&String::from_utf8_lossy(&script))?;
    out.finish()
}
