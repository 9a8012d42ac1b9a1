//! Findings that people live with: accepted, listed, taken back; and places of scans, forgotten.

use serde::Serialize;

use crate::cli::arguments::{AcceptFinding, ForgetSightings, WithdrawAcceptance};
use crate::cli::failure::Failure;
use crate::cli::json::{self, Array};
use crate::cli::listing;
use crate::cli::output::{Output, remark};
use crate::cli::pages::{mismatch, walk};
use crate::cli::setting::Setting;
use crate::cli::table::{Cell, Look};
use crate::cli::when::ahead;
use crate::clock::{date, rfc3339};
use crate::model::text::escape;
use crate::model::{About, Acceptance, Grounds, KeyId, ParseError, Practice, Severity, SomeLimits};
use crate::registry::{AcceptedPage, AcceptedRow, Command, Door, Holding, Outcome, Query, Ticket};

/// An acceptance for scripts.
#[derive(Debug, Serialize)]
pub(super) struct AcceptedJson<'a> {
    finding: &'static str,
    severity: &'static str,
    key: Option<&'a str>,
    group: &'a str,
    description: &'a str,
    reason: &'a str,
    accepted: String,
    accepted_by: &'a str,
    until: String,
    state: &'static str,
}

impl<'a> From<&'a AcceptedRow> for AcceptedJson<'a> {
    fn from(row: &'a AcceptedRow) -> Self {
        let Acceptance { finding, about, reason, until, made } = &row.acceptance;
        Self {
            finding: finding.code(),
            severity: finding.severity().code(),
            key: key_of(about),
            group: row.group.as_str(),
            description: &row.description,
            reason: reason.as_str(),
            accepted: rfc3339(made.time),
            accepted_by: made.by.as_str(),
            until: rfc3339(*until),
            state: row.holding.code(),
        }
    }
}

fn key_of(about: &About) -> Option<&str> {
    match about {
        About::Key(key) => Some(key.as_str()),
        About::Group(_) => None,
    }
}

/// Prints what is accepted.
///
/// # Errors
/// When the door refuses.
pub(super) fn list(
    limits: SomeLimits,
    worst: Severity,
    setting: &Setting,
    out: &mut Output,
) -> Result<(), Failure> {
    let door = setting.open()?;
    let mut rows: Vec<AcceptedRow> = Vec::new();
    let query = |window| Query::Accepted { limits, text: String::new(), window };
    walk::<AcceptedPage>(&*door, None, query, |row| {
        if row.acceptance.finding.severity() <= worst {
            rows.push(row);
        }
        Ok(())
    })?;
    if setting.json {
        let mut array = Array::default();
        rows.iter().try_for_each(|row| array.item(out, &AcceptedJson::from(row)))?;
        array.end(out)?;
        return out.finish();
    }
    if rows.is_empty() {
        remark(
            "No finding is accepted. `claviger review accept FINDING KEY --reason TEXT --until WHEN` accepts one",
        );
        return Ok(());
    }
    let head = ["Finding", "Key or Group", "Description", "Reason", "By", "Since", "Until", "State"];
    listing::table(head, rows.iter().map(cells), setting.paint, out)?;
    out.finish()
}

fn cells(row: &AcceptedRow) -> [Cell<'_>; 8] {
    let Acceptance { finding, about, reason, until, made } = &row.acceptance;
    let again = matches!(row.holding, Holding::Lapsed | Holding::SeenAgain);
    [
        Cell::new(finding.code()).looking(Look::Strong),
        Cell::new(key_of(about).unwrap_or(row.group.as_str())),
        Cell::new(&row.description),
        Cell::new(reason.as_str()),
        Cell::new(made.by.as_str()),
        Cell::made(date(made.time)),
        Cell::made(date(*until)),
        Cell::new(row.holding.name()).looking(if again { Look::Warning } else { Look::Normal }),
    ]
}

/// The key, or the group.
fn about(typed: &str) -> Result<About, ParseError> {
    let typed = typed.trim();
    if typed.starts_with("ck_") { typed.parse().map(About::Key) } else { typed.parse().map(About::Group) }
}

