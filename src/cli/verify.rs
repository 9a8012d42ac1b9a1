//! `claviger verify`: one Key and its Secret, as an API would present them.

use serde::Serialize;
use serde_json::Value;
use std::io::{self, IsTerminal, Read};
use std::os::unix::ffi::OsStringExt;
use zeroize::Zeroizing;

use super::arguments::Verify;
use super::failure::{Exit, Failure};
use super::json;
use super::output::Output;
use super::setting::{Setting, variable};
use super::wish;
use crate::credential::{Secret, SecretError};
use crate::model::text::escape;
use crate::registry::{Asked, Explained, KeyDetails, Reason, Verdict};

/// A Secret has 56 bytes; what is longer than this is none, whatever follows.
const LONGEST: usize = 4096;

/// The answer for scripts.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Report<'a> {
    Valid {
        valid: bool,
        key: &'a str,
        description: &'a str,
        group: &'a str,
        environment: &'static str,
        /// Only where a table was named: what the application must apply, or null.
        #[serde(skip_serializing_if = "Option::is_none")]
        filter: Option<Value>,
    },
    Insufficient {
        valid: bool,
        error: &'static str,
        #[serde(rename = "ref")]
        reference: &'a str,
    },
    Invalid {
        valid: bool,
        error: &'static str,
    },
}

/// Verifies.
///
/// # Errors
/// `Invalid API Key`, whatever the reason; `Insufficient Permissions` once the Secret is proved; or the store cannot be asked.
pub fn run(args: &Verify, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let asked = wish::read(&args.wish)?;
    let presented = presented()?;
    let door = setting.open()?;
    let text = std::str::from_utf8(&presented).map_err(|_| SecretError::Form);
    let secret = text.and_then(Secret::parse);
    let verdict = door.attempt(&args.key, secret.as_ref().map_err(|error| *error), asked.as_ref())?;
    match verdict {
        Verdict::Valid(details) => {
            // What the application must apply; whether it may at all was decided above.
            let explained = match &asked {
                Some(asked) => Some(wish::explain(&*door, &details.row.record.group, asked)?),
                None => None,
            };
            allowed(&details, explained.as_ref(), asked.as_ref(), setting, out)
        }
        Verdict::Insufficient(reason) => Err(denied(&reason, setting, out)?),
        Verdict::Invalid => {
            if setting.json {
                out.line(&json::line(&Report::Invalid { valid: false, error: "Invalid API Key" })?)?;
                out.finish()?;
            }
            let hint = "the Key is unknown, disabled, deleted or expired, or the Secret is another; `claviger keys show KEY` tells";
            Err(Failure::new(Exit::InvalidApiKey, "Invalid API Key", hint))
        }
    }
}

/// The one text, the ladder below it, the reference that names it, and the step that would mend it.
fn denied(reason: &Reason, setting: &Setting, out: &mut Output) -> Result<Failure, Failure> {
    if setting.json {
        let (valid, error, reference) = (false, "Insufficient Permissions", &reason.reference);
        out.line(&json::line(&Report::Insufficient { valid, error, reference })?)?;
        out.finish()?;
    }
    let mut details = wish::ladder(&reason.ladder);
    details.push(format!("ref {}", escape(&reason.reference)));
    let hint = escape(&reason.mend).into_owned();
    Ok(Failure::new(Exit::InsufficientPermissions, "Insufficient Permissions", hint).with_details(details))
}

fn allowed(
    details: &KeyDetails,
    explained: Option<&Explained>,
    asked: Option<&Asked>,
    setting: &Setting,
    out: &mut Output,
) -> Result<(), Failure> {
    let record = &details.row.record;
    let expression = explained.and_then(|explained| explained.filter.as_deref());
    if setting.json {
        out.line(&json::line(&Report::Valid {
            valid: true,
            key: record.key.as_str(),
            description: record.description.as_str(),
            group: record.group.as_str(),
            environment: record.key.environment().code(),
            filter: asked.filter(|asked| asked.table.is_some()).map(|_| {
                let filter = explained.and_then(|explained| explained.record_filter.as_ref());
                filter.map_or(Value::Null, |filter| {
                    serde_json::json!({
                        "conditions": filter.conditions, "scheme": filter.scheme, "expression": expression
                    })
                })
            }),
        })?)?;
    } else {
        let description = escape(record.description.as_str());
        out.line(&format!("Valid: {description} ({}), user group {}", record.key, record.group))?;
        if let Some(expression) = expression {
            out.line(&format!("Only records where {}", escape(expression)))?;
        }
    }
    out.finish()
}

/// What was presented as the Secret, without the newline at its end.
fn presented() -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = if let Some(value) = variable("CLAVIGER_SECRET") {
        Zeroizing::new(value.into_vec())
    } else {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            return Err(missing());
        }
        // With all its room from the start: growing would leave copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 32));
        stdin.lock().take(LONGEST as u64).read_to_end(&mut bytes).map_err(|e| {
            Failure::new(Exit::Failed, format!("Standard input could not be read: {e}"), "pipe the Secret in")
        })?;
        bytes
    };
    for end in [b'\n', b'\r'] {
        if bytes.last() == Some(&end) {
            bytes.pop();
        }
    }
    if bytes.is_empty() { Err(missing()) } else { Ok(bytes) }
}

fn missing() -> Failure {
    Failure::new(
        Exit::Usage,
        "No Secret was given",
        "pipe it in (`printenv APP_SECRET | claviger verify --key KEY`) or set CLAVIGER_SECRET; it is never typed as an argument",
    )
}
