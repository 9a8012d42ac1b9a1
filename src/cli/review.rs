//! `claviger review`: findings against the security practices, with evidence and the command that mends each.

use serde::Serialize;

use super::arguments::{Review, ReviewVerb};
use super::failure::{Exit, Failure};
use super::json::Array;
use super::output::{Output, remark};
use super::pages::{ask, mismatch, walk_first};
use super::setting::Setting;
use super::table::{Look, Paint};
use crate::model::text::escape;
use crate::model::{Days, Practice, Severity, SomeLimits};
use crate::registry::{Answer, Door, Finding, Query, ReviewPage, Window};

mod accepted;
mod report;

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

/// Tells the findings, or does something about one.
///
/// # Errors
/// When a word is none, the door refuses, or something was found ([`Exit::Findings`]).
pub fn run(args: &Review, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    match &args.verb {
        Some(ReviewVerb::Accept(args)) => return accepted::accept(args, setting, out),
        Some(ReviewVerb::Withdraw(args)) => return accepted::withdraw(args, setting, out),
        Some(ReviewVerb::Forget(args)) => return accepted::forget(args, setting, out),
        None => {}
    }
    let span =
        |option: &str, text: &Option<String>| text.as_deref().map(|text| span(option, text)).transpose();
    let limits = SomeLimits {
        unused: span("--unused", &args.unused)?,
        silent: span("--silent", &args.silent)?,
        unrotated: span("--unrotated", &args.unrotated)?,
    };
    let worst = severity(&args.severity)?;
    if args.accepted {
        return accepted::list(limits, worst, setting, out);
    }
    tell(limits, worst, args.report, setting, out)
}

/// Prints the findings, then what could not be known.
fn tell(
    limits: SomeLimits,
    worst: Severity,
    report: bool,
    setting: &Setting,
    out: &mut Output,
) -> Result<(), Failure> {
    let door = setting.open()?;
    let Answer::Review(page) = ask(&*door, query(limits, None, false, Window { offset: 0, limit: 0 }))?
    else {
        return Err(mismatch());
    };
    // The worst come first: what is not meant is not even asked for.
    let meant = |practice: Practice| practice.severity() <= worst;
    let most = page.counts.iter().filter(|(practice, _)| meant(*practice)).map(|(_, count)| count).sum();
    if report {
        report::write(&*door, limits, worst, (&page, most), out)?;
    } else if setting.json {
        let mut array = Array::default();
        each(&*door, limits, true, (&page, most), &mut |finding| {
            array.item(out, &FindingJson::from(&finding))
        })?;
        array.end(out)?;
    } else {
        let mut last = None;
        each(&*door, limits, false, (&page, most), &mut |finding| {
            if last != Some(finding.practice) {
                heading(&page, finding.practice, last.is_none(), setting.paint, out)?;
                last = Some(finding.practice);
            }
            row(&finding, out)
        })?;
    }
    out.finish()?;
    page.gaps.iter().for_each(|gap| remark(&format!("note: {gap}")));
    if page.accepted > 0 {
        let (noun, are) = if page.accepted == 1 { ("finding", "is") } else { ("findings", "are") };
        let count = page.accepted;
        remark(&format!("note: {count} accepted {noun} {are} left out: `claviger review --accepted`"));
    }
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
        "each has the command that mends it; `--report` for a record of this review to hand to an auditor",
    ))
}

fn each(
    door: &dyn Door,
    limits: SomeLimits,
    whole: bool,
    (page, most): (&ReviewPage, u64),
    see: &mut dyn FnMut(Finding) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let stamp = Some(page.stamp);
    walk_first::<ReviewPage>(door, stamp, most, |window| query(limits, stamp, whole, window), see).map(drop)
}

fn query(limits: SomeLimits, stamp: Option<u64>, whole: bool, window: Window) -> Query {
    Query::Review { limits, text: String::new(), stamp, whole, window }
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
    let word = paint.apply(Look::Faint, practice.code());
    let look = if practice.severity() == Severity::High { Look::Warning } else { Look::Strong };
    out.line(&format!("{}  {word}", paint.apply(look, &text)))?;
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