/// Lives with a finding.
///
/// # Errors
/// When a word is none, or the door refuses.
pub(super) fn accept(args: &AcceptFinding, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let (finding, about) = (Practice::parse(&args.finding)?, about(&args.about)?);
    let reason = Grounds::parse(&args.reason)?;
    let until = ahead("--until", &args.until, setting.now())?;
    let door = setting.open()?;
    let done = door.execute(Command::AcceptFinding { finding, about, reason, until }, &Ticket::new())?;
    let Outcome::FindingAccepted(accepted) = done.outcome else { return Err(mismatch()) };
    if setting.json {
        out.line(&json::line(&ChangedJson::from(&accepted))?)?;
    } else {
        let Acceptance { finding, about, until, .. } = &accepted;
        out.line(&format!("Accepted {} of {about} until {}", finding.code(), date(*until)))?;
    }
    out.finish()?;
    if is_missing(&*door, &accepted)? {
        remark("note: nothing of the kind is found now; what comes until then is left out");
    }
    Ok(())
}

/// Whether the review finds nothing of what was accepted: perhaps something else was meant.
fn is_missing(door: &dyn Door, accepted: &Acceptance) -> Result<bool, Failure> {
    let (limits, text) = (SomeLimits::default(), accepted.about.to_string());
    let mut missing = false;
    walk::<AcceptedPage>(
        door,
        None,
        |window| Query::Accepted { limits, text: text.clone(), window },
        |row| {
            let same = (row.acceptance.finding, &row.acceptance.about) == (accepted.finding, &accepted.about);
            missing |= same && row.holding == Holding::NotFound;
            Ok(())
        },
    )?;
    Ok(missing)
}

/// What was accepted or withdrawn, for scripts.
#[derive(Debug, Serialize)]
struct ChangedJson<'a> {
    finding: &'static str,
    key: Option<&'a str>,
    group: Option<&'a str>,
    reason: &'a str,
    until: String,
}

impl<'a> From<&'a Acceptance> for ChangedJson<'a> {
    fn from(accepted: &'a Acceptance) -> Self {
        let group = match &accepted.about {
            About::Group(code) => Some(code.as_str()),
            About::Key(_) => None,
        };
        Self {
            finding: accepted.finding.code(),
            key: key_of(&accepted.about),
            group,
            reason: accepted.reason.as_str(),
            until: rfc3339(accepted.until),
        }
    }
}

/// Takes an acceptance back.
///
/// # Errors
/// When a word is none, or the door refuses.
pub(super) fn withdraw(
    args: &WithdrawAcceptance,
    setting: &Setting,
    out: &mut Output,
) -> Result<(), Failure> {
    let (finding, about) = (Practice::parse(&args.finding)?, about(&args.about)?);
    let door = setting.open()?;
    let done = door.execute(Command::WithdrawAcceptance { finding, about }, &Ticket::new())?;
    let Outcome::AcceptanceWithdrawn(withdrawn) = done.outcome else { return Err(mismatch()) };
    if setting.json {
        out.line(&json::line(&ChangedJson::from(&withdrawn))?)?;
    } else {
        let Acceptance { finding, about, reason, .. } = &withdrawn;
        let reason = escape(reason.as_str());
        out.line(&format!("Withdrawn: {} of {about} was accepted because \"{reason}\"", finding.code()))?;
    }
    out.finish()
}

/// What was forgotten, for scripts.
#[derive(Debug, Serialize)]
struct ForgottenJson<'a> {
    key: &'a str,
    forgotten: u64,
}

/// Forgets where scans found a key.
///
/// # Errors
/// When KEY does not parse, or the door refuses.
pub(super) fn forget(args: &ForgetSightings, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let key: KeyId = args.key.trim().parse()?;
    let door = setting.open()?;
    let done = door.execute(Command::ForgetSightings { key }, &Ticket::new())?;
    let Outcome::SightingsForgotten { key, forgotten } = done.outcome else { return Err(mismatch()) };
    if setting.json {
        out.line(&json::line(&ForgottenJson { key: key.as_str(), forgotten })?)?;
    } else {
        let places = if forgotten == 1 { "1 place".into() } else { format!("{forgotten} places") };
        out.line(&format!(
            "Forgot {places} where {key} was found; a Secret that was out stays known to others"
        ))?;
    }
    out.finish()
}
