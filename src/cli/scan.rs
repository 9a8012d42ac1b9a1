//! `claviger scan`: our Keys and Secrets in files, directories or standard input, by form and checksum.
//!
//! Works without a store; with one it says whose they are and whether they open anything. Nothing found is never said
//! without what was read.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::arguments::Scan;
use super::failure::{Exit, Failure};
use super::output::Output;
use super::setting::Setting;
use crate::model::counted;
use crate::model::text::escape;
use coverage::read_size;
use input::Input;
use report::Report;
use walk::{Named, Walk};

mod coverage;
mod input;
mod noting;
mod report;
mod walk;

/// Scans.
///
/// # Errors
/// What was found; what could not be read; or a report that cannot be written.
pub fn run(args: &Scan, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let limit = args.limit.as_deref().map(limit).transpose()?;
    let stop = listen()?;
    let own = fs::metadata(&setting.store).ok().map(|meta| (meta.dev(), meta.ino()));
    let mut report = Report::new(setting, args.live, args.note)?;
    let mut walk = Walk::new(&stop, limit, own);
    for place in &args.places {
        let mut see = |path: &str, found| report.add(path, found, out);
        if place.as_os_str() == "-" {
            match Input::open() {
                Ok(mut input) => walk.input("-", &mut input, Named::Itself, &mut see)?,
                Err(error) => walk.coverage.leave("-", error.to_string()),
            }
        } else {
            walk.place(place, &mut see)?;
        }
    }
    report.flush(out)?;
    let covered = walk.coverage;
    if setting.json {
        report.end(&covered, out)?;
    } else if report.secrets + report.keys == 0 && covered.unread == 0 {
        out.line(if args.live {
            "No Key and no Secret of a live key found"
        } else {
            "No Key and no Secret found"
        })?;
    }
    out.finish()?;
    covered.tell();
    report.tell_noted();
    verdict(&report, covered.unread, args.live)
}

/// The exit code, in words.
fn verdict(report: &Report<'_>, unread: u64, only_live: bool) -> Result<(), Failure> {
    let blind = (report.blind > 0).then(|| {
        format!(
            "No Secret can be traced to {} whose pre-checks were made with a store key that is lost",
            counted(report.blind, "key")
        )
    });
    let details = || blind.clone().into_iter().collect::<Vec<_>>();
    let found = report.secrets + report.keys;
    if found > 0 {
        let live = if report.asks() { format!(", {} live", report.live) } else { String::new() };
        let sentence =
            format!("Found {} and {}{live}", counted(report.secrets, "Secret"), counted(report.keys, "Key"));
        let hint = if report.secrets == 0 {
            "a Key is public; look whether its Secret lies near"
        } else if report.live > 0 || !report.asks() {
            "`claviger keys disable KEY` stops one at once; `claviger keys rotate KEY` replaces it first. Then take it out of the file and its past versions"
        } else {
            "none of them opens anything here; take them out of the file all the same"
        };
        return Err(Failure::new(Exit::Findings, sentence, hint).with_details(details()));
    }
    if unread > 0 || (only_live && report.blind > 0) {
        let read = unread == 0;
        let sentence = if read {
            "Nothing was found, but not every Secret can be traced".to_owned()
        } else {
            format!("Nothing was found, but {} could not be read", counted(unread, "input"))
        };
        let hint = if read {
            "without --live every Secret is told, whosever it is"
        } else {
            "make them readable, or name only what should be read"
        };
        return Err(Failure::new(Exit::Failed, sentence, hint).with_details(details()));
    }
    Ok(())
}

fn limit(text: &str) -> Result<u64, Failure> {
    read_size(text).filter(|bytes| *bytes > 0).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            format!("Size \"{}\" is none", escape(text)),
            "write it like 500M, 2G or 64k",
        )
    })
}

/// The first `^C` ends the reading, and what was covered is told; the second ends the program.
fn listen() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let interrupt = signal_hook::consts::SIGINT;
    signal_hook::flag::register_conditional_shutdown(interrupt, 130, Arc::clone(&stop))
        .and_then(|_| signal_hook::flag::register(interrupt, Arc::clone(&stop)))
        .map_err(|error| {
            Failure::new(Exit::Failed, format!("The signal for ^C cannot be heard: {error}"), "run it again")
        })?;
    Ok(stop)
}
