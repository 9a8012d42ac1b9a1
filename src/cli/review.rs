//! `claviger review`: findings against the security practices, with evidence and the command that mends each.

use serde::Serialize;

use super::arguments::Review;
use super::failure::{Exit, Failure};
use super::json::Array;
use super::output::{Output, remark};
use super::pages::{ask, mismatch, walk};
use super::setting::Setting;
use super::table::{Look, Paint};
use crate::model::text::escape;
use crate::model::{Days, Limits, Practice, Severity};
use crate::registry::{Answer, Door, Finding, Query, ReviewPage, Window};

/// A finding as the contract has it.
#[derive(Debug, Serialize)]
struct FindingJson<'a> {
    finding: &'static str,
    severity: &'static str,
    key: Option<&'a str>,
    description: &'a str,
    evidence: &'a str,
    remedy: String,
}

impl<'a> From<&'a Finding> for FindingJson<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            finding: finding.practice.code(),
            severity: finding.practice.severity().code(),
            key: finding.key.as_ref().map(|key| key.as_str()),
            description: &finding.description,
            evidence: &finding.evidence,
            remedy: finding.remedy(),
        }
    }
}

/// Prints the findings, then what could not be known.
///
/// # Errors
/// When a span is none, the door refuses, or something was found ([`Exit::Findings`]).
pub fn run(args: &Review, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let limits = Limits {
        unused: span("--unused", &args.unused)?,
        silent: span("--silent", &args.silent)?,
        unrotated: span("--unrotated", &args.unrotated)?,
    };
    let worst = severity(&args.severity)?;
    let door = setting.open()?;
    let Answer::Review(page) =
        ask(&*door, Query::Review { limits, text: String::new(), window: Window { offset: 0, limit: 0 } })?
    else {
        return Err(mismatch());
    };
    let meant = |practice: Practice| practice.severity() <= worst;
    if setting.json {
        let mut array = Array::default();
        each(&*door, limits, &page, &mut |finding| {
            if meant(finding.practice) { array.item(out, &FindingJson::from(&finding)) } else { Ok(()) }
        })?;
        array.end(out)?;
    } else {
        let mut last = None;
        each(&*door, limits, &page, &mut |finding| {
            if !meant(finding.practice) {
                return Ok(());
            }
            if last != Some(finding.practice) {
                heading(&page, finding.practice, last.is_none(), setting.paint, out)?;
                last = Some(finding.practice);
            }
            row(&finding, out)
        })?;
    }
    out.finish()?;
    page.gaps.iter().for_each(|gap| remark(&format!("note: {gap}")));
    let found: Vec<_> = page.counts.iter().filter(|(practice, _)| meant(*practice)).collect();
    let keys =
        if page.looked_at == 1 { "1 Active key".into() } else { format!("{} Active keys", page.looked_at) };
    if found.is_empty() {
        remark(&format!("No findings; looked at {keys}"));
        return Ok(());
    }
    let total: u64 = found.iter().map(|(_, count)| count).sum();
    let of = |severity: &Severity| {
        let count: u64 = found
            .iter()
            .filter(|(practice, _)| practice.severity() == *severity)
            .map(|(_, count)| count)
            .sum();
        (count > 0).then(|| format!("{count} {}", severity.code()))
    };
    let each: Vec<_> = Severity::ALL.iter().filter_map(of).collect();
    let noun = if total == 1 { "finding" } else { "findings" };
    let sentence = format!("{total} {noun} ({}) in {keys}", each.join(", "));
    Err(Failure::new(
        Exit::Findings,
        sentence,
        "each has the command that mends it; `--json` for a record of this review",
    ))
}

fn each(
    door: &dyn Door,
    limits: Limits,
    page: &ReviewPage,
    see: &mut dyn FnMut(Finding) -> Result<(), Failure>,
) -> Result<(), Failure> {
    walk::<ReviewPage>(
        door,
        Some(page.stamp),
        |window| Query::Review { limits, text: String::new(), window },
        see,
    )
    .map(drop)
}

fn heading(
    page: &ReviewPage,
    practice: Practice,
    first: bool,
    paint: Paint,
    out: &mut Output,
) -> Result<(), Failure> {
    if !first {
        out.line("")?;
    }
    let count = page.counts.iter().find(|(other, _)| *other == practice).map_or(0, |(_, count)| *count);
    let text = format!("{}: {} ({count})", practice.severity().name(), practice.name());
    let look = if practice.severity() == Severity::High { Look::Warning } else { Look::Strong };
    out.line(&paint.apply(look, &text))?;
    out.line(practice.reason())
}

fn row(finding: &Finding, out: &mut Output) -> Result<(), Failure> {
    let what = finding.key.map_or_else(|| finding.group.to_string(), |key| key.to_string());
    out.line(&format!("  {what}  {}: {}", escape(&finding.description), escape(&finding.evidence)))?;
    out.line(&format!("    {}", finding.remedy()))
}

fn span(option: &str, text: &str) -> Result<u16, Failure> {
    Days::parse(text).map(Days::get).map_err(|_| {
        let sentence = format!("{option} \"{}\" is not a span of 1 to 3650 days", escape(text));
        Failure::new(Exit::Usage, sentence, "write 90d or 12w")
    })
}

fn severity(text: &str) -> Result<Severity, Failure> {
    Severity::ALL.into_iter().find(|severity| severity.code().eq_ignore_ascii_case(text)).ok_or_else(|| {
        let sentence = format!("Severity \"{}\" is not one of high, medium, low", escape(text));
        Failure::new(Exit::Usage, sentence, "low is everything")
    })
}
