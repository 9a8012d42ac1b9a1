//! `claviger why REF`: the full reason of one refusal, and the step that would mend it.

use serde::Serialize;

use super::arguments::Why;
use super::failure::Failure;
use super::json;
use super::output::Output;
use super::setting::Setting;
use crate::clock::{exact, rfc3339};
use crate::model::text::escape;
use crate::registry::{Answer, Query, Reason, Refusal, Rung, Ticket};

/// The reason for scripts.
#[derive(Debug, Serialize)]
struct Report<'a> {
    #[serde(rename = "ref")]
    reference: &'a str,
    time: String,
    error: &'a str,
    key: Option<&'a str>,
    description: Option<&'a str>,
    group: Option<&'a str>,
    source: Option<&'a str>,
    agent: Option<&'a str>,
    ladder: &'a [Rung],
    detail: &'a str,
    mend: &'a str,
}

/// Prints the reason.
///
/// # Errors
/// When nothing is known of this reference, or the store cannot be asked.
pub fn run(args: &Why, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let door = setting.open()?;
    let query = Query::Why { reference: args.reference.clone() };
    let Answer::Why(reason) = door.ask(query, &Ticket::new())? else {
        return Err(Refusal::NoSuchReference(args.reference.chars().take(40).collect()).into());
    };
    if setting.json {
        out.line(&json::line(&report(&reason))?)?;
    } else {
        for line in lines(&reason) {
            out.line(&line)?;
        }
    }
    out.finish()
}

fn report(reason: &Reason) -> Report<'_> {
    Report {
        reference: &reason.reference,
        time: rfc3339(reason.time),
        error: &reason.error,
        key: reason.key.as_ref().map(|key| key.as_str()),
        description: reason.description.as_ref().map(|text| text.as_str()),
        group: reason.group.as_ref().map(|code| code.as_str()),
        source: reason.source.as_deref(),
        agent: reason.agent.as_deref(),
        ladder: &reason.ladder,
        detail: &reason.detail,
        mend: &reason.mend,
    }
}

fn lines(reason: &Reason) -> Vec<String> {
    let step = |rung: &Rung| format!("{} {}", escape(&rung.name), if rung.passed { '✔' } else { '✘' });
    let mut ladder: Vec<String> = reason.ladder.iter().map(step).collect();
    if !reason.detail.is_empty() {
        ladder.push(escape(&reason.detail).into_owned());
    }
    let of = match (&reason.key, &reason.description) {
        (Some(key), Some(description)) => format!(" of {key} ({})", escape(description.as_str())),
        (Some(key), None) => format!(" of {key}"),
        (None, _) => String::new(),
    };
    let mut lines = vec![format!("{}{of}, {}", reason.error, exact(reason.time)), ladder.join(" ")];
    let from = [("from", &reason.source), ("by", &reason.agent)];
    let from: Vec<_> = from
        .iter()
        .filter_map(|(word, text)| Some(format!("{word} {}", escape((*text).as_ref()?))))
        .collect();
    if !from.is_empty() {
        lines.push(from.join(" "));
    }
    if !reason.mend.is_empty() {
        lines.push(format!("To mend it: {}", escape(&reason.mend)));
    }
    lines
}
