//! `claviger review --report`: one JSON object that tells an auditor by itself what was looked at, how, and what was found.

use serde::Serialize;

use super::accepted::AcceptedJson;
use super::{FindingJson, each};
use crate::cli::failure::Failure;
use crate::cli::json::{Array, line};
use crate::cli::output::Output;
use crate::cli::pages::walk;
use crate::clock::rfc3339;
use crate::model::{Limits, Practice, Severity, SomeLimits};
use crate::registry::{AcceptedPage, Door, Query, ReviewPage};

/// What the review rests on.
#[derive(Debug, Serialize)]
struct BasisJson<'a> {
    made: String,
    by: &'a str,
    revision: u64,
    limits: LimitsJson,
    /// Findings at least so bad.
    severity: &'static str,
    practices: Vec<&'static str>,
    active_keys: u64,
    /// null: no call was ever noted
    history_since: Option<String>,
    not_known: &'a [String],
    findings: u64,
    /// Accepted ones that are not among the findings.
    left_out: u64,
}

#[derive(Debug, Serialize)]
struct LimitsJson {
    #[serde(rename = "unused_days")]
    unused: u16,
    #[serde(rename = "silent_days")]
    silent: u16,
    #[serde(rename = "unrotated_days")]
    unrotated: u16,
}

/// A finding with what makes it one.
#[derive(Debug, Serialize)]
struct ToldJson<'a> {
    #[serde(flatten)]
    finding: FindingJson<'a>,
    group: &'a str,
    reason: &'static str,
}

/// Writes `review`, then `findings`, then `accepted`.
///
/// # Errors
/// When the door refuses, when it cannot be written, or when the store changed meanwhile.
pub(super) fn write(
    door: &dyn Door,
    limits: SomeLimits,
    worst: Severity,
    (page, most): (&ReviewPage, u64),
    out: &mut Output,
) -> Result<(), Failure> {
    let Limits { unused, silent, unrotated } = page.basis.limits;
    let basis = BasisJson {
        made: rfc3339(page.basis.made),
        by: door.actor().account.as_str(),
        revision: page.basis.revision,
        limits: LimitsJson { unused, silent, unrotated },
        severity: worst.code(),
        practices: Practice::ALL.iter().filter(|p| p.severity() <= worst).map(|p| p.code()).collect(),
        active_keys: page.looked_at,
        history_since: page.basis.since.map(rfc3339),
        not_known: &page.gaps,
        findings: most,
        left_out: page.accepted,
    };
    out.text(&format!("{{\"review\":{},\n\"findings\":", line(&basis)?))?;
    let mut array = Array::default();
    each(door, limits, true, (page, most), &mut |finding| {
        let (group, reason) = (finding.group.as_str(), finding.practice.reason());
        array.item(out, &ToldJson { finding: FindingJson::from(&finding), group, reason })
    })?;
    array.end(out)?;
    out.text(",\"accepted\":")?;
    let mut array = Array::default();
    let query = |window| Query::Accepted { limits, text: String::new(), window };
    walk::<AcceptedPage>(door, Some(page.basis.revision), query, |row| {
        let meant = row.acceptance.finding.severity() <= worst;
        if meant { array.item(out, &AcceptedJson::from(&row)) } else { Ok(()) }
    })?;
    array.end(out)?;
    out.line("}")
}
