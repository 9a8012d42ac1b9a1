//! The command line: from words to a command or query at the door, and from its answer to text or JSON.
//!
//! Data goes to standard output, everything else to standard error: one sentence, then `hint: …`. Knows the door by
//! its trait, whether a server holds the store or this process, and the store only by the errors of opening it; never what a record looks like on disk.

use clap::Parser;
use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};

mod account;
mod arguments;
mod attach;
mod changes;
mod completions;
mod confirm;
mod console;
mod demo;
mod due;
mod failure;
mod groups;
mod history;
mod import;
mod json;
mod keys;
mod listing;
mod output;
mod pages;
mod progress;
mod review;
mod rotations;
mod scan;
mod serve;
mod setting;
mod table;
mod upkeep;
mod usage;
mod verify;
mod when;
mod why;
mod wish;

use arguments::{Arguments, Verb};
use failure::{Exit, Failure};
use output::Output;
use setting::Setting;

/// Does what the words ask for; the exit code. Everything it opened is closed when it returns.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    harden();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match panic::catch_unwind(AssertUnwindSafe(|| obey(&arguments))) {
        Ok(Ok(())) => 0,
        Ok(Err(failure)) => failure.report(),
        Err(_) => Exit::Failed as u8,
    }
}

/// Files are for this account alone, a crash leaves no memory on disk, and a panic says where but not what: its
/// message could hold a value.
fn harden() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};
    umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let kept = getrlimit(Resource::Core).maximum;
    // Refused only where it is forbidden already.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: kept });
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let text = format!(
            "claviger met a fault of its own{place} and stopped\nhint: what was acknowledged is saved; report the place\n"
        );
        let _ = io::stderr().write_all(text.as_bytes());
    }));
}

fn obey(arguments: &[OsString]) -> Result<(), Failure> {
    let mut out = Output::standard()?;
    usage::refuse_secrets(arguments)?;
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) if usage::is_display(&error) => {
            let text = error.render();
            let text = if out.is_terminal() { text.ansi().to_string() } else { text.to_string() };
            out.text(&text)?;
            return out.finish();
        }
        Err(error) => return Err(usage::failure(&error, arguments)),
    };
    let setting = Setting::new(&parsed.global, out.is_terminal())?;
    match parsed.verb {
        Some(Verb::Keys(verb)) => keys::run(&verb, &setting, &mut out),
        Some(Verb::Groups(verb)) => groups::run(&verb, &setting, &mut out),
        Some(Verb::Rotations(verb)) => rotations::run(&verb, &setting, &mut out),
        Some(Verb::Verify(args)) => verify::run(&args, &setting, &mut out),
        Some(Verb::Changes(args)) => changes::run(&args, &setting, &mut out),
        Some(Verb::Why(args)) => why::run(&args, &setting, &mut out),
        Some(Verb::Serve(args)) => serve::run(&args, &setting, &mut out),
        Some(Verb::History(args)) => history::run(&args, &setting, &mut out),
        Some(Verb::Due(args)) => due::run(&args, &setting, &mut out),
        Some(Verb::Review(args)) => review::run(&args, &setting, &mut out),
        Some(Verb::Scan(args)) => scan::run(&args, &setting, &mut out),
        Some(Verb::Demo(args)) => demo::run(&args, &setting, &mut out),
        Some(Verb::Backup(args)) => upkeep::backup(&args, &setting, &mut out),
        Some(Verb::Restore(args)) => upkeep::restore(&args, &setting, &mut out),
        Some(Verb::Store(verb)) => upkeep::run(&verb, &setting, &mut out),
        Some(Verb::Completions(args)) => completions::run(&args, &mut out),
        None => console::run(&setting, &out),
    }
}
